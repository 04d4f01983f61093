import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {affordProfiles} from '../../source/cli/afford-profiles.ts';
import {estimateDiskMiB} from '../../source/cli/estimate.ts';
import {planLine} from '../rig/suites.ts';

const plan = planLine('experiment=quick_test experiment.profiler=nsys');
const timed = planLine('experiment=quick_test');
const room = (diskFreeMiB: number | null) => ({memoryMiB: null, diskFreeMiB, baseDir: 'outputs'});

suite('reports that the disk has no room for', () => {
	test('are left out with their passes, and what is timed stays', () => {
		const afforded = affordProfiles(plan, room(20));

		assert.deepEqual(afforded.experiments, timed.experiments);
		assert.match(
			afforded.notices.at(-1) ?? '',
			/^Without profiles: nsys would make it up to \d+ MiB, and outputs has 20 MiB free\. /,
		);
	});

	test('are planned where it has, or where nobody knows', () => {
		assert.equal(affordProfiles(plan, room(10_000)), plan);
		assert.equal(affordProfiles(plan, room(null)), plan);
	});

	test('are estimated to take tens of MiB each', () => {
		const each = (estimateDiskMiB(plan) - estimateDiskMiB(timed)) / 3;

		assert.ok(each > 16 && each < 100, `${each}`);
	});
});
