import {type Presence, readPresence} from '../effects/run-presence.ts';
import type {RunState} from '../journal/state.ts';
import {type CampaignStatus, describeCampaignStatus} from '../report/campaign/campaign-status.ts';

/** finished: it has ended. live: a runner works on it. dead: it has not ended, and nobody works on it. */
type Life = 'live' | 'dead' | 'finished' | 'unseen';

/** What one looks for first: whether it goes on, how far it is, and who works on it. */
export const describeStatus = (path: string, state: RunState, now = Date.now()) => {
	const presence = readPresence(path, now);
	const {counts, closed, opened} = state;
	const life = judgeLife(presence, state);
	return {
		life,
		state: `${opened?.foreign ? 'FOREIGN, ' : ''}${opened?.simulated ? 'simulated, ' : ''}${closed?.reason ?? 'not closed'}`,
		succeeded: counts.succeeded + counts.degraded,
		failed: counts.failed,
		invalid: counts.invalid,
		running: counts.active,
		left: counts.waiting + counts.active,
		postponed: counts.postponed,
		...describeRunner(presence),
		...describePlace(state, life === 'live' ? now : (closed?.at ?? state.at)),
	};
};

/** Only of a campaign, so that what is said of other runs stays as it was. What nobody works on costs nothing more. */
function describePlace(state: RunState, now: number): {readonly campaign?: CampaignStatus} {
	const campaign = describeCampaignStatus(state, now);
	return campaign ? {campaign} : {};
}

/** A runner that is writing its last files has a run that has ended. */
function judgeLife({kind}: Presence, {closed}: RunState): Life {
	if (closed !== null) return 'finished';
	return kind === 'alive' ? 'live' : kind === 'unseen' ? 'unseen' : 'dead';
}

const describeRunner = (presence: Presence): {readonly pid: number | null; readonly host: string | null} =>
	presence.kind === 'alive' || presence.kind === 'unseen'
		? {pid: presence.holder.pid, host: presence.holder.host}
		: {pid: null, host: null};
