import type {RunState} from '../../journal/state.ts';
import {iterate} from '../../journal/vector.ts';
import {isMeasured} from '../cells.ts';
import {listConfigurations, nameConfigurations} from '../points.ts';
import type {Summary} from '../summary.ts';
import {drawCrossovers} from './crossover-figure.ts';
import type {Figure} from './figure.ts';
import {drawDistances, drawSensitivity} from './heat-figures.ts';
import {drawLatency} from './latency-figure.ts';
import type {Gathered} from './measurements.ts';
import {drawPairings} from './pairing-figure.ts';
import {drawPenalties} from './penalty-figure.ts';
import {drawScaling} from './scaling-figure.ts';
import {drawCompiled, drawStages} from './stage-figures.ts';
import {drawSuccess} from './success-figure.ts';
import {drawThroughput} from './throughput-figure.ts';
import {drawTimeline} from './timeline-figure.ts';

/** Every figure of a report, in its order; one whose data the run has not says so instead. */
export function listFigures(state: RunState, summary: Summary, gathered: Gathered): readonly Figure[] {
	const all = [...iterate(state.experiments)];
	const records = all.filter(isMeasured);
	const configurations = state.opened ? listConfigurations(records, state.opened.topology) : [];
	const name = nameConfigurations(configurations);
	return [
		drawSuccess(summary),
		drawThroughput(summary.throughput),
		drawSensitivity(summary.penalties),
		drawDistances(summary.study),
		drawPenalties(summary.penalties),
		drawPairings(configurations, name),
		drawScaling(configurations, name),
		drawCrossovers(configurations, name),
		drawStages(summary.study),
		drawCompiled(summary.study),
		drawLatency(state, records, gathered),
		drawTimeline(state, all, gathered),
	];
}
