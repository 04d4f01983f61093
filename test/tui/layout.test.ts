import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type DashboardLayout, layDashboard} from '../../source/tui/screens/layout.ts';

type Asked = Partial<Parameters<typeof layDashboard>[0]>;

const lay = (asked: Asked): DashboardLayout =>
	layDashboard({
		rows: 20,
		lanes: 1,
		selected: 0,
		alerts: 0,
		matrixRows: 0,
		isWide: false,
		hasLatencies: true,
		...asked,
	});

const heightOf = (room: DashboardLayout): number =>
	room.shownLanes * room.laneRows +
	(room.kind === 'table' ? 1 : 0) +
	(room.hiddenLanes > 0 ? 1 : 0) +
	(room.hasRules ? room.shownLanes - 1 : 0) +
	room.detailRows +
	room.chartRows +
	room.alertRows +
	room.messageRows;

suite('the rows of the dashboard', () => {
	test('are all given away, for any number of lanes and alerts on any screen', () => {
		for (let rows = 11; rows < 80; rows++) {
			for (let lanes = 0; lanes < 40; lanes++) {
				for (const asked of [{}, {alerts: 1}, {alerts: 7, matrixRows: 2 + 2 * lanes}, {isWide: true, matrixRows: 10}]) {
					const room = lay({rows, lanes, ...asked});
					assert.equal(heightOf(room), rows, `${lanes} lanes on ${rows} rows`);
					assert.equal(room.shownLanes + room.hiddenLanes, lanes);
					assert.ok(room.messageRows >= 2 && (room.chartRows === 0 || room.chartRows >= 10));
					if (room.hasMatrix) assert.ok(room.messageRows >= (asked.matrixRows ?? 0));
				}
			}
		}
	});

	test('show a block for each of four lanes on 24 rows, and sixteen as a table, and say how many of twenty are left out', () => {
		assert.deepEqual([lay({lanes: 4}).kind, lay({lanes: 4}).laneRows], ['blocks', 4]);
		assert.deepEqual([lay({lanes: 16}).kind, lay({lanes: 16}).hiddenLanes], ['table', 0]);
		assert.equal(lay({lanes: 20}).hiddenLanes, 5);
	});

	test('have the selected lane in full below a table where there is room', () => {
		assert.equal(lay({lanes: 8}).detailRows, 6);
		assert.equal(lay({lanes: 14}).detailRows, 0);
	});

	test('always have room for an alert, and for two where messages keep theirs', () => {
		assert.equal(lay({lanes: 16, alerts: 5}).alertRows, 1);
		assert.equal(lay({lanes: 8, alerts: 5}).alertRows, 2);
	});

	test('always contain the lane that is selected', () => {
		for (let selected = 0; selected < 20; selected++) {
			const {firstLane, shownLanes} = lay({lanes: 20, selected});
			assert.ok(firstLane <= selected && selected < firstLane + shownLanes);
		}
	});
});
