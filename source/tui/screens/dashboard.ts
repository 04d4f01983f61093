import {
	type HeaderView,
	type LaneView,
	type Message,
	selectHeader,
	selectLanes,
	selectMessages,
} from '../../journal/select.ts';
import {layHeader} from '../panels/header.ts';
import {layLane} from '../panels/lane.ts';
import {layChart} from '../panels/latency-chart.ts';
import {layMessages} from '../panels/messages.ts';
import {showLines} from '../parts/blocks.ts';
import {type Line, pack, part} from '../parts/line.ts';
import {defineScreen, type Layout} from '../screen.ts';
import {move} from '../scroll.ts';
import {layDashboard} from './layout.ts';

type Own = {
	/** Position of the lane that the chart follows. */
	readonly lane: number;
};

type Model = {
	readonly header: HeaderView;
	readonly lanes: readonly LaneView[];
	readonly messages: readonly Message[];
};

/** The run as it goes: totals, a lane for each GPU, the latencies of the chosen lane, messages. */
export const dashboard = defineScreen<Own, Model>({
	initial: {lane: 0},
	select: ({state, now}) => ({
		header: selectHeader(state, now),
		lanes: selectLanes(state, now),
		messages: selectMessages(state),
	}),
	lay: (model, own, layout) => showLines(layLines(model, own, layout)),
	act: (own, action, {lanes}) => {
		const id = lanes[own.lane]?.running?.id ?? lanes[own.lane]?.latest?.id;
		if (action === 'open') return id === undefined ? {own} : {own, effect: {kind: 'look-into', id}};
		return {own: {lane: move(own.lane, action, {last: lanes.length - 1, page: 1})}};
	},
});

function layLines({header, lanes, messages}: Model, own: Own, layout: Layout): readonly Line[] {
	const {columns: width, rows, theme, utcOffsetMinutes} = layout;
	const {glyphs} = theme;
	const top = layHeader(header, {width, glyphs, utcOffsetMinutes});
	const selected = Math.max(0, Math.min(own.lane, lanes.length - 1));
	const room = layDashboard({rows: rows - top.length, lanes: lanes.length, selected});
	const chosen = lanes[selected];
	return [
		...top,
		...layLanes(lanes, {...room, layout, selected}),
		...(chosen && room.chartRows > 0 ? layChart(chosen, {width, rows: room.chartRows, glyphs}) : []),
		...layMessages(messages, {width, rows: room.messageRows, glyphs, utcOffsetMinutes}),
	];
}

type Room = ReturnType<typeof layDashboard> & {readonly layout: Layout; readonly selected: number};

function layLanes(lanes: readonly LaneView[], room: Room): readonly Line[] {
	const {firstLane, shownLanes, hiddenLanes, laneRows, selected, layout} = room;
	const {columns: width, theme} = layout;
	const {glyphs} = theme;
	const shown = lanes
		.slice(firstLane, firstLane + shownLanes)
		.flatMap((lane, index) =>
			layLane(lane, {width, rows: laneRows, glyphs, selected: lanes.length > 1 && firstLane + index === selected}),
		);
	if (hiddenLanes === 0) return shown;
	const note = `+${hiddenLanes} lanes: j/k moves to them, a taller terminal shows more`;
	return [...shown, pack([part(note, 'degraded')], width, glyphs)];
}
