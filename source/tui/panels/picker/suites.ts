import {clean, displayWidth, fit, truncate} from '../../parts/fit.ts';
import type {Line} from '../../parts/line.ts';
import type {Counts, Outcome, SuiteRow} from '../../picker-source.ts';
import type {Glyphs, Tone} from '../../theme.ts';

type SuitesLayout = {
	readonly width: number;
	/** With the titles. */
	readonly rows: number;
	readonly glyphs: Glyphs;
	readonly cursor: number;
	/** Whether the keys go to the suites. */
	readonly isFocused: boolean;
};

type Column = {
	readonly title: string;
	readonly width: number;
	readonly align: 'left' | 'right';
	/** On a narrow screen those with the least leave first. */
	readonly keep: number;
	readonly show: (row: SuiteRow, glyphs: Glyphs) => string;
};

const LONGEST_NAME = 30;
const GAP = 2;
const MARK = 2;
/** In less nobody can read why a machine cannot run something. */
const LEAST_STATE = 20;

/** Titles and the suites around the cursor: how much each one is, how long it takes, and whether it can run here. */
export function laySuites(suites: readonly SuiteRow[], layout: SuitesLayout): readonly Line[] {
	const {rows, cursor, glyphs, width} = layout;
	const columns = chooseColumns(suites, width);
	const page = rows - 1;
	const first = Math.max(0, Math.min(cursor - Math.floor(page / 2), suites.length - page));
	const range = `${first + 1}-${Math.min(suites.length, first + page)} of ${suites.length}`;
	const titles = columns.map(({title, width: own, align}) => fit(title, own, '', align));
	const state = suites.length > page ? `here  (suites ${range})` : 'here';
	const shown = suites.slice(first, first + page);
	return [
		[{text: truncate(`${' '.repeat(MARK)}${join([...titles, state])}`, width, glyphs.ellipsis), tone: 'dim'}],
		...shown.map((row, index) => layRow(row, first + index === cursor, columns, layout)),
	];
}

function layRow(row: SuiteRow, isChosen: boolean, columns: readonly Column[], layout: SuitesLayout): Line {
	const {width, glyphs, isFocused} = layout;
	const cells = columns.map(({show, width: own, align}) =>
		fit(clean(show(row, glyphs), glyphs.ascii), own, glyphs.ellipsis, align),
	);
	const text = join(cells);
	const {state, tone, isAble} = describeState(row.outcome, glyphs);
	const room = width - MARK - displayWidth(text) - GAP;
	return [
		{text: isChosen ? `${glyphs.cursor} ` : ' '.repeat(MARK), tone: isFocused ? 'accent' : 'plain'},
		{text, tone: isChosen ? 'strong' : isAble ? 'plain' : 'dim'},
		{text: `${' '.repeat(GAP)}${truncate(clean(state, glyphs.ascii), room, glyphs.ellipsis)}`, tone},
	];
}

const join = (cells: readonly string[]): string => cells.join(' '.repeat(GAP));

/** The least important columns leave until the state has room. */
function chooseColumns(suites: readonly SuiteRow[], width: number): readonly Column[] {
	const longest = suites.reduce((most, {name}) => Math.max(most, displayWidth(name)), 'suite'.length);
	const columns: Column[] = [
		{title: 'suite', width: Math.min(longest, LONGEST_NAME), align: 'left', keep: 9, show: ({name}) => name},
		{title: 'cells', width: 5, align: 'right', keep: 8, show: showCount('cells')},
		{title: 'distinct', width: 8, align: 'right', keep: 6, show: showCount('distinct')},
		{title: 'executions', width: 10, align: 'right', keep: 5, show: showCount('executions')},
		{title: 'time', width: 15, align: 'left', keep: 7, show: showTime},
	];
	const total = () => columns.reduce((sum, column) => sum + column.width + GAP, 0);
	while (columns.length > 2 && total() > width - MARK - LEAST_STATE) {
		const least = Math.min(...columns.map(({keep}) => keep));
		columns.splice(
			columns.findIndex(({keep}) => keep === least),
			1,
		);
	}
	return columns;
}

/** Unknown is not 0: what is still being read has an ellipsis, what cannot be counted has nothing. */
const showCount =
	(what: keyof Counts): Column['show'] =>
	({outcome}, {ellipsis}) => {
		if (outcome === null) return ellipsis;
		if (outcome.kind === 'planned' || outcome.kind === 'counted') return `${outcome.counts?.[what] ?? ellipsis}`;
		return '';
	};

function showTime({outcome}: SuiteRow, {ellipsis}: Glyphs): string {
	if (outcome === null || outcome.kind === 'counted') return ellipsis;
	return outcome.kind === 'planned' ? outcome.time : '';
}

type State = {readonly state: string; readonly tone: Tone; readonly isAble: boolean};

function describeState(outcome: Outcome | null, {ellipsis}: Glyphs): State {
	switch (outcome?.kind) {
		case undefined:
		case 'counted':
			return {state: ellipsis, tone: 'dim', isAble: true};
		case 'unplanned':
			return {state: outcome.reason, tone: 'plain', isAble: true};
		case 'refused':
			return {state: `faulty: ${outcome.error}`, tone: 'failed', isAble: false};
		case 'planned': {
			const {problems, campaign} = outcome.plan;
			const [problem] = problems;
			const phases = campaign ? `: campaign of ${campaign.phases.length} phases` : '';
			if (!problem) return {state: `ready${phases}`, tone: 'ok', isAble: true};
			return {state: `cannot: ${problem.message}`, tone: 'dim', isAble: false};
		}
	}
}
