import {findNearest} from '../domain/errors.ts';
import {AUTHOR, CUT_OFF} from '../journal/campaign-facts.ts';
import type {CampaignState, PhaseState} from '../journal/campaign-state.ts';
import type {Fact} from '../journal/event.ts';
import {findStanding} from '../journal/phase-order.ts';
import type {RunState} from '../journal/state.ts';
import {type Answer, accept, describeStanding, findAll, listRecords, nameAll, refuse} from './answer-words.ts';
import type {ControlRequest, RequestOf} from './control-request.ts';

/** Somebody says yes to a phase: to what its gate asks, to going on although it does not hold, or behind its pause. */
export function answerApprove(state: RunState, {phase: name}: RequestOf<'approve'>, by: string): Answer {
	const {campaign} = state;
	const phase = name === '' ? undefined : campaign?.phases.get(name);
	if (!campaign || !phase) return refuseUnknown(campaign, name);
	const standing = findStanding(campaign, phase);
	switch (standing.kind) {
		case 'refused':
			return approve(phase, by, `Phase ${name} passes although its gate does not hold`);
		case 'awaits-approval':
			return approve(phase, by, `Phase ${name} passes`);
		case 'pausing':
			return accept([{type: 'phase-continued', phase: name, by}], `What comes after phase ${name} may start.`);
		case 'passed':
		case 'keeping':
			return accept([], `Phase ${name} has passed already.`);
		default:
			return refuse(
				`Phase ${name} is not over, so that there is nothing to say yes to: ${countLeft(phase)}.`,
				'warpdeck status',
			);
	}
}

function approve({phase: {name, pause}}: PhaseState, by: string, said: string): Answer {
	const more = pause === undefined ? '.' : `; nothing behind it starts before: warpdeck approve ${name}   (${pause})`;
	return accept([{type: 'phase-approved', phase: name, by}], `${said}${more}`);
}

function refuseUnknown(campaign: CampaignState | null, name: string): Answer {
	if (campaign === null) return refuse('This run is no campaign: it has no phases.', 'warpdeck status');
	const names = [...campaign.phases.keys()].filter((one) => one !== '');
	return refuse(`This campaign has no phase ${name}.`, findNearest(name, names) ?? `one of ${names.join(', ')}`);
}

const countLeft = ({counts}: PhaseState): string => `${counts.active} run and ${counts.waiting} wait`;

/** What the budget left over waits again: whether the new one has room for it is decided anew. */
export function answerBudget(state: RunState, request: RequestOf<'set-budget'>, by: string): Answer {
	const {stopUsd, stopHours} = request;
	const {campaign} = state;
	if (!campaign?.budget) return refuse('This run has no budget.', 'a campaign declares it: experiment.budget');
	const left = state.closed
		? []
		: listRecords(state).filter(({stage}) => stage.kind === 'postponed' && stage.by === CUT_OFF.budget);
	const reason = 'the budget was changed';
	const facts: readonly Fact[] = [
		{
			type: 'budget-set',
			...(stopUsd === undefined ? {} : {stopUsd}),
			...(stopHours === undefined ? {} : {stopHours}),
			by,
		},
		...left.map(({experiment: {id}}): Fact => ({type: 'requeued', id, reason, by})),
	];
	return accept(facts, describeBounds(request, left.length));
}

function describeBounds({stopUsd, stopHours}: RequestOf<'set-budget'>, again: number): string {
	const bounds = [
		...(stopUsd === undefined ? [] : [stopUsd === null ? 'has no bound in USD' : `stops at ${stopUsd} USD`]),
		...(stopHours === undefined
			? []
			: [stopHours === null ? 'has no bound in hours' : `stops after ${stopHours} hours`]),
	];
	return `The campaign ${bounds.join(' and ')}${again > 0 ? `; ${again} that were left over wait again` : ''}.`;
}

/** What can be asked of a campaign on which nobody works: it is written down for the next resume. */
export function answerEnded(state: RunState, request: ControlRequest, by: string): Answer | null {
	if (state.campaign === null) return null;
	switch (request.kind) {
		case 'approve':
			return answerApprove(state, request, by);
		case 'set-budget':
			return answerBudget(state, request, by);
		case 'retry':
			return answerLater(state, request, by);
		default:
			return null;
	}
}

/** A resume tries everything again but what the author left for later, which somebody has to name. */
function answerLater(
	state: RunState,
	{what, reason = 'somebody asked'}: RequestOf<'retry'>,
	by: string,
): Answer | null {
	if (typeof what !== 'object' || !('ids' in what)) return null;
	const found = findAll(state, what.ids);
	if (found.kind === 'refused') return found;
	const other = found.records.find(({stage}) => stage.kind !== 'postponed' || stage.by !== AUTHOR);
	if (other)
		return refuse(
			`${describeStanding(other)}, and nobody works on the run.`,
			'warpdeck resume   (tries again what did not succeed)',
		);
	return accept(
		found.records.map(({experiment: {id}}): Fact => ({type: 'requeued', id, reason, by})),
		`${nameAll(found.records)} will be tried once the run is resumed.`,
	);
}
