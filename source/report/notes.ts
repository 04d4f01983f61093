import type {ExperimentResult} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import type {ExperimentRecord, Opened, RunState} from '../journal/state.ts';
import {selectResults} from './cells.ts';
import {readRate} from './pairs.ts';
import type {Compared} from './penalty.ts';

type Records = readonly ExperimentRecord[];

/** What a reader must know before quoting a number: notices, warnings of the run, and limits of the figures. */
export function collectNotes(state: RunState, records: Records, compared: readonly Compared[]): readonly string[] {
	const warnings = state.notes.filter(({level}) => level === 'warning').map(({message}) => message);
	const limits = [
		noteDegraded(records),
		noteInvalid(records),
		noteBalancing(state, compared),
		...(state.opened ? notePenalties(state.opened, records, compared) : []),
	];
	const notes = [...(state.opened?.notices ?? []), ...warnings, ...limits.filter((note) => note !== null)];
	return [...new Set(notes)];
}

function countStatus(records: Records, status: ExperimentResult['status']): number {
	let count = 0;
	for (const {stage} of records) if (stage.kind === 'committed' && stage.result.status === status) count++;
	return count;
}

function noteDegraded(records: Records): string | null {
	const count = countStatus(records, 'degraded');
	if (count === 0) return null;
	return `${count} degraded ${count === 1 ? 'result is' : 'results are'} left out of the throughput and penalty tables; results.json has them.`;
}

function noteInvalid(records: Records): string | null {
	const count = countStatus(records, 'invalid');
	if (count === 0) return null;
	return `${count} invalid ${count === 1 ? 'result is' : 'results are'} kept in results.json and left out of every average and comparison.`;
}

/** It moves pages to where they are used, which is what a study of nodes holds still; bound pages it must leave alone. */
function noteBalancing({opened}: RunState, compared: readonly Compared[]): string | null {
	const kernel = opened?.provenance.kernel;
	const mode = isJsonObject(kernel) ? kernel.numa_balancing : undefined;
	if (compared.length === 0 || typeof mode !== 'number' || mode === 0) return null;
	return `Automatic NUMA balancing was on (kernel.numa_balancing=${mode}) while nodes were compared; off for a study: sudo sysctl kernel.numa_balancing=0`;
}

function notePenalties(opened: Opened, records: Records, compared: readonly Compared[]): readonly (string | null)[] {
	const missing = compared.filter(({pairs}) => pairs.length === 0).length;
	if (missing === compared.length) return [];
	return [noteMissing(missing), noteIncomplete(compared), noteConcurrency(opened, records), notePlacement(records)];
}

const noteMissing = (count: number): string | null =>
	count === 0
		? null
		: `${count} local/remote ${count === 1 ? 'pair is' : 'pairs are'} missing from the penalty table, because one side did not succeed.`;

/** Whoever ends a run when it shows what was hoped for finds a penalty more often than 5 % of the time. */
function noteIncomplete(compared: readonly Compared[]): string | null {
	const count = compared.filter(({comparison: {local, remote}, pairs}) => {
		const planned = Math.min(local.length, remote.length);
		return planned > 1 && pairs.length > 0 && pairs.length < planned;
	}).length;
	if (count === 0) return null;
	return `${count} of ${compared.length} comparisons lack blocks that were planned. If the run was ended because of what it showed, its verdicts are too sure.`;
}

/** Lanes share memory channels and the links between sockets, which is what a penalty measures. */
function noteConcurrency({lanes, maxWorkers}: Opened, records: Records): string | null {
	const used = new Set(records.map(({experiment}) => experiment.lane));
	const atOnce = Math.min(maxWorkers, used.size, lanes.length);
	if (atOnce < 2 || records.every(({experiment}) => experiment.exclusive === 'host')) return null;
	return `Up to ${atOnce} experiments ran at once and shared memory channels; for penalties of a quiet machine: experiment.exclusive=host.`;
}

function notePlacement(records: Records): string | null {
	const compared = records.filter((record) => record.experiment.binding.kind === 'strict' && readRate(record) !== null);
	const unproven = selectResults(compared).filter(
		({placement}) => !placement.some(({nodePages}) => Object.keys(nodePages).length > 0),
	).length;
	if (unproven === 0) return null;
	return `For ${unproven} of ${compared.length} bound results nothing says on which node their pages lay; the binding was asked for, not proved.`;
}
