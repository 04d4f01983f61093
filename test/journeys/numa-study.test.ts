import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, FEW_SAMPLES, makeWorkplace, ONE_EACH, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksStrictBinding, lacksTorch} from '../rig/needed-tools.ts';
import {findRunFolder, readJson, readResults, readWholeJournal} from '../rig/run-files.ts';

const skip = (await lacksTorch()) || lacksStrictBinding();
const HERE = ['experiment.hardware.gpu_ids=[0]', 'experiment.hardware.numa_nodes=[0]'] as const;
const MODELS =
	'experiment.vit_configs=[{name:copies,patch_size:32,depth:0,heads:8,dim:256,mlp_dim:1024},{name:small,patch_size:32,depth:2,heads:4,dim:128,mlp_dim:512}]';

suite('numa_study with PyTorch on the node that exists here', {skip}, () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		ended = await runProgram(place, ['run', 'numa_study', ...ONE_EACH, ...HERE, ...FEW_SAMPLES, MODELS, '--headless']);
		run = await findRunFolder(place);
	});
	after(() => place?.remove());

	test('binds each process by numactl, CPUs and memory', () => {
		assert.equal(ended.code, 0, ended.stderr);
		const launches = readWholeJournal(run).filter((fact) => fact.type === 'launching');
		assert.equal(launches.length, 2);
		for (const {argv} of launches) assert.deepEqual(argv.slice(0, 3), ['numactl', '--cpunodebind=0', '--membind=0']);
	});

	test('proves by the pages of the input buffer that they are on the node', () => {
		for (const record of readResults(run)) {
			assert.deepEqual(record.binding, {kind: 'strict', node: 0, reason: null});
			const [pool] = record.placement;
			assert.deepEqual(Object.keys(pool?.node_pages ?? {}), ['0']);
			assert.ok((pool?.node_pages['0'] ?? 0) > 0);
			assert.deepEqual(record.degraded, []);
		}
	});

	test('says why there is no NUMA penalty', () => {
		const {numa_penalty} = readJson<{numa_penalty: {available: boolean; reason: string}}>(
			run,
			'experiment_summary.json',
		);
		assert.equal(numa_penalty.available, false);
		assert.match(numa_penalty.reason, /measured on the CPU/);
		assert.match(ended.stdout, /NUMA penalty: none\./);
	});
});

suite('numa_study on a machine without node 2', {
	skip: existsSync('/sys/devices/system/node/node2') && 'node 2 is here',
}, () => {
	test('is exit code 3 with the node named and a way out, and nothing is started', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const {code, stdout, stderr} = await runProgram(place, ['run', 'numa_study', 'experiment.hardware.device=cpu']);

		assert.equal(code, 3);
		assert.equal(stdout, '');
		assert.match(stderr, /[Nn]ode 2 cannot be bound/);
		assert.match(stderr, /\n {2}try: experiment\.hardware\.binding=auto/);
		assert.equal(existsSync(join(place.folder, 'outputs')), false);
	});
});
