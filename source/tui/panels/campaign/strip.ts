import type {CampaignSummary} from '../../../report/campaign/campaign-summary.ts';
import {
	countEnded,
	countToRun,
	describeCost,
	explainStatus,
	findCurrent,
	nameStatus,
	type PhaseStatus,
} from '../../../report/campaign/phase-words.ts';
import {clean, displayWidth, truncate} from '../../parts/fit.ts';
import {type Line, type Part, part, spread} from '../../parts/line.ts';
import type {Layout} from '../../screen.ts';
import {layPhaseTable} from './phase-table.ts';
import {toneOfStatus} from './tones.ts';

/** A lower screen needs its rows for lanes. */
const TABLE_ROWS = 36;
const LEAST_REASON = 12;

/** A campaign on the dashboard: the phase that one would ask about in a line, and where there is room a table of all. */
export function layCampaign(campaign: CampaignSummary, layout: Layout): readonly Line[] {
	const {columns: width, rows, theme} = layout;
	const {phases} = campaign;
	const most = rows < TABLE_ROWS ? 0 : Math.floor(rows / 5);
	const first = Math.max(0, Math.min(findCurrent(phases) - 1, phases.length - most));
	const hidden = most === 0 ? 0 : Math.max(0, phases.length - most);
	return [
		layStrip(campaign, hidden, layout),
		...(most === 0 ? [] : layPhaseTable({phases, first, rows: most, cursor: null, width, glyphs: theme.glyphs})),
	];
}

function layStrip(campaign: CampaignSummary, hidden: number, {columns: width, theme}: Layout): Line {
	const {phases, stopped, costUsd, budget} = campaign;
	const {glyphs} = theme;
	const position = findCurrent(phases);
	const current = phases[position];
	if (!current) return [];
	const others = phases.filter(({status}, index) => status.kind === 'running' && index !== position).length;
	const left = [
		part(`phase ${position + 1}/${phases.length} ${current.phase.name}`, 'strong', 9),
		part(nameStatus(current.status), toneOfStatus(current.status), 8),
		part(
			stopped !== null || isOver(current.status) ? '' : `${countEnded(current)}/${countToRun(current)} done`,
			'plain',
			7,
		),
		part(others > 0 ? `${others} more running` : '', 'accent', 5),
		part(describeCost({costUsd, stopUsd: budget?.stopUsd ?? null}), 'plain', 7),
	];
	const right = part(hidden > 0 ? `+${hidden} phases: c shows all` : 'c phases', 'dim', hidden > 0 ? 6 : 3);
	const room = width - [...left, right].reduce((sum, one) => sum + widthOf(one), 0);
	return spread([...left, ...layReason(campaign, position, room, glyphs)], [right], width, glyphs);
}

/** What somebody has to answer is more than that all of it has ended. */
const isOver = ({kind}: PhaseStatus): boolean => kind !== 'waiting' && kind !== 'running';

type Signs = Layout['theme']['glyphs'];

/** Cut with a mark rather than left out: it is what somebody has to do. */
function layReason({phases, stopped}: CampaignSummary, position: number, room: number, glyphs: Signs): readonly Part[] {
	const status = phases[position]?.status;
	const why = stopped === null ? (status ? explainStatus(status) : '') : `stopped: ${stopped}`;
	if (why === '' || room < LEAST_REASON) return [];
	const tone = stopped === null && status ? toneOfStatus(status) : 'degraded';
	return [part(truncate(clean(why, glyphs.ascii), room - 2, glyphs.ellipsis), tone, 4)];
}

const widthOf = ({text}: Part): number => (text === '' ? 0 : displayWidth(clean(text)) + 2);
