import {findBudgetEnd, toHours} from '../../journal/spending.ts';
import {describeBudget} from '../../report/campaign/budget-words.ts';
import {type CampaignSummary, type PhaseSummary, summarizeCampaign} from '../../report/campaign/campaign-summary.ts';
import {describePassed, findCurrent, formatHours, sumGroups} from '../../report/campaign/phase-words.ts';
import {wrapText} from '../../report/text.ts';
import {controlPhase} from '../control.ts';
import {isTitled, layPhaseDetails} from '../panels/campaign/phase-details.ts';
import {layPhaseTable} from '../panels/campaign/phase-table.ts';
import {showLines} from '../parts/blocks.ts';
import {formatClock, formatZone} from '../parts/duration.ts';
import {clean, truncate} from '../parts/fit.ts';
import {type Line, pack, part, rule, spread} from '../parts/line.ts';
import {defineScreen, type Layout, type Scene} from '../screen.ts';
import {follow, move} from '../scroll.ts';
import type {Tone} from '../theme.ts';

type Own = {
	/** Name of the phase that the cursor is on; null until chosen: the one that one would ask about. */
	readonly phase: string | null;
	/** Lines of its details that are scrolled away. */
	readonly scroll: number;
};

type Model = {
	/** null outside of a campaign. */
	readonly campaign: CampaignSummary | null;
	readonly cursor: number;
	readonly top: readonly Line[];
	/** Rows of the table without its titles, and its first one. */
	readonly tableRows: number;
	readonly first: number;
	readonly details: readonly Line[];
	readonly page: number;
	readonly maxScroll: number;
};

/** Titles of the table, and the rule above the details. */
const FIXED_ROWS = 2;
const LEAST_DETAILS = 6;

/** Every phase of a campaign, one of them in full; what it costs, and when it will have cost enough. */
export const campaign = defineScreen<Own, Model>({
	initial: {phase: null, scroll: 0},
	select: selectModel,
	lay: (model, own, layout) => showLines(layLines(model, own, layout)),
	act: (own, action, {campaign: shown, cursor, maxScroll, page}) => {
		const phases = shown?.phases ?? [];
		const effect = controlPhase(action, phases[cursor]);
		if (effect) return {own, effect};
		if (action === 'page-up' || action === 'page-down')
			return {own: {...own, scroll: move(own.scroll, action, {last: maxScroll, page})}};
		const to = move(cursor, action, {last: phases.length - 1, page: 1});
		return to === cursor ? {own} : {own: {phase: phases[to]?.phase.name ?? null, scroll: 0}};
	},
});

function selectModel({state, now}: Scene, own: Own, layout: Layout): Model {
	const {columns: width, rows, theme} = layout;
	const shown = summarizeCampaign(state, now);
	if (!shown) return {...NONE, top: say(NO_CAMPAIGN, 'plain', layout)};
	const {phases} = shown;
	const chosen = phases.findIndex(({phase}) => phase.name === own.phase);
	const cursor = chosen < 0 ? findCurrent(phases) : chosen;
	const stopsAt = state.campaign && !state.closed ? findBudgetEnd(state, state.campaign, now) : null;
	const top = layTop(shown, {suite: state.opened?.suite ?? '', cursor, stopsAt, now}, layout);
	const room = rows - top.length - FIXED_ROWS;
	const one = phases[cursor];
	const details = one ? layPhaseDetails(one, shown, {width, glyphs: theme.glyphs}) : [];
	const tableRows = shareRoom(room, phases.length, details.length);
	const page = Math.max(1, room - tableRows);
	return {
		campaign: shown,
		cursor,
		top,
		tableRows,
		first: Math.max(0, Math.min(follow(0, cursor, tableRows), phases.length - tableRows)),
		details,
		page,
		maxScroll: Math.max(0, details.length - page),
	};
}

/** All phases if they fit; else the details get what they need, up to half of the room. */
function shareRoom(room: number, phases: number, details: number): number {
	const forDetails = Math.max(LEAST_DETAILS, Math.min(details, Math.floor(room / 2)));
	return Math.max(1, Math.min(phases, room - forDetails));
}

const NO_CAMPAIGN = 'This run is no campaign: its suite has no phases. Esc goes back.';
const NONE: Model = {
	campaign: null,
	cursor: 0,
	top: [],
	tableRows: 0,
	first: 0,
	details: [],
	page: 1,
	maxScroll: 0,
};

type Above = {
	readonly suite: string;
	readonly cursor: number;
	/** Epoch ms. */
	readonly stopsAt: number | null;
	readonly now: number;
};

function layTop(shown: CampaignSummary, above: Above, layout: Layout): readonly Line[] {
	const {phases, stopped} = shown;
	const {columns: width, theme} = layout;
	const sum = sumGroups(phases);
	const left = [
		part(`CAMPAIGN ${above.suite}`, 'strong', 9),
		part(describePassed(shown), 'plain', 7),
		part(sum === null ? '' : `results: ${sum}`, 'plain', 5),
	];
	const right = [part(`phase ${above.cursor + 1} of ${phases.length}`, 'dim', 6)];
	const budget = describeBudget(shown);
	return [
		spread(left, right, width, theme.glyphs),
		...(budget === null ? [] : say(`${budget}${describeStop(above, layout)}`, 'plain', layout)),
		...(stopped === null ? [] : say(`Stopped: ${stopped}`, 'failed', layout)),
	];
}

/** A rate holds only as long as the same GPUs work. */
function describeStop({stopsAt, now}: Above, {utcOffsetMinutes}: Layout): string {
	if (stopsAt === null) return '';
	const at = Math.max(now, stopsAt);
	const dayOf = (time: number) => Math.floor((time / 60_000 + utcOffsetMinutes) / 1440);
	const days = dayOf(at) - dayOf(now);
	const clock = `${formatClock(at, utcOffsetMinutes).slice(0, 5)} ${formatZone(utcOffsetMinutes)}`;
	return `, which is in ${formatHours(toHours(at - now))} at this rate (${clock}${days > 0 ? `, +${days} d` : ''})`;
}

const say = (text: string, tone: Tone, {columns: width, theme}: Layout): readonly Line[] =>
	wrapText(clean(text, theme.glyphs.ascii), width).map((line) => pack([part(line, tone)], width, theme.glyphs));

function layLines(model: Model, own: Own, layout: Layout): readonly Line[] {
	const {campaign: shown, cursor, top, tableRows, first, details, page, maxScroll} = model;
	if (!shown) return top;
	const {columns: width, rows, theme} = layout;
	const {glyphs} = theme;
	const scroll = Math.min(own.scroll, maxScroll);
	const one = shown.phases[cursor];
	const place =
		maxScroll > 0 ? `; lines ${scroll + 1}-${Math.min(details.length, scroll + page)} of ${details.length}` : '';
	return [
		...top,
		...layPhaseTable({phases: shown.phases, first, rows: tableRows, cursor, width, glyphs}),
		layRule(one ? nameFully(one, width) : '', place, width, glyphs),
		...details.slice(scroll, scroll + page),
	].slice(0, rows);
}

const nameFully = (one: PhaseSummary, width: number): string =>
	one.phase.title === one.phase.name || !isTitled(one, width)
		? one.phase.name
		: `${one.phase.name}: ${one.phase.title}`;

/** A long name is cut before its place is: what is scrolled away must be known. */
function layRule(title: string, place: string, width: number, glyphs: Layout['theme']['glyphs']): Line {
	const room = Math.max(8, width - place.length - 6);
	return rule(`${truncate(clean(title, glyphs.ascii), room, glyphs.ellipsis)}${place}`, width, glyphs);
}
