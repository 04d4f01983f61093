import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {layDashboard} from '../../source/tui/screens/layout.ts';

suite('the rows of the dashboard', () => {
	test('are all given away, for any number of lanes on any screen', () => {
		for (let rows = 11; rows < 80; rows++) {
			for (let lanes = 0; lanes < 40; lanes++) {
				const {shownLanes, laneRows, hiddenLanes, chartRows, messageRows} = layDashboard({rows, lanes, selected: 0});
				const used = shownLanes * laneRows + (hiddenLanes > 0 ? 1 : 0) + chartRows + messageRows;
				assert.equal(used, rows, `${lanes} lanes on ${rows} rows`);
				assert.equal(shownLanes + hiddenLanes, lanes);
				assert.ok(messageRows >= 3 && (chartRows === 0 || chartRows >= 10));
			}
		}
	});

	test('show every lane of eight on 24 rows, and say how many are left out of twenty', () => {
		assert.equal(layDashboard({rows: 20, lanes: 8, selected: 0}).hiddenLanes, 0);
		assert.equal(layDashboard({rows: 20, lanes: 20, selected: 0}).hiddenLanes, 4);
	});

	test('always contain the lane that is selected', () => {
		for (let selected = 0; selected < 20; selected++) {
			const {firstLane, shownLanes} = layDashboard({rows: 20, lanes: 20, selected});
			assert.ok(firstLane <= selected && selected < firstLane + shownLanes);
		}
	});
});
