import type {ExperimentRecord, RunState} from '../../journal/state.ts';
import {getResult, groupBy} from '../cells.ts';
import {labelConfigurations} from '../comparison-labels.ts';
import {identifyConfiguration} from '../configuration.ts';
import {MINIMUM_COUNTS} from '../latency.ts';
import {averageKnown, interpolateQuantile} from '../statistics.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';
import type {Gathered} from './measurements.ts';

const HEADING = {name: 'latency', title: 'Latency of a batch'};

/** Percentiles are means over experiments: samples of several processes pooled would hide how the processes differ. */
type Row = {
	readonly label: string;
	readonly experiments: number;
	readonly p5: number | null;
	readonly p25: number | null;
	readonly p50: number | null;
	readonly p75: number | null;
	readonly p95: number | null;
	readonly p99: number | null;
};

const ROW: readonly Read<Row>[] = [
	{key: 'label', title: 'model and place', read: ({label}) => label},
	{key: 'experiments', title: 'experiments', read: ({experiments}) => experiments},
	{key: 'p5_ms', title: 'p5, ms', read: ({p5}) => p5},
	{key: 'p25_ms', title: 'p25, ms', read: ({p25}) => p25},
	{key: 'p50_ms', title: 'p50, ms', read: ({p50}) => p50},
	{key: 'p75_ms', title: 'p75, ms', read: ({p75}) => p75},
	{key: 'p95_ms', title: 'p95, ms', read: ({p95}) => p95},
	{key: 'p99_ms', title: 'p99, ms', read: ({p99}) => p99},
];

/** Each model on the GPU's own node, on other nodes and unbound, of results that are as declared. */
export function drawLatency(state: RunState, records: readonly ExperimentRecord[], gathered: Gathered): Figure {
	const good = records.filter((record) => getResult(record)?.status === 'succeeded');
	const rows = listRows(good, state, gathered).filter(({p50}) => p50 !== null);
	if (rows.length === 0)
		return leaveOut(HEADING, `no result that is as declared has ${MINIMUM_COUNTS.p50} batches with a latency`);
	const shown = cutLines(rows);
	const steps = [...gathered.latencies.values()].some(({step}) => step > 1);
	const x = {type: 'quantitative', title: 'ms, logarithmic', scale: {type: 'log', nice: false, padding: 14}} as const;
	const color = '$blue';
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			'Tick: median; thick: from p25 to p75; thin: from p5 to p95; dot: p99. Means of the percentiles of each experiment.',
			`A percentile is left out below ${MINIMUM_COUNTS.p50} batches (p25 to p75), ${MINIMUM_COUNTS.p90} (p5, p95) or ${MINIMUM_COUNTS.p99} (p99).`,
			...(gathered.latencies.size === 0 ? ['telemetry.jsonl has no batches, so only medians and p99 are known.'] : []),
			...(steps ? ['Of experiments with very many batches every second, fourth … one was read.'] : []),
			...sayCut(rows, 'lines'),
		],
		chart: fitChart(shown.length, {
			data: toData(tabulate(ROW, shown)),
			encoding: {y: nameAxis('label')},
			layer: [
				{
					mark: {type: 'rule', strokeWidth: 1.5, color},
					encoding: {x: {...x, field: 'p5_ms'}, x2: {field: 'p95_ms'}},
				},
				{
					mark: {type: 'bar', height: {band: 0.5}, color, opacity: 0.55},
					encoding: {x: {...x, field: 'p25_ms'}, x2: {field: 'p75_ms'}},
				},
				{
					mark: {type: 'tick', thickness: 2.5, color: '$ink', height: {band: 0.65}},
					encoding: {x: {...x, field: 'p50_ms'}},
				},
				{
					mark: {type: 'point', filled: true, size: 28, color: '$red', opacity: 1},
					encoding: {x: {...x, field: 'p99_ms'}},
				},
			],
		}),
		table: tabulate(ROW, rows),
	};
}

function listRows(records: readonly ExperimentRecord[], state: RunState, gathered: Gathered): readonly Row[] {
	const configurations = [...groupBy(records, ({experiment}) => identifyConfiguration(experiment)).values()];
	const firsts = configurations.flatMap((members) => members.slice(0, 1));
	const labels = labelConfigurations(firsts);
	return configurations.flatMap((members, index) =>
		[...groupBy(members, (record) => namePlace(record, state))].map(([place, group]) => ({
			label: place === '' ? (labels[index] ?? '') : `${labels[index] ?? ''}  ${place}`,
			experiments: group.length,
			...averageRows(group.map((record) => readRow(record, gathered))),
		})),
	);
}

function namePlace({experiment: {gpuId, numaNode}}: ExperimentRecord, {opened}: RunState): string {
	if (gpuId === null || numaNode === null) return '';
	const own = opened?.topology.gpus.find(({index}) => index === gpuId)?.numaNode ?? null;
	if (own === null) return `node ${numaNode}`;
	return own === numaNode ? 'own node' : 'other node';
}

type Percentiles = Omit<Row, 'label' | 'experiments'>;

function readRow(record: ExperimentRecord, {latencies}: Gathered): Percentiles {
	const result = getResult(record);
	const sorted = (latencies.get(record.experiment.id)?.ms ?? []).toSorted((a, b) => a - b);
	const at = (least: number, share: number) => (sorted.length < least ? null : interpolateQuantile(sorted, share));
	return {
		p5: at(MINIMUM_COUNTS.p90, 0.05),
		p25: at(MINIMUM_COUNTS.p50, 0.25),
		p50: result?.latencyMs.p50 ?? null,
		p75: at(MINIMUM_COUNTS.p50, 0.75),
		p95: at(MINIMUM_COUNTS.p90, 0.95),
		p99: result?.latencyMs.p99 ?? null,
	};
}

const averageRows = (rows: readonly Percentiles[]): Percentiles => ({
	p5: averageKnown(rows.map(({p5}) => p5)),
	p25: averageKnown(rows.map(({p25}) => p25)),
	p50: averageKnown(rows.map(({p50}) => p50)),
	p75: averageKnown(rows.map(({p75}) => p75)),
	p95: averageKnown(rows.map(({p95}) => p95)),
	p99: averageKnown(rows.map(({p99}) => p99)),
});
