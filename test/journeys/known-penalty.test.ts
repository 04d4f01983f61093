import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fourGpuHost, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

/** The simulated host's part of the work, copies and launches, takes so much longer for each step of distance above 10. */
const SLOWDOWN = 0.03;
/** From node 2 to the GPU on node 0, as the fixture's distances say. */
const DISTANCE = 21;
const INJECTED_PERCENT = 100 * (1 - 1 / (1 + SLOWDOWN * (DISTANCE - 10)));

/** Launches alone bound the first, copies the second; the GPU bounds the third, and nothing of the host's part shows. */
const LAUNCHES = '{name:launches,patch_size:32,depth:2,heads:4,dim:64,mlp_dim:128}';
const COPIES = '{name:copies,patch_size:32,depth:0,heads:4,dim:64,mlp_dim:128}';
const COMPUTES = '{name:computes,patch_size:16,depth:12,heads:16,dim:1024,mlp_dim:4096}';

const STUDY = [
	'experiment.hardware.gpu_ids=[0]',
	'experiment.hardware.numa_nodes=[0,2]',
	'experiment.blocks=10',
	'experiment.seed=41',
	'experiment.test.num_samples=100',
	'experiment.test.batch_size=10',
	'experiment.test.min_window_s=0',
	`experiment.vit_configs=[${LAUNCHES},${COPIES},${COMPUTES}]`,
] as const;

type Row = {
	readonly model: string;
	readonly n: number;
	readonly penalty_percent: number;
	readonly interval: {readonly low_percent: number; readonly high_percent: number} | null;
	readonly verdict: string;
};

type Said = {
	readonly simulated: boolean;
	readonly executions: number;
	readonly numa_penalty: {readonly rows: readonly Row[]};
	readonly controls: {readonly planned: number; readonly rejected: number};
};

suite('a study on a simulated host whose penalties are known', () => {
	let place: Workplace;
	let run = '';
	let text = '';
	const shown: string[] = [];
	const summary = () => readJson<Said>(run, 'experiment_summary.json');
	const rowOf = (model: string) => summary().numa_penalty.rows.find((row) => row.model === model) ?? assert.fail(model);

	before(async () => {
		place = makeWorkplace();
		const host = join(place.folder, 'host.json');
		const known = readJson<{simulation: object}>(fourGpuHost);
		const simulation = {...known.simulation, slowdownPerDistance: SLOWDOWN, noisePercent: 4};
		// Nothing fails, and the invented time passes a thousand times as fast.
		const quick = {failOneIn: 0, loadS: 1, leastMeasureS: 1, timeScale: 0.001};
		writeFileSync(host, JSON.stringify({...known, simulation: {...simulation, ...quick}}));
		const screen = openProgram(place, ['run', 'numa_study', ...STUDY, '--simulate', host]);
		shown.push(await screen.until(/SIMULATED/), await screen.until(/SUMMARY numa_locality_study.*finished/));
		screen.press('q');
		await screen.exited;
		run = await findRunFolder(place);
		text = (await runProgram(place, ['summary'])).stdout;
	});
	after(() => place?.remove());

	test('ran each cell in ten blocks, once to warm up, and beside a control', () => {
		const {executions, controls} = summary();

		// Two nodes in eleven blocks, and the local one once more in ten.
		assert.equal(executions, 3 * (2 * 11 + 10));
		assert.equal(controls.planned, 3);
	});

	test('finds what was injected, inside its interval', () => {
		for (const [model, injected] of [
			['launches', INJECTED_PERCENT],
			['copies', INJECTED_PERCENT],
			['computes', 0],
		] as const) {
			const {n, interval} = rowOf(model);
			assert.equal(n, 10);
			assert.ok(interval);
			const {low_percent: low, high_percent: high} = interval;
			assert.ok(low <= injected && injected <= high, `${model}: ${injected} is not in ${low} to ${high}`);
		}
	});

	test('calls it a penalty where one is, and none where none was injected', () => {
		for (const model of ['launches', 'copies']) {
			assert.match(rowOf(model).verdict, /^penalty 2\d\.\d % \[/);
			assert.match(shown.at(-1) ?? '', new RegExp(`${model} .* penalty 2\\d\\.\\d % \\[`));
		}
		assert.match(rowOf('computes').verdict, /^(none|inconclusive)/);
		assert.match(shown.at(-1) ?? '', /computes .*(none above 2 %|inconclusive)/);
	});

	test('finds nothing between the local cell and itself', () => {
		assert.equal(summary().controls.rejected, 0);
		assert.match(text, /none is found to differ/);
	});

	test('says everywhere that nothing of it was measured', () => {
		for (const screen of [...shown, text]) assert.match(screen, /SIMULATED/);
		assert.equal(summary().simulated, true);
		const records = readResults(run);
		assert.equal(records.length, 6);
		assert.ok(records.every(({simulated}) => simulated));
	});
});
