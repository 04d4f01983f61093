export const MIN_COLUMNS = 60;
export const MIN_ROWS = 16;

/** How many rows each part of the dashboard gets; together with header and key line they fill the screen. */
type DashboardLayout = {
	readonly laneRows: number;
	/** Position of the first lane shown and how many are. */
	readonly firstLane: number;
	readonly shownLanes: number;
	/** Said on a line of its own when not 0. */
	readonly hiddenLanes: number;
	/** 0 when there is no room for one. */
	readonly chartRows: number;
	readonly messageRows: number;
};

const MIN_MESSAGE_ROWS = 3;
const MAX_LANE_ROWS = 6;
const MIN_CHART_ROWS = 10;
const MAX_CHART_ROWS = 18;

type Space = {
	/** Without header and key line. */
	readonly rows: number;
	readonly lanes: number;
	readonly selected: number;
};

/** Lanes first, as tall as all of them can be; then a chart if ten rows are left; messages take the rest. */
export function layDashboard({rows, lanes, selected}: Space): DashboardLayout {
	const room = rows - MIN_MESSAGE_ROWS;
	const laneRows = chooseLaneRows(room, lanes);
	const shownLanes = lanes * laneRows <= room ? lanes : room - 1;
	const hiddenLanes = lanes - shownLanes;
	const left = room - shownLanes * laneRows - (hiddenLanes > 0 ? 1 : 0);
	const chartRows = left >= MIN_CHART_ROWS ? Math.min(left, MAX_CHART_ROWS) : 0;
	const firstLane = Math.max(0, Math.min(selected - shownLanes + 1, hiddenLanes));
	return {laneRows, firstLane, shownLanes, hiddenLanes, chartRows, messageRows: MIN_MESSAGE_ROWS + left - chartRows};
}

/** The sixth row is only a rule between lanes: a chart is worth more. */
function chooseLaneRows(room: number, lanes: number): number {
	if (lanes === 0) return 1;
	const most = Math.max(1, Math.min(MAX_LANE_ROWS, Math.floor(room / lanes)));
	const chartFits = (laneRows: number) => room - lanes * laneRows >= MIN_CHART_ROWS;
	return most === MAX_LANE_ROWS && !chartFits(most) && chartFits(most - 1) ? most - 1 : most;
}
