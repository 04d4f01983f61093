import assert from 'node:assert/strict';
import {copyFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, suite, type TestContext, test} from 'node:test';
import type {MeasurementEvent} from '../../source/journal/event.ts';
import {fakeNvidiaSmi} from '../effects/fake-tools.ts';
import {nvmlStub} from '../effects/nvml-stub.ts';
import {fixtureSuites, makeWorkplace, requireBuild, startProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const RUN = ['run', 'experiment=gpu_seconds', '--headless', '--suites', fixtureSuites] as const;

suite('a run on two GPUs', () => {
	let place: Workplace;
	beforeEach(() => {
		place = makeWorkplace();
	});
	afterEach(() => place.remove());

	/** Runs until GPUs were sampled; resolves to what was measured and what was printed. */
	async function runOn(t: TestContext, program: string, lines: readonly string[] = []) {
		const smi = fakeNvidiaSmi(t, {gpus: 2});
		const env = {...nvmlStub(t, lines).env, ...smi.env} as {readonly [name: string]: string};
		const runner = startProgram(place, RUN, {program, env});
		t.after(() => runner.signal('SIGKILL'));
		await until(() => existsSync(join(place.folder, 'notes')), 'the workload', 90_000);
		const folder = await findRunFolder(place);
		const measured = () => readMeasurements(folder);
		await until(() => measured().some(({type}) => type === 'gpus'), 'samples', 90_000);
		writeFileSync(join(place.folder, 'released'), '');
		const {code, stdout, stderr} = await runner.ended;
		assert.equal(code, 0, stderr);
		return {events: measured(), stdout, smi};
	}

	test('is watched by NVML at the suite’s rate, and says so', async (t) => {
		const {events, stdout} = await runOn(t, requireBuild());

		const source = events.find((event) => event.type === 'telemetry-source');
		const samples = events.find((event) => event.type === 'gpus')?.samples;
		assert.deepEqual([source?.source, source?.everyMs, source?.reason], ['nvml', 100, null]);
		assert.deepEqual(
			samples?.map(({gpuIndex, powerWatts}) => [gpuIndex, powerWatts]),
			[
				[0, 79.32],
				[1, 76.7],
			],
		);
		assert.match(stdout, /^.*note +GPUs are watched by nvml every 100 ms$/m);
	});

	test('is watched by a stream where the driver was replaced under its library', async (t) => {
		const {stdout} = await runOn(t, requireBuild(), ['init 18']);

		assert.match(
			stdout,
			/GPUs are watched by nvidia-smi stream every 100 ms: NVML refuses: Driver\/library version mismatch\.$/m,
		);
	});

	test('is watched by a stream where the program was copied alone', async (t) => {
		const program = join(place.folder, 'main.js');
		copyFileSync(requireBuild(), program);

		const {stdout} = await runOn(t, program);

		assert.match(
			stdout,
			/GPUs are watched by nvidia-smi stream every 100 ms: nvml\.cjs is not beside this program\.$/m,
		);
	});
});

const readMeasurements = (folder: string): readonly MeasurementEvent[] => {
	const path = join(folder, 'telemetry.jsonl');
	if (!existsSync(path)) return [];
	const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => JSON.parse(line) as MeasurementEvent);
};

suite('the build', () => {
	test('has a binary of koffi for each processor that GPUs are found beside', () => {
		for (const [arch, machine] of [
			['x64', 62],
			['arm64', 183],
		] as const) {
			const header = readFileSync(join(requireBuild(), `../koffi/linux_${arch}/koffi.node`)).subarray(0, 20);

			assert.deepEqual([header.toString('latin1', 1, 4), header.readUInt16LE(18)], ['ELF', machine]);
		}
	});
});
