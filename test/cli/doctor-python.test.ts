import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {judgePython, judgeTorch} from '../../source/cli/doctor-python.ts';
import type {PythonFound} from '../../source/effects/python.ts';
import type {TorchAnswer} from '../../source/effects/torch.ts';

const FOUND: PythonFound = {
	kind: 'found',
	path: '/opt/venv/bin/python',
	how: 'VIRTUAL_ENV',
	version: '3.12.3',
	torch: '2.9.0',
	cuda: '12.8',
};
const NONE: PythonFound = {
	kind: 'none',
	tried: [{path: '/usr/bin/python3', how: 'the system', explicit: false, problem: 'It has no torch.'}],
};
const NAMED: PythonFound = {
	kind: 'none',
	tried: [{path: '/my/python', how: 'WARPDECK_PYTHON', explicit: true, problem: 'There is no /my/python.'}],
};
const SEES_TWO: TorchAnswer = {torch: '2.9.0', cuda: '12.8', cudaAvailable: true, deviceCount: 2, isKeptCompiled: true};

suite('the interpreter', () => {
	test('that experiments get is named with how it was found', () => {
		assert.equal(judgePython(FOUND, '/usr/bin/python3').says, '/opt/venv/bin/python, 3.12.3 (VIRTUAL_ENV)');
	});

	test('without PyTorch is a note, and no python3 at all is missing', () => {
		assert.equal(judgePython(NONE, '/usr/bin/python3').verdict, 'note');
		assert.equal(judgePython(NONE, null).verdict, 'missing');
	});
});

suite('PyTorch', () => {
	for (const [what, python, answer, gpus, verdict, says] of [
		['that sees every GPU', FOUND, SEES_TWO, 2, 'ok', /2\.9\.0, built for CUDA 12\.8, sees 2 of 2/],
		['that sees some of them', FOUND, SEES_TWO, 8, 'note', /sees 2 of 8/],
		['that sees none', FOUND, {...SEES_TWO, cudaAvailable: false}, 2, 'broken', /sees no GPU of 2/],
		[
			'for CPUs on a machine with GPUs',
			FOUND,
			{...SEES_TWO, cuda: null, cudaAvailable: false},
			2,
			'broken',
			/CPUs only/,
		],
		['on a machine without a GPU', FOUND, {...SEES_TWO, cudaAvailable: false}, 0, 'ok', /no GPU is here for it to see/],
		['that Python compiles at each start', FOUND, {...SEES_TWO, isKeptCompiled: false}, 2, 'note', /each start pays/],
		['that cannot be imported', FOUND, {problem: 'libcudart is missing.'}, 2, 'broken', /libcudart/],
		['that no interpreter has', NONE, null, 0, 'missing', /asked \/usr\/bin\/python3; .*built-in pipeline/],
		['that the named interpreter lacks', NAMED, null, 0, 'broken', /\/my\/python \(WARPDECK_PYTHON\): There is no/],
	] as const) {
		test(`${what} is ${verdict}`, () => {
			const finding = judgeTorch(python, answer, gpus);

			assert.equal(finding.verdict, verdict);
			assert.match(finding.says, says);
			assert.equal(finding.mend === null, verdict === 'ok');
		});
	}
});
