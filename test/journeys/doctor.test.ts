import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, type Ended, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksTorch} from '../rig/needed-tools.ts';

type Finding = {readonly name: string; readonly verdict: string; readonly says: string; readonly mend: string | null};
type Report = {readonly can_run: boolean; readonly checks: readonly Finding[]};

/** What every machine is asked, GPUs or not. */
const ALWAYS =
	'warpdeck,locale,terminal,settings,disk,memory limit,shared memory,locked memory,NUMA balancing,huge pages,zone reclaim,perf events,GPU counters,numactl,nsys,ncu,nvidia-smi,driver,NUMA,binding,python3,PyTorch,quick_test';

const noTorch = await lacksTorch();

suite('the doctor', () => {
	let place: Workplace;
	before(() => {
		place = makeWorkplace();
	});
	after(() => place.remove());

	const ask = async (env: {readonly [name: string]: string}, ...args: readonly string[]) =>
		runProgram(place, ['doctor', ...args], {env});
	const readReport = ({stdout}: Ended) => JSON.parse(stdout) as Report;
	const find = ({checks}: Report, name: string) =>
		checks.find((finding) => finding.name === name) ?? assert.fail(`nothing is said of ${name}`);

	test('looks at everything, says how to mend what is missing or broken, and ends with 0 where quick_test can run', async () => {
		const ended = await ask({}, '--json');
		const report = readReport(ended);

		assert.equal(ended.code, 0, ended.stdout);
		assert.equal(report.can_run, true);
		const names = report.checks.map(({name}) => name);
		for (const name of ALWAYS.split(',')) assert.ok(names.includes(name), name);
		for (const {name, verdict, mend} of report.checks) {
			assert.match(verdict, /^(ok|missing|broken|note)$/);
			if (verdict === 'missing' || verdict === 'broken') assert.ok(mend, `${name} has no advice`);
		}
	});

	test('prints a line a finding that fits 80 columns, the verdict last', async () => {
		const {stdout} = await ask({LC_ALL: 'C'});
		const lines = stdout.trimEnd().split('\n');

		for (const line of lines) assert.match(line, /^(ok|missing|broken|note|) {2,}\S.{0,70}/);
		for (const line of lines) assert.ok(line.length <= 80, line);
		assert.match(stdout, /^broken +locale +C has no UTF-8: .*\n +try: export LANG=C\.UTF-8$/m);
		assert.match(stdout, /\nok {7}quick_test +can run here, on cpu/);
	});

	test('ends with 3 where the interpreter that the user named is not there', async () => {
		const ended = await ask({WARPDECK_PYTHON: '/no/such/python'}, '--json');
		const report = readReport(ended);

		assert.equal(ended.code, 3);
		assert.equal(report.can_run, false);
		assert.match(find(report, 'PyTorch').says, /^\/no\/such\/python \(WARPDECK_PYTHON\)/);
		assert.match(find(report, 'quick_test').says, /\/no\/such\/python \(WARPDECK_PYTHON\) cannot be used/);
	});

	test('ends with 3 where results cannot be kept', async () => {
		writeFileSync(join(place.folder, 'file'), '');
		await runProgram(place, ['settings', 'outputs=file/outputs']);
		const ended = await ask({}, '--json');
		await runProgram(place, ['settings', 'outputs=']);

		assert.equal(ended.code, 3);
		assert.equal(find(readReport(ended), 'disk').verdict, 'broken');
		assert.match(find(readReport(ended), 'quick_test').says, /^its results cannot be kept: /);
	});

	test('ends with 3 where PyTorch sees none of the GPUs, and names driver, CUDA and GPUs', {
		skip: noTorch,
	}, async () => {
		const ended = await ask(
			{
				FAKE_NVIDIA_SMI: JSON.stringify({gpus: 2, pci: ['0000ABCD:01:00.0', '0000ABCD:02:00.0'], table: 'h200x8.txt'}),
				PATH: [join(checkout, 'fixtures/bin'), process.env.PATH].join(delimiter),
			},
			'--json',
		);
		const report = readReport(ended);

		assert.equal(ended.code, 3);
		assert.deepEqual(
			['driver', 'CUDA', 'GPUs', 'PyTorch', 'quick_test'].map((name) => find(report, name).verdict),
			['ok', 'ok', 'ok', 'broken', 'broken'],
		);
		assert.equal(find(report, 'GPUs').says, '2 x NVIDIA H200');
		assert.match(find(report, 'PyTorch').says, /sees no GPU of 2/);
		assert.match(find(report, 'quick_test').says, /sees no GPU/);
	});

	test('tells of a driver that fails in its own words, and that quick_test cannot run', async () => {
		const ended = await ask(
			{
				FAKE_NVIDIA_SMI: JSON.stringify({code: 18, text: 'Failed to initialize NVML: Driver/library version mismatch'}),
				PATH: [join(checkout, 'fixtures/bin'), process.env.PATH].join(delimiter),
			},
			'--json',
		);
		const report = readReport(ended);

		assert.equal(ended.code, 3);
		assert.match(find(report, 'driver').says, /ended with code 18: Failed to initialize NVML/);
		assert.match(find(report, 'quick_test').says, /cannot run on CUDA/);
	});
});
