export const MIN_COLUMNS = 60;
export const MIN_ROWS = 16;

/** How many rows each part of the dashboard gets; together with header and key line they fill the screen. */
export type DashboardLayout = {
	readonly kind: 'blocks' | 'table';
	/** Of a block, the rule between two of them not counted; 1 in a table. */
	readonly laneRows: number;
	readonly hasRules: boolean;
	/** Position of the first lane shown and how many are. */
	readonly firstLane: number;
	readonly shownLanes: number;
	/** Said on a line of its own when not 0. */
	readonly hiddenLanes: number;
	/** Of the selected lane below a table, with its rule; 0 when there is no room for it. */
	readonly detailRows: number;
	/** 0 when there is no room for one. */
	readonly chartRows: number;
	/** Whether the matrix of runs stands beside the messages. */
	readonly hasMatrix: boolean;
	readonly alertRows: number;
	readonly messageRows: number;
};

type Space = {
	/** Without header and key line. */
	readonly rows: number;
	readonly lanes: number;
	readonly selected: number;
	readonly alerts: number;
	/** Of the matrix of runs with its heading; 0 where it is too wide. */
	readonly matrixRows: number;
	/** So wide that a lane needs no line of its own for its progress. */
	readonly isWide: boolean;
	/** Whether there is anything to draw in a chart. */
	readonly hasLatencies: boolean;
};

const MIN_BOTTOM_ROWS = 3;
const MIN_BLOCK_ROWS = 4;
const MIN_CHART_ROWS = 10;
/** Of messages that a chart leaves where it can. */
const MORE_MESSAGE_ROWS = 2;
const MAX_CHART_ROWS = 18;
const MAX_ALERT_ROWS = 2;

type LaneRows = Pick<
	DashboardLayout,
	'kind' | 'laneRows' | 'firstLane' | 'shownLanes' | 'hiddenLanes' | 'detailRows'
> & {readonly used: number};

/** Lanes first, in full if all of them can be; then the matrix, a chart if ten rows are left; messages take the rest. */
export function layDashboard(space: Space): DashboardLayout {
	const {rows, lanes, alerts, matrixRows, hasLatencies} = space;
	const room = rows - MIN_BOTTOM_ROWS;
	const {used, ...own} = lanes * MIN_BLOCK_ROWS <= room ? layBlocks(space, room) : layTable(space, room);
	let left = room - used;
	const shownAlerts = Math.min(alerts, MAX_ALERT_ROWS);
	const hasMatrix = matrixRows > 0 && left >= matrixRows + shownAlerts - MIN_BOTTOM_ROWS;
	const bottomRows = hasMatrix ? matrixRows + shownAlerts : MIN_BOTTOM_ROWS + shownAlerts + MORE_MESSAGE_ROWS;
	const forChart = left - Math.max(0, bottomRows - MIN_BOTTOM_ROWS);
	const chartRows = hasLatencies && forChart >= MIN_CHART_ROWS ? Math.min(forChart, MAX_CHART_ROWS) : 0;
	left -= chartRows;
	const rules = lanes - 1;
	const hasRules = own.kind === 'blocks' && rules > 0 && left >= rules + Math.max(0, bottomRows - MIN_BOTTOM_ROWS);
	const bottom = MIN_BOTTOM_ROWS + left - (hasRules ? rules : 0);
	const alertRows = Math.min(alerts, bottom > MIN_BOTTOM_ROWS + 1 ? MAX_ALERT_ROWS : 1);
	return {...own, hasRules, hasMatrix, chartRows, alertRows, messageRows: bottom - alertRows};
}

function layBlocks({lanes, isWide}: Space, room: number): LaneRows {
	const laneRows = !isWide && lanes * (MIN_BLOCK_ROWS + 1) <= room ? MIN_BLOCK_ROWS + 1 : MIN_BLOCK_ROWS;
	const all = {firstLane: 0, shownLanes: lanes, hiddenLanes: 0, detailRows: 0};
	return {kind: 'blocks', laneRows, ...all, used: lanes * laneRows};
}

/** One row for the titles; what does not fit is said on one more. */
function layTable({lanes, selected, isWide}: Space, room: number): LaneRows {
	const shownLanes = lanes + 1 <= room ? lanes : room - 2;
	const hiddenLanes = lanes - shownLanes;
	const table = 1 + shownLanes + (hiddenLanes > 0 ? 1 : 0);
	const least = 1 + MIN_BLOCK_ROWS;
	const left = room - table;
	const detailRows = left < least ? 0 : left > least && !isWide ? least + 1 : least;
	const firstLane = Math.max(0, Math.min(selected - shownLanes + 1, hiddenLanes));
	return {kind: 'table', laneRows: 1, firstLane, shownLanes, hiddenLanes, detailRows, used: table + detailRows};
}
