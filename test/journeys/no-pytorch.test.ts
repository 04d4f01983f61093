import assert from 'node:assert/strict';
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, FEW_SAMPLES, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {listPrograms} from '../rig/needed-tools.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

/** Takes the packages away from an interpreter that no PATH can hide, because its path is well known. */
const HIDE_PACKAGES = "import sys\nsys.path[:] = [folder for folder in sys.path if 'packages' not in folder]\n";

/** A machine with the programs that a run needs, and no interpreter that has PyTorch. */
function hideTorch(place: Workplace): {readonly [name: string]: string} {
	const [programs, packages] = [join(place.folder, 'programs'), join(place.folder, 'packages')];
	for (const folder of [programs, packages]) mkdirSync(folder);
	for (const name of ['sh', 'true', 'numactl', 'taskset']) {
		const [path] = listPrograms(name);
		if (path) symlinkSync(path, join(programs, name));
	}
	symlinkSync(process.execPath, join(programs, 'node'));
	writeFileSync(join(packages, 'sitecustomize.py'), HIDE_PACKAGES);
	return {PATH: programs, PYTHONPATH: packages, VIRTUAL_ENV: '', CONDA_PREFIX: ''};
}

suite('quick_test on a machine without PyTorch', () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		const args = ['run', 'quick_test', ...FEW_SAMPLES, 'experiment.hardware.binding=auto'];
		ended = await runProgram(place, args, {env: hideTorch(place)});
		run = await findRunFolder(place);
	});
	after(() => place.remove());

	test('runs the built-in reference pipeline, and says so first', () => {
		assert.equal(ended.code, 0, ended.stderr);
		assert.match(
			ended.stdout.split('\n').slice(0, 3).join('\n'),
			/reference pipeline.*no interpreter here has PyTorch/,
		);
	});

	test('labels each record with its device, and degrades what it does otherwise than declared', () => {
		const records = readResults(run);
		assert.equal(records.length, 3);
		for (const {device, status, degraded, throughput_samples_per_s} of records) {
			assert.equal(device, 'cpu-reference');
			assert.equal(status, 'degraded');
			assert.ok(Number(throughput_samples_per_s) > 0);
			assert.match(degraded.join('\n'), /pipeline_mode: declared async, effective sync/);
		}
	});

	test('enters no penalty', () => {
		const summary = readJson<{devices: unknown; numa_penalty: {available: boolean}}>(run, 'experiment_summary.json');
		assert.deepEqual(summary.devices, ['cpu-reference']);
		assert.equal(summary.numa_penalty.available, false);
	});
});

suite('an interpreter that the user named and that has no PyTorch', () => {
	test('is exit code 3 with the reason, and no other one is taken in its place', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const python = join(place.folder, 'python-without-torch');
		writeFileSync(python, '#!/bin/sh\necho \'::answer {"found": false, "version": "3.12.1"}\'\n', {mode: 0o755});
		const env = {WARPDECK_PYTHON: python};
		const {code, stdout, stderr} = await runProgram(place, ['run', 'quick_test'], {env});

		assert.equal(code, 3);
		assert.equal(stdout, '');
		assert.match(stderr, /python-without-torch \(WARPDECK_PYTHON\) .*no torch/);
		assert.match(stderr, /\n {2}try: /);
		assert.equal(existsSync(join(place.folder, 'outputs')), false);
	});
});
