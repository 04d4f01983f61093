import {UserError} from '../domain/errors.ts';

/** A campaign is swept run by run, because a sweep over all of it would repeat its gates and its budget. */
export const refuseLine = (name: string, text: string | null): UserError =>
	new UserError(
		text === null
			? `${name} is a campaign, which is one plan and takes no -m.`
			: `${text} has several values, and ${name} is a campaign: one value holds for all runs of all its phases.`,
		{
			tryThis: [
				'sweep: true   (beside the overrides of the run that it is meant for, in the suite of the campaign)',
				text === null ? `warpdeck run ${name} KEY=VALUE   (for all its runs)` : `${text.split('=')[0]}=VALUE`,
			],
		},
	);

export const refuseRunKey = (key: string): UserError =>
	new UserError(`${key} belongs to the whole run, so that a run of a phase cannot set it.`, {
		tryThis: [`${key} in the suite of the campaign, beside its phases`, `${key}=…   behind warpdeck run CAMPAIGN`],
	});
