import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {makeWorkplace, runProgram} from '../rig/built-program.ts';
import {findRunFolder, readResults} from '../rig/run-files.ts';

suite('a workload that init writes', () => {
	test('runs as it stands, with every setting confirmed, and is written over by nothing', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);

		const written = await runProgram(place, ['init', 'workload', 'sorting']);
		const {code, stdout, stderr} = await runProgram(place, ['run', 'sorting', '--suites', 'suites', '--headless']);
		const again = await runProgram(place, ['init', 'workload', 'sorting']);
		const results = readResults(await findRunFolder(place));

		assert.match(written.stdout, /^suites\/workloads\/sorting\.py\nsuites\/sorting\.yaml\n/);
		assert.equal(code, 0, stdout + stderr);
		assert.deepEqual(
			results.map(({status, degraded}) => [status, degraded]),
			[
				['succeeded', []],
				['succeeded', []],
			],
		);
		assert.equal(again.code, 2);
		assert.match(again.stderr, /is there already/);
	});

	test('for any command runs as it stands, with what the program prints and leaves', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);

		const written = await runProgram(place, ['init', 'suite', 'any', '--command']);
		const {code, stdout, stderr} = await runProgram(place, ['run', 'any', '--suites', 'suites', '--headless']);
		const results = readResults(await findRunFolder(place));

		assert.match(written.stdout, /^suites\/any\.yaml\nsuites\/any\.py\n/);
		assert.equal(code, 0, stdout + stderr);
		assert.deepEqual(
			results.map(({status, degraded}) => [status, degraded]),
			Array(2).fill(['succeeded', []]),
		);
	});

	test('needs a kind and a name that can be a file', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);

		const wrong = await runProgram(place, ['init', 'workloda', 'x']);
		const outside = await runProgram(place, ['init', 'suite', '../x']);

		assert.match(wrong.stderr, /try: warpdeck init workload/);
		assert.match(outside.stderr, /cannot be the name of a file/);
		assert.deepEqual([wrong.code, outside.code], [2, 2]);
	});
});
