import assert from 'node:assert/strict';
import {cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {
	checkout,
	type Ended,
	FEW_SAMPLES,
	makeWorkplace,
	requireBuild,
	runProgram,
	type Workplace,
} from '../rig/built-program.ts';
import {lacksTorch} from '../rig/needed-tools.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

const skip = await lacksTorch();
const ONE_MODEL = 'experiment.vit_configs=[{name:copies,patch_size:32,depth:0,heads:8,dim:256,mlp_dim:1024}]';

/** A checkout whose workload takes a batch size and computes with another one, as the replaced runner's did. */
function plantIgnoredKnob({folder}: Workplace): string {
	mkdirSync(join(folder, 'planted/dist'), {recursive: true});
	cpSync(requireBuild(), join(folder, 'planted/dist/main.js'));
	cpSync(join(checkout, 'suites'), join(folder, 'planted/suites'), {recursive: true});
	const workload = join(folder, 'planted/suites/workloads/vit_pipeline.py');
	const text = readFileSync(workload, 'utf8');
	const planted = text.replace(/^( +)(options = read_options\(.*\))$/m, '$1$2\n$1options.batch_size = 4');
	assert.notEqual(planted, text);
	writeFileSync(workload, planted);
	return join(folder, 'planted/dist/main.js');
}

suite('a workload that ignores batch_size', {skip}, () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		const args = ['run', 'quick_test', ...FEW_SAMPLES, ONE_MODEL, 'experiment.hardware.binding=auto'];
		ended = await runProgram(place, args, {program: plantIgnoredKnob(place)});
		run = await findRunFolder(place);
	});
	after(() => place?.remove());

	test('is degraded, because what was declared is compared with what its tensors say', () => {
		const [record] = readResults(run);
		assert.equal(record?.status, 'degraded');
		assert.deepEqual(record?.degraded, ['batch_size: declared 5, effective 4']);
	});

	test('is counted in the summary, and enters no throughput', () => {
		const summary = readJson<{readonly [key: string]: unknown}>(run, 'experiment_summary.json');
		assert.equal(summary.degraded_runs, 1);
		assert.deepEqual(summary.degraded_by_reason, [{reason: 'batch_size: declared 5, effective 4', count: 1}]);
		assert.deepEqual(summary.throughput_by_model, []);
	});

	test('is shown while it happens and at the end', () => {
		assert.match(ended.stdout, /^\d\d:\d\d:\d\d degraded /m);
		assert.match(ended.stdout, /1 of these degraded/);
	});
});
