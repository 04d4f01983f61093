import type {Alert, LaneView} from '../../journal/select.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import type {Layout} from '../screen.ts';
import type {DashboardLayout} from '../screens/layout.ts';
import {layLaneBlock} from './lane-block.ts';
import {layLaneTable} from './lane-table.ts';
import type {LaneMarks} from './lane-words.ts';

type GpuLanes = {
	readonly lanes: readonly LaneView[];
	readonly alerts: readonly Alert[];
	/** Position of the lane that the cursor is on. */
	readonly selected: number;
	readonly room: DashboardLayout;
	readonly layout: Layout;
};

/** All lanes as blocks of four or five lines, or as a table with the selected one in full below it. */
export function layGpuLanes(panel: GpuLanes): readonly Line[] {
	const {lanes, room, layout} = panel;
	const {columns: width, theme} = layout;
	const shown = lanes.slice(room.firstLane, room.firstLane + room.shownLanes);
	if (room.kind === 'blocks') return shown.flatMap((lane, index) => layBlock(lane, index > 0 && room.hasRules, panel));
	const note = `+${room.hiddenLanes} lanes: j/k moves to them, a taller terminal shows more`;
	const detailed = lanes[panel.selected];
	return [
		...layLaneTable(shown, {width, glyphs: theme.glyphs, marksOf: (lane) => marksOf(lane, panel)}),
		...(room.hiddenLanes > 0 ? [pack([part(note, 'degraded')], width, theme.glyphs)] : []),
		...(room.detailRows > 0 && detailed ? layDetail(detailed, panel) : []),
	];
}

function layBlock(lane: LaneView, withRule: boolean, panel: GpuLanes): readonly Line[] {
	const {room, layout} = panel;
	const {columns: width, theme} = layout;
	const block = layLaneBlock(lane, {...marksOf(lane, panel), width, rows: room.laneRows, glyphs: theme.glyphs});
	return withRule ? [rule('', width, theme.glyphs), ...block] : block;
}

function layDetail(lane: LaneView, {room, layout}: GpuLanes): readonly Line[] {
	const {columns: width, theme} = layout;
	const rows = room.detailRows - 1;
	return [
		rule('', width, theme.glyphs),
		...layLaneBlock(lane, {selected: false, alert: null, width, rows, glyphs: theme.glyphs}),
	];
}

/** A cursor among one lane would say nothing. */
const marksOf = (lane: LaneView, {lanes, alerts, selected}: GpuLanes): LaneMarks => ({
	selected: lanes.length > 1 && lanes[selected] === lane,
	alert: alerts.find((one) => one.lane === lane.id) ?? null,
});
