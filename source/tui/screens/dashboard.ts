import {
	type Alert,
	type HeaderView,
	type LaneView,
	type Matrix,
	type Message,
	selectAlerts,
	selectHeader,
	selectLanes,
	selectMatrix,
	selectMessages,
} from '../../journal/select.ts';
import type {RunState} from '../../journal/state.ts';
import {type CampaignSummary, summarizeCampaign} from '../../report/campaign/campaign-summary.ts';
import {controlExperiment, controlLanes} from '../control.ts';
import type {Action} from '../keys.ts';
import {layAlerts} from '../panels/alerts.ts';
import {layCampaign} from '../panels/campaign/strip.ts';
import {layGpuLanes} from '../panels/gpu-lanes.ts';
import {layHeader} from '../panels/header.ts';
import {layChart} from '../panels/latency-chart.ts';
import {layMessages} from '../panels/messages.ts';
import {layRunMatrix} from '../panels/run-matrix.ts';
import {showLines} from '../parts/blocks.ts';
import {type Line, lineWidth} from '../parts/line.ts';
import {defineScreen, type Layout} from '../screen.ts';
import {move} from '../scroll.ts';
import {layDashboard} from './layout.ts';

type Own = {
	/** Position of the lane that the cursor is on and that the chart follows. */
	readonly lane: number;
};

type Model = {
	readonly header: HeaderView;
	/** null outside of a campaign. */
	readonly campaign: CampaignSummary | null;
	readonly lanes: readonly LaneView[];
	readonly maxWorkers: number;
	readonly alerts: readonly Alert[];
	readonly messages: readonly Message[];
	/** null where there is no room for it. */
	readonly matrix: Matrix | null;
};

/** A narrower screen needs all of its columns for lanes and messages. */
const MATRIX_COLUMNS = 110;
const WIDE_COLUMNS = 150;
const GAP = 2;

/** The run as it goes: totals, a lane for each GPU, alerts, the latencies of the chosen lane, messages, all runs. */
export const dashboard = defineScreen<Own, Model>({
	initial: {lane: 0},
	select: ({state, now}, _own, {columns}) => {
		const lanes = selectLanes(state, now);
		return {
			header: selectHeader(state, now),
			campaign: summarizeCampaign(state, now),
			lanes,
			maxWorkers: state.opened?.maxWorkers ?? 1,
			alerts: selectAlerts(state, now, lanes),
			messages: selectMessages(state),
			matrix: columns < MATRIX_COLUMNS ? null : selectMatrixOnce(state),
		};
	},
	lay: (model, own, layout) => showLines(layLines(model, own, layout)),
	act: (own, action, {lanes, header, maxWorkers}) => {
		const lane = lanes[own.lane];
		const held = controlLanes(action, {lane, isRunPaused: header.course.kind === 'paused', maxWorkers});
		if (held) return {own, effect: held};
		const running = lane?.running && {id: lane.running.id, status: lane.running.stage};
		const controlled = controlExperiment(action, running ?? undefined);
		if (controlled) return {own, effect: controlled};
		const id = lanes[own.lane]?.running?.id ?? lanes[own.lane]?.latest?.id;
		if (action === 'open') return id === undefined ? {own} : {own, effect: {kind: 'look-into', id}};
		return {own: {lane: findNamed(lanes, action) ?? move(own.lane, action, {last: lanes.length - 1, page: 1})}};
	},
});

/** Made anew when a fact came, not with every frame: it walks all experiments. */
const selectMatrixOnce = (() => {
	let made: {readonly positions: unknown; readonly seq: number; readonly matrix: Matrix} | null = null;
	return (state: RunState): Matrix => {
		const {positions, seq} = state;
		if (made?.seq !== seq || made.positions !== positions) made = {positions, seq, matrix: selectMatrix(state)};
		return made.matrix;
	};
})();

/** A digit means the GPU or the CPU lane that has it in its name; the first CPU lane has none. */
function findNamed(lanes: readonly LaneView[], action: Action): number | undefined {
	const digit = /^lane-(\d)$/.exec(action)?.[1];
	const position = lanes.findIndex(({gpu, label}) => digit === `${gpu?.index ?? /\d+$/.exec(label)?.[0] ?? 0}`);
	return position === -1 ? undefined : position;
}

function layLines(model: Model, own: Own, layout: Layout): readonly Line[] {
	const {lanes, alerts} = model;
	const {columns: width, rows, theme, utcOffsetMinutes} = layout;
	const {glyphs} = theme;
	const top = [
		...layHeader(model.header, {width, glyphs, utcOffsetMinutes}),
		...(model.campaign ? layCampaign(model.campaign, layout) : []),
	];
	const selected = Math.max(0, Math.min(own.lane, lanes.length - 1));
	const matrix = model.matrix ? layRunMatrix(model.matrix, {width, glyphs}) : [];
	const room = layDashboard({
		rows: rows - top.length,
		lanes: lanes.length,
		selected,
		alerts: alerts.length,
		matrixRows: matrix.length,
		isWide: width >= WIDE_COLUMNS,
		hasLatencies: lanes.some(({latest}) => latest !== null),
	});
	const chosen = lanes[selected];
	return [
		...top,
		...layGpuLanes({lanes, alerts, selected, room, layout}),
		...(chosen && room.chartRows > 0 ? layChart(chosen, {width, rows: room.chartRows, glyphs}) : []),
		...layAlerts(alerts, {width, rows: room.alertRows, glyphs}),
		...layBottom(model.messages, room.hasMatrix ? matrix : [], room.messageRows, layout),
	];
}

function layBottom(
	messages: readonly Message[],
	matrix: readonly Line[],
	rows: number,
	{columns, theme, utcOffsetMinutes}: Layout,
): readonly Line[] {
	const [first] = matrix;
	const left = first ? lineWidth(first) + GAP : 0;
	const lines = layMessages(messages, {width: columns - left, rows, glyphs: theme.glyphs, utcOffsetMinutes});
	if (left === 0) return lines;
	return lines.map((line, row) => {
		const beside = matrix[row] ?? [];
		return [...beside, {text: ' '.repeat(left - lineWidth(beside)), tone: 'plain'}, ...line];
	});
}
