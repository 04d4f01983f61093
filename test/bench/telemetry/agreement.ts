/** A value at a time in epoch ms; the text of nvidia-smi is a number by then, null where it has none. */
export type Reading = {readonly at: number; readonly value: number | string | null};

/** How one field of one-shots agreed with the samples around them. */
export type Agreement = {
	readonly field: string;
	readonly asked: number;
	readonly agreed: number;
	/** Largest distance outside the allowed range; 0 when all agreed, null for texts. */
	readonly worst: number | null;
	/** The first that did not agree, in words. */
	readonly example: string | null;
};

/** `static` must be equal; `near` may differ by so much; `inside` must lie among the samples of the second around. */
export type Rule = {readonly kind: 'static'} | {readonly kind: 'near'; readonly by: number} | {readonly kind: 'inside'};

type OneShot = {readonly from: number; readonly to: number; readonly value: Reading['value']};

const AROUND_MS = 1000;
/** nvidia-smi prints two digits. */
const ROUNDING = 0.006;

export function compareField(
	field: string,
	rule: Rule,
	oneShots: readonly OneShot[],
	samples: readonly Reading[],
): Agreement {
	const checks = oneShots.map((oneShot) => ({oneShot, distance: measureDistance(rule, oneShot, samples)}));
	const bad = checks.filter(({distance}) => distance !== 0);
	const distances = bad.flatMap(({distance}) => (Number.isFinite(distance) ? [distance] : []));
	return {
		field,
		asked: checks.length,
		agreed: checks.length - bad.length,
		worst: bad.length === 0 ? 0 : distances.length > 0 ? Math.max(...distances) : null,
		example: bad[0] ? describe(bad[0].oneShot, samples) : null,
	};
}

/** 0 where they agree, Infinity where they cannot be compared. */
function measureDistance(rule: Rule, oneShot: OneShot, samples: readonly Reading[]): number {
	const around = valuesAround(oneShot, samples);
	const {value} = oneShot;
	if (around.length === 0) return Number.POSITIVE_INFINITY;
	const numbers = around.filter((one) => typeof one === 'number');
	if (typeof value !== 'number' || numbers.length === 0) return around.includes(value) ? 0 : Number.POSITIVE_INFINITY;
	if (rule.kind === 'static') return numbers.every((one) => one === value) ? 0 : Number.POSITIVE_INFINITY;
	const slack = rule.kind === 'near' ? rule.by : ROUNDING;
	const [low, high] = [Math.min(...numbers) - slack, Math.max(...numbers) + slack];
	return Math.max(0, low - value, value - high);
}

const valuesAround = ({from, to}: OneShot, samples: readonly Reading[]): readonly Reading['value'][] =>
	samples.filter(({at}) => at >= from - AROUND_MS && at <= to + AROUND_MS).map(({value}) => value);

const describe = (oneShot: OneShot, samples: readonly Reading[]): string =>
	`nvidia-smi ${oneShot.value}, NVML ${[...new Set(valuesAround(oneShot, samples))].slice(0, 6).join(' ')}`;
