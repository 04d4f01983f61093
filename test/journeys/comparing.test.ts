import assert from 'node:assert/strict';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksTorch} from '../rig/needed-tools.ts';
import {listRunFolders} from '../rig/run-files.ts';

const ONE_MODEL = 'experiment.vit_configs=[{name:vit0x0x0,patch_size:32,depth:0,heads:8,dim:256,mlp_dim:1024}]';
/** So far apart are two runs on no machine, however busy it is. */
const ANY = ['--tolerance', 'throughput=100000%', '--tolerance', 'peak_host_memory_mib=1000%'];

type Found = {
	readonly matched: number;
	readonly objections: readonly unknown[];
	readonly metrics: readonly {readonly rows: readonly {readonly a: {readonly mean: number}}[]}[];
};

suite('two real runs on the CPU', {skip: await lacksTorch()}, () => {
	let place: Workplace;
	let runs: readonly [string, string];

	const compare = (...args: readonly string[]) => runProgram(place, ['compare', ...args]);

	before(async () => {
		place = makeWorkplace();
		for (let run = 0; run < 2; run++) {
			const {code, stderr} = await runProgram(place, [
				...['run', 'quick_test', ...FEW_SAMPLES, ONE_MODEL],
				...['experiment.hardware.binding=auto', '--headless'],
			]);
			assert.equal(code, 0, stderr);
		}
		const [second = '', first = ''] = listRunFolders(place);
		runs = [first, second];
	});
	after(() => place.remove());

	test('are within a tolerance that is wide enough, and the exit code says so', async () => {
		const {code, stdout, stderr} = await compare(...runs, ...ANY);
		assert.equal(code, 0, stdout + stderr);
		assert.match(stdout, /throughput, samples\/s: 1 of 1 cell within 100000 %/);
		assert.match(stdout, /single run/);
		assert.match(stdout, /configuration: seed \d+ -> \d+/);
	});

	test('are outside of one that nothing meets, in JSON and CSV alike', async () => {
		const strict = [...runs, '--tolerance', 'throughput=0%'];
		const [json, csv] = [await compare(...strict, '--json'), await compare(...strict, '--csv')];
		assert.deepEqual([json.code, csv.code], [1, 1]);
		const found = JSON.parse(json.stdout) as Found;
		assert.deepEqual([found.matched, found.objections], [1, []]);
		const mean = found.metrics[0]?.rows[0]?.a.mean;
		assert.ok(mean !== undefined && csv.stdout.includes(`,${mean},`), csv.stdout);
	});

	test('are refused where both are one, with what to type', async () => {
		const {code, stderr} = await compare(runs[0], runs[0]);
		assert.equal(code, 2);
		assert.match(stderr, /A and B are the same run\.\n {2}try: warpdeck compare .* --anyway/);
	});

	test('are two, and a tolerance has a value', async () => {
		assert.match((await compare(runs[0])).stderr, /takes two runs/);
		assert.match((await compare(...runs, '--tolerance')).stderr, /--tolerance has no value/);
	});
});
