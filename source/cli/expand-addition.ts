import {UserError} from '../domain/errors.ts';
import type {Expand} from '../engine/desk.ts';
import type {Flags} from './arguments.ts';
import {recordJobs} from './open-run.ts';
import {type Host, prepare} from './prepare.ts';

/** Its gates and its budget are those of a run from its first fact on. */
const refuseCampaign = (overrides: readonly string[]): UserError =>
	new UserError(`${overrides[0]} is a campaign, and a run that goes on cannot become one.`, {
		tryThis: [`warpdeck run ${overrides.join(' ')}   (a run of its own)`, 'warpdeck suites   (what can be added)'],
	});

/** What somebody adds is planned as a run of its own would be, on the machine as it is by then. */
export const createExpand =
	({suites}: Pick<Flags, 'suites'>, host?: Host): Expand =>
	async (overrides) => {
		const words = overrides.filter((word) => word !== '-m' && word !== '--multirun');
		const multirun = words.length < overrides.length;
		const preparation = await prepare(words, {...(suites ? {suites} : {}), multirun}, host);
		if (preparation.composition.campaign) throw refuseCampaign(overrides);
		return {plan: preparation.plan, ...recordJobs(preparation)};
	};
