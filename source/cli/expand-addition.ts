import type {Expand} from '../engine/desk.ts';
import type {Flags} from './arguments.ts';
import {recordJobs} from './open-run.ts';
import {type Host, prepare} from './prepare.ts';

/** What somebody adds is planned as a run of its own would be, on the machine as it is by then. */
export const createExpand =
	({suites}: Pick<Flags, 'suites'>, host?: Host): Expand =>
	async (overrides) => {
		const words = overrides.filter((word) => word !== '-m' && word !== '--multirun');
		const multirun = words.length < overrides.length;
		const preparation = await prepare(words, {...(suites ? {suites} : {}), multirun}, host);
		return {plan: preparation.plan, ...recordJobs(preparation)};
	};
