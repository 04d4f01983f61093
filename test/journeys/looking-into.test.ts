import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {KEY} from '../rig/render-to-screen.ts';
import {findRunFolder} from '../rig/run-files.ts';

const RUN = ['run', 'quick_test', ...FEW_SAMPLES, 'experiment.hardware.device=cpu', 'experiment.hardware.binding=auto'];

function makePlace(t: TestContext): Workplace {
	const place = makeWorkplace();
	t.after(() => place.remove());
	return place;
}

suite('looking into an experiment', () => {
	test('while it runs and after its end: its state, log, a search in it, command and configuration', async (t) => {
		const place = makePlace(t);
		const screen = openProgram(place, RUN, {columns: 120, rows: 40});
		await screen.until(/vit\S+ .*\b(load|warm-up|measure)\b/);

		screen.press(KEY.enter);
		await screen.until(/\[1 overview\][\s\S]*NUMA node/);
		await screen.until(/^\S+vit\S+ {2}succeeded[\s\S]*throughput {2}[\d.]+ samples\/s/);
		await screen.until(/1 {2}\d\d:\d\d:\d\d {2}\d\d:\d\d:\d\d .* succeeded: exited with code 0/);
		screen.press('/samples');
		await screen.until(/\/samples_ {2}match \d+ of \d+/);
		screen.press(KEY.enter);
		await screen.until(/▸ .*samples[\s\S]*\/samples {2}match \d+ of \d+ {2}n next/i);
		screen.press('4');
		await screen.until(/PYTHONUNBUFFERED=1 [\s\S]*--num-samples 20/);
		screen.press('5');
		await screen.until(/num_samples +20 +20 +same/);
		screen.press('6');
		await screen.until(/the machine while it ran/);
		screen.press(KEY.escape);
		await screen.until(/3\/3 done/);
		screen.press('q');

		assert.equal((await screen.exited).exitCode, 0);
	});

	test('of a replay shows nothing of the future, and its log at the end', async (t) => {
		const place = makePlace(t);
		assert.equal((await runProgram(place, [...RUN, '--headless'])).code, 0);
		const run = await findRunFolder(place);
		const screen = openProgram(place, ['replay', run, '--speed', '2'], {columns: 100, rows: 30});
		await screen.until(/vit\S+ .*\b(load|warm-up|measure)\b/);

		screen.press(KEY.enter);
		const early = await screen.until(/running/);
		assert.doesNotMatch(early, /throughput/);
		await screen.until(/^\S+vit\S+ {2}succeeded[\s\S]*── stdout .* lines \d+-\d+ of \d+/);
		screen.press('q');
		await screen.until(/Tab results/);
		screen.press('q');

		assert.equal((await screen.exited).exitCode, 0);
	});
});
