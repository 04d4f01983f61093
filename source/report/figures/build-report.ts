import type {Opened, RunState} from '../../journal/state.ts';
import {describeBudget} from '../campaign/budget-words.ts';
import type {CampaignSummary} from '../campaign/campaign-summary.ts';
import {describePassed} from '../campaign/phase-words.ts';
import {countNoun, formatInterval, formatPercent, formatSeconds} from '../figures.ts';
import {describeForeign} from '../foreign/mark.ts';
import {summarize} from '../summarize.ts';
import type {Summary} from '../summary.ts';
import {WATERMARK} from '../summary-text.ts';
import {formatTimestamp} from '../timestamp.ts';
import type {Figure} from './figure.ts';
import {listFigures} from './list-figures.ts';
import {listTables, type NamedTable} from './list-tables.ts';
import type {Gathered} from './measurements.ts';
import type {Marks} from './table-text.ts';

/** All that a report says, before anything is drawn. */
export type Report = {
	readonly title: string;
	/** Epoch ms: the last moment that the run knows, so that the same run makes the same report. */
	readonly at: number;
	readonly marks: Marks;
	/** What the run is and on what it was, as name and value. */
	readonly about: readonly (readonly [name: string, value: string])[];
	readonly summary: Summary;
	readonly figures: readonly Figure[];
	readonly tables: readonly NamedTable[];
};

export function buildReport(state: RunState, gathered: Gathered): Report {
	const at = state.closed?.at ?? state.at;
	const summary = summarize(state, at);
	const figures = listFigures(state, summary, gathered);
	return {
		title: summary.suite,
		at,
		marks: [...(summary.simulated ? [WATERMARK] : []), ...markForeign(state.opened)],
		about: describeRun(state, summary),
		summary,
		figures,
		tables: listTables(state, summary, figures),
	};
}

/** A run that was imported says what its numbers cannot support. */
const markForeign = (opened: Opened | null): Marks => (opened?.foreign ? [describeForeign(opened.foreign)] : []);

function describeRun({opened}: RunState, summary: Summary): Report['about'] {
	const {state, total, succeeded, degraded, invalid, failed, interval, triedRatePercent} = summary;
	const sure = interval ? ` (95 % interval ${formatInterval(interval)}, Wilson)` : '';
	const rate =
		triedRatePercent === null ? 'no cell has ended' : `${formatPercent(triedRatePercent)} of what ended${sure}`;
	const hosts: Report['about'] = opened ? describeMachine(opened) : [];
	return [
		['suite', summary.suite],
		['state', state],
		[
			'cells',
			`${total}: ${succeeded} succeeded, ${degraded} degraded, ${invalid} invalid, ${failed} failed, ${total - succeeded - degraded - invalid - failed} not tried or not finished`,
		],
		['success', rate],
		['experiments', `${summary.executions}`],
		...(summary.campaign ? describeCampaign(summary.campaign) : []),
		['began', formatTimestamp(summary.startedAt)],
		['took', formatSeconds(summary.elapsedS)],
		...hosts,
		...(opened
			? ([
					['overrides', opened.overrides.join(' ') || 'none'],
					['seed', `${opened.seed}`],
					['warpdeck', opened.warpdeck],
				] as const)
			: []),
	];
}

function describeCampaign(campaign: CampaignSummary): Report['about'] {
	const cost = describeBudget(campaign);
	return [['campaign', describePassed(campaign)], ...(cost === null ? [] : [['cost', cost] as const])];
}

function describeMachine({topology, maxWorkers}: Opened): Report['about'] {
	const names = [...new Set(topology.gpus.map(({name}) => name))];
	const gpus = topology.gpus.length === 0 ? 'none' : `${topology.gpus.length} x ${names.join(', ')}`;
	return [
		['host', topology.hostname],
		['GPUs', gpus],
		['driver', topology.driverVersion ?? 'unknown'],
		['CPUs', `${topology.cpuModel}, ${countNoun(topology.nodes.length, 'NUMA node')}`],
		['kernel', topology.kernel],
		['at once', countNoun(maxWorkers, 'experiment')],
	];
}
