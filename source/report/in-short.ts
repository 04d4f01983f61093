import {groupBy} from './cells.ts';
import {formatPercent} from './figures.ts';
import {nameRegime} from './scaling-fit.ts';
import {describeClasses} from './study-sections.ts';
import type {Judgement, Summary} from './summary.ts';

/** What the tables below say, a line for each kind: verdicts, what bounds models, how time grows. A single row needs none. */
export const sayInShort = (summary: Summary): readonly string[] => [
	...countVerdicts(summary),
	...countCauses(summary),
	...sayExponents(summary),
];

const FINDINGS: readonly (readonly [Judgement['finding'], (count: number, deltaPercent: number) => string])[] = [
	['penalty', (count) => (count === 1 ? '1 penalty' : `${count} penalties`)],
	['none', (count, delta) => `${count} none above ${delta} %`],
	['inconclusive', (count) => `${count} inconclusive`],
	['single-run', (count) => `${count} single ${count === 1 ? 'run' : 'runs'}`],
	['invalid', (count) => `${count} not valid`],
];

/** Of all comparisons that the plan has; those without a pair are told apart. */
function countVerdicts({penalties}: Summary): readonly string[] {
	if (penalties.kind === 'none' || penalties.comparisons < 2) return [];
	const {rows, comparisons, deltaPercent} = penalties;
	const parts = FINDINGS.flatMap(([finding, describe]) => {
		const count = rows.filter((row) => row.finding === finding).length;
		return count === 0 ? [] : [describe(count, deltaPercent)];
	});
	const missing = comparisons - rows.length;
	const largest = rows.filter(({finding}) => finding === 'penalty').map(({penaltyPercent}) => penaltyPercent);
	const most = largest.length === 0 ? '' : `; the largest ${formatPercent(Math.max(...largest))}`;
	const all = [...parts, ...(missing > 0 ? [`${missing} without a pair`] : [])].join(', ');
	return [`NUMA verdicts of ${comparisons}: ${all}${most}`];
}

/** Of a few cells the throughput table says it by name. */
function countCauses(summary: Summary): readonly string[] {
	const {classes} = summary.study;
	if (classes.length < 2 || describeClasses(summary) !== null) return [];
	const counts = [...groupBy(classes, ({cause}) => cause)].map(([cause, members]) => `${members.length} ${cause}`);
	return [`models by what bounds them: ${counts.join(', ')}`];
}

const sayExponents = ({study: {exponents}}: Summary): readonly string[] =>
	exponents.map((row) => {
		const ends = `${row.low.toFixed(2)} to ${row.high.toFixed(2)}`;
		return `time per sample grows with operations to the power of ${row.exponent.toFixed(2)} (${ends}): ${nameRegime(row)}`;
	});
