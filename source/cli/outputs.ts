import {relative} from 'node:path';
import {isJsonObject} from '../domain/json.ts';
import {listRuns} from '../effects/find-run.ts';
import {readSettings} from '../effects/settings.ts';
import type {Recorder} from '../engine/recorder.ts';
import type {Composition} from '../plan/compose.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {loadRun} from './load-run.ts';
import type {Preparation} from './prepare.ts';

const DEFAULT_OUTPUTS = 'outputs';

/** `output.base_dir` of the suite, else the user's setting, else `outputs` here. */
export function chooseBaseDir({jobs}: Composition): string {
	const [first] = jobs;
	const output = first?.config.output;
	if (isJsonObject(output) && output.base_dir !== undefined) return first?.suite.output.base_dir ?? DEFAULT_OUTPUTS;
	return readSettings().outputs ?? DEFAULT_OUTPUTS;
}

/** Where runs are looked for when nothing else is said. */
export const listBaseDirs = (): readonly string[] => [
	...new Set([readSettings().outputs ?? DEFAULT_OUTPUTS, DEFAULT_OUTPUTS]),
];

/** `experiment.resume` asks that an unfinished run of the same suite is not forgotten; the new one starts all the same. */
export async function mentionUnfinished(
	{composition, plan}: Preparation,
	current: string,
	recorder: Recorder,
): Promise<void> {
	if (!composition.jobs.every(({suite}) => suite.experiment.resume)) return;
	const name = `${plan.suite}${plan.multirun ? '_multirun' : ''}`;
	const earlier = listRuns(chooseBaseDir(composition)).find((run) => run.name === name && run.path !== current);
	if (!earlier) return;
	const {state} = loadRun(earlier.path);
	const left = state.counts.waiting + state.counts.active + state.counts.postponed;
	if (left === 0 || state.opened?.simulated) return;
	await recorder.record({
		type: 'noted',
		level: 'info',
		message: `An unfinished run of this suite has ${left} left: warpdeck resume ${quoteForShell(relative('', earlier.path))} goes on with it.`,
	});
}
