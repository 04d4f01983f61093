import {groupBy} from '../cells.ts';
import {EXPLAIN_EXPECTATION} from '../penalty-text.ts';
import type {Penalties, PenaltyRow} from '../summary.ts';
import {colourCauses, nameOfCause} from './causes.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';

const HEADING = {name: 'penalties', title: 'NUMA penalties with 95 % intervals'};

const COLUMNS: readonly Read<PenaltyRow>[] = [
	{key: 'label', title: 'comparison', read: nameComparison},
	{key: 'gpu_id', title: 'GPU', read: ({gpuId}) => gpuId},
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'local_node', title: 'local node', read: ({localNode}) => localNode},
	{key: 'remote_node', title: 'remote node', read: ({remoteNode}) => remoteNode},
	{key: 'distance', title: 'distance', read: ({distance}) => distance},
	{key: 'local_samples_per_s', title: 'local, samples/s', read: (row) => row.localSamplesPerS},
	{key: 'remote_samples_per_s', title: 'remote, samples/s', read: (row) => row.remoteSamplesPerS},
	{key: 'penalty_percent', title: 'penalty, %', read: ({penaltyPercent}) => penaltyPercent},
	{key: 'low_percent', title: 'low, %', read: ({interval}) => interval?.lowPercent ?? null},
	{key: 'high_percent', title: 'high, %', read: ({interval}) => interval?.highPercent ?? null},
	{key: 'n', title: 'blocks', read: ({n}) => n},
	{key: 'p_holm', title: 'p (Holm)', read: ({pHolm}) => pHolm},
	{key: 'bound_by', title: 'bound by', read: ({cause}) => nameOfCause(cause)},
	{key: 'expected_low_percent', title: 'expected from, %', read: ({expectation}) => expectation?.lowPercent ?? null},
	{key: 'expected_high_percent', title: 'expected to, %', read: ({expectation}) => expectation?.highPercent ?? null},
	{key: 'control_bound_percent', title: 'A/A bound, %', read: ({control}) => control?.boundPercent ?? null},
	{key: 'finding', title: 'finding', read: ({finding}) => finding},
	{key: 'verdict', title: 'verdict', read: ({verdict}) => verdict},
];

function nameComparison({model, gpuId, localNode, remoteNode}: PenaltyRow): string {
	return `${model}  GPU ${gpuId}, node ${localNode}:${remoteNode}`;
}

/** Each comparison as a point with its interval, and behind it what the replaced system expected of such a model. */
export function drawPenalties(penalties: Penalties): Figure {
	if (penalties.kind === 'none') return leaveOut(HEADING, penalties.reason);
	const {formula, deltaPercent} = penalties;
	const rows = [...groupBy(penalties.rows, ({model}) => model).values()].flat();
	const table = tabulate(COLUMNS, rows);
	const shown = cutLines(rows);
	const hasExpectation = shown.some(({expectation}) => expectation !== null);
	const hasSingle = shown.some(({interval}) => interval === null);
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			`${formula}. A point is the estimate, the line its 95 % interval, not adjusted for the family.`,
			...(hasSingle ? ['A point without a line is a single run, which has no interval.'] : []),
			`Between the dashed lines, -${deltaPercent} % and ${deltaPercent} %, a penalty counts as none.`,
			...(hasExpectation ? [`Grey bands: ${EXPLAIN_EXPECTATION}.`] : []),
			...sayCut(rows, 'comparisons'),
		],
		chart: fitChart(shown.length, {
			data: toData(tabulate(COLUMNS, shown)),
			encoding: {y: nameAxis('label')},
			layer: [
				...(hasExpectation ? [EXPECTATIONS] : []),
				{
					mark: {type: 'rule', strokeDash: [4, 4], color: '$quiet'},
					data: {values: [{at: -deltaPercent}, {at: deltaPercent}]},
					encoding: {x: {field: 'at', type: 'quantitative'}, y: {value: 0}, y2: {value: {expr: 'height'}}},
				},
				{
					mark: {type: 'rule', strokeWidth: 2},
					encoding: {
						x: {field: 'low_percent', type: 'quantitative', title: 'penalty, % of local throughput'},
						x2: {field: 'high_percent'},
						color: colourCauses(
							'bound_by',
							shown.map(({cause}) => nameOfCause(cause)),
						),
					},
				},
				{
					mark: {type: 'point', filled: true, size: 55, opacity: 1},
					encoding: {
						x: {field: 'penalty_percent', type: 'quantitative', title: 'penalty, % of local throughput'},
						color: colourCauses(
							'bound_by',
							shown.map(({cause}) => nameOfCause(cause)),
						),
					},
				},
			],
		}),
		table,
	};
}

const EXPECTATIONS = {
	mark: {type: 'bar', color: '$band', height: {band: 0.8}},
	encoding: {
		x: {field: 'expected_low_percent', type: 'quantitative', title: 'penalty, % of local throughput'},
		x2: {field: 'expected_high_percent'},
	},
};
