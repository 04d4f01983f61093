import {buildTag} from '../engine/attempt.ts';
import type {Processes} from '../engine/ports.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {buildWorkerTag, nameWorker} from '../plan/worker.ts';

const GRACE_MS = 2000;

/** What the runner before left alive would time against its own repetition; what was adopted goes on. */
export async function endOrphans(
	{experiments}: Pick<RunState, 'experiments'>,
	token: string,
	{endTagged}: Pick<Processes, 'endTagged'>,
	adopted: ReadonlySet<string> = new Set(),
): Promise<void> {
	let hadWorkers = false;
	for (const {experiment, stage} of iterate(experiments)) {
		const isServed = experiment.isolation === 'block';
		hadWorkers ||= isServed;
		if ((stage.kind !== 'launching' && stage.kind !== 'running') || adopted.has(experiment.id)) continue;
		await endTagged(buildTag(token, experiment.id, stage.attempt), GRACE_MS);
		if (isServed) await endTagged(buildWorkerTag(token, nameWorker(experiment)), GRACE_MS);
	}
	// Idle ones go when their input closes; one that hangs in a driver must not keep the others from going on.
	if (hadWorkers) await endTagged(buildWorkerTag(token), GRACE_MS).catch(() => {});
}
