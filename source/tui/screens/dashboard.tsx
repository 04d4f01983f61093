import {Box} from 'ink';
import type {HeaderView, LaneView, Message} from '../../journal/select.ts';
import {layHeader} from '../panels/header.ts';
import {layLane} from '../panels/lane.ts';
import {layChart} from '../panels/latency-chart.ts';
import {layMessages} from '../panels/messages.ts';
import {type Line, Lines, pack, part} from '../parts/line.ts';
import type {Theme} from '../theme.ts';
import {layDashboard} from './layout.ts';

type DashboardProps = {
	readonly header: HeaderView;
	readonly lanes: readonly LaneView[];
	readonly messages: readonly Message[];
	/** Position of the lane that the chart follows. */
	readonly selected: number;
	readonly columns: number;
	/** Without the key line. */
	readonly rows: number;
	readonly theme: Theme;
	readonly utcOffsetMinutes: number;
};

export const Dashboard = (props: DashboardProps) => (
	<Box flexDirection="column" width="100%" flexShrink={0}>
		<Lines lines={layLines(props)} theme={props.theme} />
	</Box>
);

function layLines(props: DashboardProps): readonly Line[] {
	const {header, lanes, messages, columns: width, rows, theme, utcOffsetMinutes} = props;
	const {glyphs} = theme;
	const top = layHeader(header, {width, glyphs, utcOffsetMinutes});
	const selected = Math.max(0, Math.min(props.selected, lanes.length - 1));
	const layout = layDashboard({rows: rows - top.length, lanes: lanes.length, selected});
	const chosen = lanes[selected];
	return [
		...top,
		...layLanes(lanes, {...layout, width, selected, theme}),
		...(chosen && layout.chartRows > 0 ? layChart(chosen, {width, rows: layout.chartRows, glyphs}) : []),
		...layMessages(messages, {width, rows: layout.messageRows, glyphs, utcOffsetMinutes}),
	];
}

type LanesLayout = ReturnType<typeof layDashboard> & {
	readonly width: number;
	readonly selected: number;
	readonly theme: Theme;
};

function layLanes(lanes: readonly LaneView[], layout: LanesLayout): readonly Line[] {
	const {firstLane, shownLanes, hiddenLanes, laneRows, width, selected, theme} = layout;
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
