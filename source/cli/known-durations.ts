import type {Composition} from '../plan/compose.ts';
import type {Plan} from '../plan/plan.ts';
import type {Durations} from './estimate-time.ts';
import {chooseBaseDir} from './outputs.ts';
import {readDurations} from './past-durations.ts';

/** What earlier runs say of a plan's times: those of its suite, and for each phase of a campaign those of the suites that it runs. */
export function readKnownDurations(
	{suite, campaign}: Pick<Plan, 'suite' | 'campaign'>,
	composition: Composition,
): Durations {
	const baseDir = chooseBaseDir(composition);
	const own = readDurations(baseDir, suite);
	if (!campaign) return own;
	const read = new Map<string, Durations>();
	const known = new Map<string, number>();
	for (const {phase, suite: ran} of composition.jobs) {
		const {name} = ran.experiment;
		const durations = read.get(name) ?? readDurations(baseDir, name);
		if (phase) for (const [identity, seconds] of durations) known.set(`${phase.name} ${identity}`, seconds);
		read.set(name, durations);
	}
	for (const [identity, seconds] of own) known.set(identity, seconds);
	return known;
}
