import {NO_LOG} from '../../journal/experiment-files.ts';
import {type ExperimentView, selectExperiment} from '../../journal/select-experiment.ts';
import {findPasses} from '../../report/profile/passes.ts';
import {controlExperiment} from '../control.ts';
import type {Action} from '../keys.ts';
import {layCommand} from '../panels/detail/command.ts';
import {layConfig} from '../panels/detail/config.ts';
import {layGpu} from '../panels/detail/gpu.ts';
import {layLatency, layLatencyChart} from '../panels/detail/latency.ts';
import {type DetailModel, makeConfig, makeDetail, makeGpu} from '../panels/detail/model.ts';
import {layOverview} from '../panels/detail/overview.ts';
import {layNote, type PageLayout, STATUS_TONES} from '../panels/detail/page.ts';
import {layProfile} from '../panels/detail/profile.ts';
import {showLines} from '../parts/blocks.ts';
import {formatDuration} from '../parts/duration.ts';
import {type Line, part, spread} from '../parts/line.ts';
import {defineScreen, type Effect, type Layout, type Scene} from '../screen.ts';
import {move} from '../scroll.ts';
import {actOnLog, initialLog, type LogModel, type LogOwn, layLog, makeLog, writeSearch} from './detail-log.ts';

const TABS = ['overview', 'latency', 'log', 'command', 'config', 'gpu', 'profile'] as const;
type Tab = (typeof TABS)[number];

type Own = {
	readonly tab: Tab;
	/** Lines that are scrolled away; the log has its own place. */
	readonly offset: number;
	readonly log: LogOwn;
};

type Model = {
	readonly id: string;
	/** null when the run has no such experiment. */
	readonly detail: DetailModel | null;
	/** All lines of the page, also those that are scrolled away. */
	readonly lines: readonly Line[];
	readonly log: LogModel | null;
	/** Whether its cell has a profiling pass. */
	readonly hasPasses: boolean;
	readonly page: number;
};

type Acted = {readonly own: Own; readonly effect?: Effect};

/** Rows above a page: the experiment and the names of the pages. */
const TOP_ROWS = 2;

/** One experiment: how it stands and why, its latencies, log, command, configuration, and its GPU meanwhile. */
export const detail = defineScreen<Own, Model>({
	initial: {tab: 'overview', offset: 0, log: initialLog},
	select,
	lay: (model, own, layout) => showLines(lay(model, own, layout)),
	act,
	input: {
		open: ({log}) => log.field,
		write: (own, field, end, {log}) => ({own: {...own, log: writeSearch(own.log, field, end, log)}}),
	},
});

function select(scene: Scene, own: Own, layout: Layout): Model {
	const id = scene.lookedInto ?? '';
	const view = selectExperiment(scene.state, id, scene.now);
	const page = layout.rows - TOP_ROWS;
	if (!view) return {id, detail: null, lines: [], log: null, hasPasses: false, page};
	const files = scene.files?.id === id ? scene.files : null;
	const made = makeDetail(view, files);
	const room = makeRoom(layout, page);
	const passes = findPasses(scene.state, view.experiment.runId);
	const logs = files ?? {stdout: NO_LOG, stderr: NO_LOG};
	const log = own.tab === 'log' ? makeLog(view, logs, own.log, room) : null;
	const lines = (): readonly Line[] => {
		switch (own.tab) {
			case 'overview':
				return fillOverview(made, logs, room);
			case 'latency':
				return layLatency(made.latency, room);
			case 'log':
				return log ? layLog(log, own.log, room) : [];
			case 'command':
				return layCommand(made.command, room);
			case 'config':
				return layConfig(makeConfig(view), room);
			case 'gpu':
				return layGpu(makeGpu(made, files, scene.now), room);
			case 'profile':
				return layProfile(putFirst(passes, id), room);
			default:
				return own.tab satisfies never;
		}
	};
	return {id, detail: made, lines: lines(), log, hasPasses: passes.length > 0, page};
}

/** Whoever opens a pass looks for that one. */
const putFirst = (passes: ReturnType<typeof findPasses>, id: string): ReturnType<typeof findPasses> =>
	passes.toSorted((a, b) => Number(b.id === id) - Number(a.id === id));

const makeRoom = ({columns, theme, utcOffsetMinutes}: Layout, rows: number): PageLayout => ({
	width: columns,
	rows,
	glyphs: theme.glyphs,
	utcOffsetMinutes,
});

const MIN_LOG_ROWS = 4;
const MIN_CHART_ROWS = 10;
const MAX_CHART_ROWS = 16;

/** A screen with room left shows the latencies and the end of the log below. */
function fillOverview(model: DetailModel, logs: Parameters<typeof makeLog>[1], room: PageLayout): readonly Line[] {
	const lines = [...layOverview(model, room)];
	const free = () => room.rows - lines.length;
	if (model.latency.values.length > 0 && free() >= MIN_CHART_ROWS + MIN_LOG_ROWS) {
		const rows = Math.min(MAX_CHART_ROWS, free() - MIN_LOG_ROWS);
		lines.push(...layLatencyChart(model.latency, {...room, rows}));
	}
	if (model.view.attempt > 0 && free() >= MIN_LOG_ROWS) {
		const below = {...room, rows: free()};
		lines.push(...layLog(makeLog(model.view, logs, initialLog, below), initialLog, below));
	}
	return lines;
}

const TAB_ACTIONS: {readonly [action in Action]?: Tab} = {
	'show-overview': 'overview',
	'show-latency': 'latency',
	'show-log': 'log',
	'show-command': 'command',
	'show-config': 'config',
	'show-gpu': 'gpu',
	'show-profile': 'profile',
};

function act(own: Own, action: Action, model: Model): Acted {
	const controlled = controlExperiment(
		action,
		model.detail ? {id: model.id, status: model.detail.view.status} : undefined,
	);
	if (controlled) return {own, effect: controlled};
	const tab = TAB_ACTIONS[action] ?? stepTab(own.tab, action, model);
	if (tab) return {own: {...own, tab, offset: 0}};
	if (action === 'copy') return copy(own, model);
	// A search begins on any page: it is the log that is searched.
	if (action === 'search' && !model.log) return {own: {...own, tab: 'log', log: {...own.log, ...openSearch(own.log)}}};
	if (model.log) return {own: {...own, log: actOnLog(own.log, action, model.log) ?? own.log}};
	const last = Math.max(0, model.lines.length - model.page);
	return {own: {...own, offset: move(own.offset, action, {last, page: model.page})}};
}

const openSearch = (log: LogOwn): Pick<LogOwn, 'field'> => ({field: {text: log.query, cursor: [...log.query].length}});

/** Only a cell with a profiling pass, or who asks for it by its number, has the page of profilers. */
const listTabs = (shown: Tab, {hasPasses}: Model): readonly Tab[] =>
	TABS.filter((tab) => tab !== 'profile' || hasPasses || shown === 'profile');

function stepTab(tab: Tab, action: Action, model: Model): Tab | undefined {
	const tabs = listTabs(tab, model);
	const step = action === 'next-tab' ? 1 : action === 'previous-tab' ? -1 : 0;
	return step === 0 ? undefined : tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
}

function copy(own: Own, {detail: made, id}: Model): Acted {
	const shell = made?.command?.shell;
	if (shell === undefined) return {own};
	return {own, effect: {kind: 'copy', text: shell, what: `the command of ${id}`}};
}

function lay(model: Model, own: Own, layout: Layout): readonly Line[] {
	const room = makeRoom(layout, model.page);
	if (!model.detail) {
		const unknown = `This run has no experiment ${model.id || 'to look into'}. Esc goes back.`;
		return layNote(unknown, room, 'degraded');
	}
	const last = Math.max(0, model.lines.length - model.page);
	const offset = model.log ? 0 : Math.min(own.offset, last);
	return [
		layHeading(model.detail.view, room),
		layTabs(own, model, offset, room),
		...model.lines.slice(offset, offset + model.page),
	];
}

function layHeading({experiment, status, attempt, elapsedMs}: ExperimentView, {width, glyphs}: PageLayout): Line {
	const left = [
		part(experiment.id, 'strong', 9),
		part(status, STATUS_TONES[status], 8),
		part(attempt > 1 ? `attempt ${attempt}` : '', 'degraded', 6),
	];
	const right = elapsedMs === null ? [] : [part(formatDuration(elapsedMs), 'plain', 5)];
	return spread(left, right, width, glyphs);
}

function layTabs(own: Own, model: Model, offset: number, {width, glyphs}: PageLayout): Line {
	const {lines, page, log} = model;
	const names = listTabs(own.tab, model).map((tab, index) => {
		const isShown = tab === own.tab;
		const name = `${index + 1} ${tab}`;
		return part(isShown ? `[${name}]` : name, isShown ? 'strong' : 'dim', isShown ? 9 : 8 - index);
	});
	const scrolls = !log && lines.length > page;
	const place = scrolls ? `lines ${offset + 1}-${Math.min(lines.length, offset + page)} of ${lines.length}` : '';
	return spread(names, place ? [part(place, 'dim', 8)] : [], width, glyphs);
}
