import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findPython} from '../../source/effects/python.ts';
import {askTorch} from '../../source/effects/torch.ts';
import {findRealPython, makePython} from './python-rig.ts';

/** The little of torch that is asked for, with two GPUs. */
const TORCH_WITH_GPUS = `
print("a library that talks")
__version__ = "2.9.0+cu128"
class version: cuda = "12.8"
class Gpu:
    def __init__(self, index): self.uuid = f"0000000{index}-0000-4000-8000-000000000000"
class cuda:
    is_available = staticmethod(lambda: True)
    device_count = staticmethod(lambda: 2)
    get_device_properties = Gpu
`;

/** As most people have it, whatever whoever runs the tests has. */
const KEEPS = {...process.env, PYTHONDONTWRITEBYTECODE: '', PYTHONPYCACHEPREFIX: ''};

suite('torch', {skip: findRealPython() === null && 'python3 is not installed'}, () => {
	test('names the GPUs that it sees as nvidia-smi does', async (t) => {
		const answer = await askTorch(makePython(t, {'torch.py': TORCH_WITH_GPUS}), {env: KEEPS});

		assert.deepEqual(answer, {
			torch: '2.9.0+cu128',
			cuda: '12.8',
			cudaAvailable: true,
			deviceCount: 2,
			uuids: ['GPU-00000000-0000-4000-8000-000000000000', 'GPU-00000001-0000-4000-8000-000000000000'],
			isKeptCompiled: true,
		});
	});

	test('that is too old to know identities still counts', async (t) => {
		const old = TORCH_WITH_GPUS.replace(/self\.uuid = .*/, 'pass');

		const answer = await askTorch(makePython(t, {'torch.py': old}), {env: KEEPS});

		assert.deepEqual(answer, {
			torch: '2.9.0+cu128',
			cuda: '12.8',
			cudaAvailable: true,
			deviceCount: 2,
			isKeptCompiled: true,
		});
	});

	test('is compiled at each start where Python may not keep that', async (t) => {
		const env = {...KEEPS, PYTHONDONTWRITEBYTECODE: '1'};

		const answer = await askTorch(makePython(t, {'torch.py': TORCH_WITH_GPUS}), {env});

		assert.equal('problem' in answer || answer.isKeptCompiled, false);
	});

	test('that cannot be imported says why, and what to type', async (t) => {
		const python = makePython(t, {'torch.py': 'raise ImportError("libcudart.so.12: cannot open shared object file")'});

		const answer = await askTorch(python);

		const why = 'ImportError: libcudart.so.12: cannot open shared object file';
		assert.deepEqual(answer, {
			problem: `${python} ended with code 1: ${why}. Type ${python} -c 'import torch' to see it all.`,
		});
	});

	test('that never comes back is given up', async (t) => {
		const python = makePython(t, {'torch.py': 'import time; time.sleep(60)'});

		const answer = await askTorch(python, {timeoutMs: 500});

		assert.match('problem' in answer ? answer.problem : '', /did not answer within 0\.5 s\. Type /);
	});

	test('that is installed here answers for itself', async (t) => {
		const found = await findPython({env: process.env});
		if (found.kind === 'none') return t.skip('PyTorch is not installed');

		const answer = await askTorch(found.path);

		assert.equal('torch' in answer && answer.torch, found.torch);
	});
});
