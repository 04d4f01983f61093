import type {ExperimentRecord, RunState} from '../../journal/state.ts';
import {groupBy} from '../cells.ts';
import type {Read} from './figure.ts';

/** Experiments of one lane that follow each other with the same end, as one bar where there are very many. */
export type LaneBar = {
	readonly lane: string;
	readonly status: string;
	readonly from: number;
	readonly to: number;
	readonly experiments: number;
	readonly first: string;
};

export const LANE_BAR: readonly Read<LaneBar>[] = [
	{key: 'lane', title: 'lane', read: ({lane}) => lane},
	{key: 'status', title: 'status', read: ({status}) => status},
	{key: 'from', title: 'from, epoch ms', read: ({from}) => from},
	{key: 'to', title: 'to, epoch ms', read: ({to}) => to},
	{key: 'experiments', title: 'experiments', read: ({experiments}) => experiments},
	{key: 'first', title: 'first', read: ({first}) => first},
];

/** As many bars are drawn one by one. */
const MOST_BARS = 600;
/** Gaps that are narrower than this share of the run are no gaps then. */
const NARROW = 1 / 400;

/** The last attempt of each experiment that started. */
export function listLaneBars(state: RunState, records: readonly ExperimentRecord[]): readonly LaneBar[] {
	const bars = records.flatMap((record) => readBar(record, state));
	if (bars.length <= MOST_BARS) return bars;
	const from = bars.reduce((first, bar) => Math.min(first, bar.from), Number.POSITIVE_INFINITY);
	const to = bars.reduce((last, bar) => Math.max(last, bar.to), 0);
	return [...groupBy(bars, ({lane}) => lane).values()].flatMap((all) => joinBars(all, (to - from) * NARROW));
}

function readBar({experiment, stage}: ExperimentRecord, {lanes, at}: RunState): readonly LaneBar[] {
	const lane = lanes.get(experiment.lane)?.lane.label ?? experiment.lane;
	const one = {lane, experiments: 1, first: experiment.id};
	if (stage.kind === 'committed' && stage.startedAt !== null) {
		const status = experiment.role ? 'warm-up or control' : stage.result.status;
		return [{...one, status, from: stage.startedAt, to: stage.endedAt}];
	}
	return stage.kind === 'running' ? [{...one, status: 'running', from: stage.since, to: at}] : [];
}

function joinBars(bars: readonly LaneBar[], gapMs: number): readonly LaneBar[] {
	const joined: LaneBar[] = [];
	for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
		const last = joined.at(-1);
		if (last && last.status === bar.status && bar.from - last.to <= gapMs) {
			joined[joined.length - 1] = {...last, to: Math.max(last.to, bar.to), experiments: last.experiments + 1};
		} else joined.push(bar);
	}
	return joined;
}
