import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {makeWorkplace, runProgram} from '../rig/built-program.ts';
import {findRunFolder, readResults} from '../rig/run-files.ts';

const CONFIG = '{\n  // of the guide\n  "device": "cuda", "batch_size": 16,\n}\n';

const SUITE = `{
	// Copies its configuration to its output.
	"experiment": {
		"name": "own",
		"hardware": {"gpu_ids": [], "numa_nodes": []},
		"workload": {"config": "own.json", "command": ["cat", "$\{config}"]},
	},
}
`;

suite('a command whose configuration is changed by --override', () => {
	test('gets a changed copy, which the run keeps, in every cell of a sweep', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		mkdirSync(join(place.folder, 'mine'));
		writeFileSync(join(place.folder, 'mine/own.jsonc'), SUITE);
		writeFileSync(join(place.folder, 'own.json'), CONFIG);
		const run = (...words: readonly string[]) => runProgram(place, ['run', '--suites', 'mine', '--headless', ...words]);

		const mistyped = await run('own', '--override', 'batchsize=4');
		const sweep = 'experiment.workload.config_overrides.batch_size=2,4';
		const {code, stdout, stderr} = await run('-m', 'own', sweep, '--override', 'device=cpu');

		assert.equal(mistyped.code, 2);
		assert.match(mistyped.stderr, /own\.json has no key batchsize.*\n.*batch_size/);
		assert.equal(code, 0, stdout + stderr);
		const folder = await findRunFolder(place);
		const copies = readResults(folder).map(({run_id: runId}) => ({
			kept: JSON.parse(readFileSync(join(folder, `configs/${runId}.json`), 'utf8')),
			printed: JSON.parse(readFileSync(join(folder, `logs/${runId}.stdout`), 'utf8')),
		}));
		assert.deepEqual(
			copies.map(({kept}) => kept),
			[
				{device: 'cpu', batch_size: 2},
				{device: 'cpu', batch_size: 4},
			],
		);
		assert.deepEqual(
			copies.map(({printed}) => printed),
			copies.map(({kept}) => kept),
		);
		assert.equal(readFileSync(join(place.folder, 'own.json'), 'utf8'), CONFIG);
	});
});
