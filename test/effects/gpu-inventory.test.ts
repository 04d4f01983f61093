import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import {formatInventory, readGpuInventory} from '../../source/effects/gpu-inventory.ts';
import {until} from '../rig/until.ts';
import {fakeNvidiaSmi, isAlive, makeFolder} from './fake-tools.ts';

/** node-nvidia-smi knows our own environment only. */
function setEnvironment(t: TestContext, env: NodeJS.ProcessEnv): void {
	const before = {...process.env};
	t.after(() => {
		for (const name of Object.keys(env)) delete process.env[name];
		Object.assign(process.env, before);
	});
	Object.assign(process.env, env);
}

const H200 = {
	name: 'NVIDIA H200',
	vbios: '96.00.A5.00.1A',
	eccMode: 'Enabled',
	migMode: 'Disabled',
	computeMode: 'Default',
	persistenceMode: 'Enabled',
	pcieGenerationMax: 5,
	pcieLanesMax: 16,
	clocksMaxMHz: {sm: 1980, memory: 3201, graphics: 1980},
	powerLimitWatts: {current: 700, default: 700, min: 200, max: 700},
};

suite('the inventory for provenance', () => {
	test('of one recorded H200 holds firmware, modes and limits', async (t) => {
		setEnvironment(t, fakeNvidiaSmi(t, {xml: 'h200x1-q-x.xml'}).env);

		const identity = {uuid: 'GPU-00000000-0000-4000-8000-000000000000', pciAddress: '0000:00:06.0'};
		assert.deepEqual(await readGpuInventory(), {driver: '580.159.04', cuda: '13.0', gpus: [{...identity, ...H200}]});
	});

	test('of several GPUs lists each', async (t) => {
		setEnvironment(t, fakeNvidiaSmi(t, {xml: 'h200x2-of-8-q-x.xml'}).env);

		const {gpus} = await readGpuInventory();

		const addresses = Array.isArray(gpus) ? gpus.map(({pciAddress}) => pciAddress) : [];
		assert.deepEqual(addresses, ['0000:00:06.0', '0000:00:07.0']);
	});

	test('is empty on a machine without nvidia-smi', async (t) => {
		setEnvironment(t, {PATH: makeFolder(t)});

		assert.deepEqual(await readGpuInventory(), {});
	});

	test('says why it is missing where nvidia-smi fails', async (t) => {
		setEnvironment(t, fakeNvidiaSmi(t, {code: 9, text: 'no driver'}).env);

		const {problem} = await readGpuInventory();

		assert.match(String(problem), /^nvidia-smi -q -x failed: .*nvidia-smi -q -x/);
	});

	test('is given up when the driver hangs, and its process does not stay', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {hang: true});
		setEnvironment(t, env);

		const inventory = await readGpuInventory({timeoutMs: 1000});

		assert.deepEqual(inventory, {problem: 'nvidia-smi -q -x did not answer within 1 s.'});
		await until(() => starts().length > 0 && !isAlive(starts()[0]?.pid ?? 0), 'the hanging tool is gone');
	});

	test('reads the names of drivers before 530', () => {
		const power_readings = {power_limit: '250.00 W', default_power_limit: '250.00 W', min_power_limit: 'N/A'};
		const log = {driver_version: '470.82', gpu: {uuid: 'GPU-a', power_readings, mig_mode: {current_mig: 'N/A'}}};

		const {gpus} = formatInventory({nvidia_smi_log: log});

		const [gpu] = Array.isArray(gpus) ? gpus : [];
		assert.deepEqual([gpu.powerLimitWatts, gpu.migMode], [{current: 250, default: 250, min: null, max: null}, null]);
	});

	test('of something else than nvidia-smi names no GPU', () => {
		assert.deepEqual(formatInventory({html: 'error'}), {driver: null, cuda: null, gpus: []});
	});
});
