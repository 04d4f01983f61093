import {type BootstrapInterval, bootstrapBca, LEAST_BCA} from './bootstrap.ts';
import {type Refusal, refuse, refuseFew} from './refusal.ts';
import type {Draw} from './resample.ts';
import {isKnown} from './samples.ts';

/** What was changed, what it may work through, and what came of it; null where one was not measured. */
type MediationRow = readonly [x: number | null, m: number | null, y: number | null];

type Row = readonly [x: number, m: number, y: number];

type Paths = {
	/** m on x. */
	readonly a: number;
	/** y on m with x held, which a simple regression of y on m is not. */
	readonly b: number;
	/** y on x: the total effect. */
	readonly c: number;
	/** y on x with m held: the direct effect; c = c' + a b. */
	readonly direct: number;
	/** a b. */
	readonly indirect: number;
};

export type Mediation = Paths & {
	readonly kind: 'mediation';
	readonly n: number;
	readonly planned: number;
	/** Of the indirect effect, from whole rows. */
	readonly interval: BootstrapInterval;
	/** a b / c; null where they point to opposite sides, because it is no share then. */
	readonly share: number | null;
};

/**
 * Indirect effect of x on y through m by three least-squares fits. R. M. Baron and D. A. Kenny, "The moderator-mediator
 * variable distinction", Journal of Personality and Social Psychology 51 (1986), 1173-1182; interval by the bootstrap as
 * K. J. Preacher and A. F. Hayes, Behavior Research Methods 40 (2008), 879-891, here BCa.
 */
export function mediate(rows: readonly MediationRow[], draw: Draw): Mediation | Refusal {
	const complete = rows.filter((row): row is Row => row.every(isKnown)).toSorted(compareRows);
	const n = complete.length;
	const few = refuseFew('a mediation', n, LEAST_BCA);
	if (few) return few;
	const paths = fitPaths(complete);
	if (!paths) return refuse('x never changes, or m follows x in a straight line, so that b is not defined', n);
	const interval = bootstrapBca(complete, (items) => fitPaths(items)?.indirect ?? Number.NaN, draw);
	if (interval.kind === 'refused') return interval;
	const share = paths.indirect / paths.c;
	return {
		kind: 'mediation',
		...paths,
		n,
		planned: rows.length,
		interval,
		share: Number.isFinite(share) && share >= 0 && share <= 1 ? share : null,
	};
}

const compareRows = (a: Row, b: Row): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** null where the fits have no single solution. */
function fitPaths(rows: readonly Row[]): Paths | null {
	const means = [0, 1, 2].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0) / rows.length);
	const [meanX = 0, meanM = 0, meanY = 0] = means;
	let [xx, xm, mm, xy, my] = [0, 0, 0, 0, 0];
	for (const row of rows) {
		const [x, m, y] = [row[0] - meanX, row[1] - meanM, row[2] - meanY];
		xx += x * x;
		xm += x * m;
		mm += m * m;
		xy += x * y;
		my += m * y;
	}
	const determinant = xx * mm - xm * xm;
	if (!(xx > 0) || !(determinant > 1e-12 * xx * mm)) return null;
	const [a, c] = [xm / xx, xy / xx];
	const b = (xx * my - xm * xy) / determinant;
	const direct = (mm * xy - xm * my) / determinant;
	return {a, b, c, direct, indirect: a * b};
}
