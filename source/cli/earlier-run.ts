import {listRuns} from '../effects/find-run.ts';
import {readPresence} from '../effects/run-presence.ts';
import {countPostponed} from '../journal/campaign-end.ts';
import type {Opened, RunState} from '../journal/state.ts';
import {findHead} from '../plan/compose.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {hashWorkload} from './hash-workload.ts';
import {loadRun} from './load-run.ts';
import {chooseBaseDir} from './outputs.ts';
import type {Preparation} from './prepare.ts';
import {nameFolder} from './printer.ts';

/** An unfinished run of a suite that is started again. */
export type EarlierRun = {
	readonly path: string;
	readonly left: number;
	/** Whether it would run the very same: the same configuration, jobs and workload. */
	readonly isSame: boolean;
};

/** The newest run of the suite, where something of it is left and nobody works on it; null where `experiment.resume` is off. */
export async function findEarlier({composition, plan}: Preparation): Promise<EarlierRun | null> {
	const deciding = composition.campaign ? [composition.campaign] : composition.jobs;
	if (!deciding.every(({suite}) => suite.experiment.resume)) return null;
	const name = `${plan.suite}${plan.multirun ? '_multirun' : ''}`;
	const earlier = listRuns(chooseBaseDir(composition)).find((run) => run.name === name);
	if (!earlier || ['alive', 'unseen'].includes(readPresence(earlier.path, Date.now()).kind)) return null;
	const {state} = loadRun(earlier.path);
	const left = countLeft(state);
	if (left === 0 || !state.opened || state.opened.simulated || state.opened.foreign) return null;
	return {path: earlier.path, left, isSame: await isSame(state.opened, composition)};
}

/** What a resume runs; a run that has ended with failures is no unfinished one. */
function countLeft(state: RunState): number {
	const {counts, closed} = state;
	const open = counts.waiting + counts.active + countPostponed(state);
	return open === 0 && closed?.reason === 'finished' ? 0 : open + counts.failed;
}

async function isSame(
	{config, jobs, workloads, provenance}: Opened,
	composition: Preparation['composition'],
): Promise<boolean> {
	const now = composition.jobs.map(({suiteName, overrides, suite}) => [
		suiteName,
		overrides,
		suite.experiment.workload,
	]);
	const before = jobs.map(({suite, overrides, workload}) => [suite, overrides, workloads[workload]]);
	const isBundled = workloads.includes('vit_pipeline');
	return (
		JSON.stringify(config) === JSON.stringify(findHead(composition)?.config ?? {}) &&
		JSON.stringify(now) === JSON.stringify(before) &&
		(!isBundled || provenance.workload_sha256 === (await hashWorkload()))
	);
}

export const askToGoOn = ({path, left}: EarlierRun): string =>
	`${nameFolder(path)} is unfinished: ${left} of the same experiments are left.`;

export const mentionEarlier = ({path, left, isSame: same}: EarlierRun): string =>
	`An unfinished run of this suite has ${left} left${same ? '' : ' of another configuration'}: warpdeck resume ${quoteForShell(nameFolder(path))} goes on with it.`;
