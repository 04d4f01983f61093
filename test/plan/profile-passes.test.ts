import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {NsysTool, ProfilerTools} from '../../source/domain/profiler.ts';
import {countExecutions, describeExecutions} from '../../source/plan/executions.ts';
import {expandPlan} from '../../source/plan/expand.ts';
import {readNsysHelp} from '../../source/plan/nsys-options.ts';
import {commandsOf, composeLine, cpuMachine, machine, ownSuite, planLine} from '../rig/suites.ts';

const NSYS = 'experiment=quick_test experiment.profiler=nsys';

const HELP = readFileSync(new URL('../../fixtures/nsys/profile-help.txt', import.meta.url), 'utf8');
/** As it was before ranges could come again and graphs were traced by node. */
const OLD_HELP = HELP.replace(/\t--cuda-graph-trace=/, '\t--gone=').replaceAll('repeat', 'once');

const nsysOf = (help: string): NsysTool => ({kind: 'usable', version: '2025.3.1', ...readNsysHelp(help)});

const planWith = (line: string, profilers: ProfilerTools, host = machine()) =>
	expandPlan(composeLine(line), {machine: host, python: 'python3', seed: 41, profilers});

const profilesOf = ({experiments}: {readonly experiments: readonly Experiment[]}) =>
	experiments.filter(({role}) => role === 'profile');

suite('a suite without a profiler', () => {
	test('has no pass but those that are timed', () => {
		assert.deepEqual(profilesOf(planLine('experiment=quick_test')), []);
	});
});

suite('a suite with a profiler', () => {
	test('has one pass for each cell, behind all that is timed in its comparison', () => {
		const {cells, experiments} = planLine('experiment=numa_study experiment.profiler=nsys experiment.blocks=2');
		const [first] = profilesOf({experiments});

		assert.equal(profilesOf({experiments}).length, cells.length);
		assert.deepEqual(
			profilesOf({experiments}),
			experiments.slice(experiments.findIndex(({role}) => role === 'profile')),
		);
		assert.equal(first?.id, `${first?.runId}.nsys`);
		assert.deepEqual([first?.profiler, first?.capture?.report], ['nsys', `nsys_reports/${first?.runId}.nsys`]);
	});

	test('leaves its timed passes as they are', () => {
		const timed = ({experiments}: {readonly experiments: readonly Experiment[]}) =>
			experiments.filter(({role}) => role !== 'profile');

		assert.deepEqual(timed(planLine(NSYS)), timed(planLine('experiment=quick_test')));
	});

	test('counts its passes as executions and as nothing else', () => {
		const executions = countExecutions(planLine(NSYS));

		assert.equal(describeExecutions(executions), '6 executions (3 measured, 3 profile)');
	});

	test('looks at a shorter window, and at few batches under ncu, which runs each kernel several times', () => {
		const [[nsys], [ncu]] = ['nsys', 'ncu'].map((profiler) =>
			profilesOf(planLine(`experiment=numa_study experiment.profiler=${profiler}`)),
		) as [Experiment[], Experiment[]];

		assert.deepEqual(
			[nsys, ncu].map((one) => [one?.params.num_samples, one?.params.min_window_s, one?.params.measure_floors]),
			[
				[1000, 0.2, false],
				[20, 0, false],
			],
		);
	});

	test('has none under ncu of what launches no kernel, and says so', () => {
		const plan = planLine('experiment=quick_test experiment.profiler=ncu');

		assert.deepEqual(
			profilesOf(plan).map(({id}) => id),
			['gpu0_numa0_vit32x2x256.ncu', 'gpu0_numa0_vit32x4x512.ncu'],
		);
		assert.match(plan.notices.join('\n'), /^ncu looks into kernels of a GPU, and 1 of 3 cells launch none: /m);
	});

	test('goes on without it where it cannot be used, and says why and what mends it', () => {
		const plan = planWith(NSYS, {nsys: {kind: 'unusable', reason: 'is not on PATH', advice: 'install it'}});

		assert.deepEqual(profilesOf(plan), []);
		assert.deepEqual(plan.problems, []);
		assert.match(plan.notices.join('\n'), /^Without profiles: nsys is not on PATH\. .*\(install it\)\.$/m);
	});

	test('says that a CPU has nothing for it', () => {
		const {notices} = planLine(NSYS, {machine: cpuMachine()});

		assert.match(notices.join('\n'), /^nsys looks into GPUs: /m);
	});
});

suite('the command of a profile', () => {
	test('is nsys around the very command of a timed pass, with what is not asked for switched off', () => {
		const commands = commandsOf(NSYS);
		const {argv = [], env} = commands.get('gpu0_numa0_vit0x0x0.nsys') ?? {};

		assert.equal(
			argv.slice(0, 11).join(' '),
			'nsys profile -o /runs/1/nsys_reports/gpu0_numa0_vit0x0x0.nsys --force-overwrite=true --trace=cuda,nvtx --sample=none --cpuctxsw=none --cuda-graph-trace=node numactl --cpunodebind=0',
		);
		assert.equal(env?.WARPDECK_CAPTURE, 'gpu0_numa0_vit0x0x0.nsys');
		assert.equal(commands.get('gpu0_numa0_vit0x0x0')?.env.WARPDECK_CAPTURE, undefined);
	});

	test('is one process for all of a block, whose reports come one a range, where a process stays warm', () => {
		const commands = commandsOf(`${NSYS} experiment.isolation=block`);
		const warm = commands.get('gpu0_numa0_vit0x0x0.nsys');

		const key = 'gpu0.node0.b1.nsys';
		assert.deepEqual(warm?.argv.slice(0, 4), ['nsys', 'profile', '-o', `/runs/1/nsys_reports/worker-${key}/capture`]);
		assert.deepEqual(warm?.argv.slice(9, 11), ['--capture-range=cudaProfilerApi', '--capture-range-end=repeat:1000']);
		assert.equal(warm?.worker?.key, key);
		assert.equal(warm?.worker?.request.run_id, 'gpu0_numa0_vit0x0x0.nsys');
		assert.notEqual(commands.get('gpu0_numa0_vit0x0x0')?.worker?.key, key);
	});

	test('has no option that an older nsys does not know, and a process of its own where ranges cannot come again', () => {
		const plan = planWith(`${NSYS} experiment.isolation=block`, {nsys: nsysOf(OLD_HELP)});
		const [profile] = profilesOf(plan);

		assert.equal(profile?.isolation, undefined);
		assert.equal(
			profile?.capture?.options.join(' '),
			'--force-overwrite=true --trace=cuda,nvtx --sample=none --cpuctxsw=none',
		);
		assert.match(plan.notices.join('\n'), /^nsys 2025\.3\.1 leaves one report a process/m);
	});

	test('is that of a process of its own under ncu, which can look at one program only', () => {
		const commands = commandsOf('experiment=quick_test experiment.profiler=ncu experiment.isolation=block');
		const {argv = [], worker} = commands.get('gpu0_numa0_vit32x2x256.ncu') ?? {};

		assert.equal(
			argv.slice(0, argv.indexOf('numactl')).join(' '),
			'ncu --csv --page raw --metrics lts__t_sector_hit_rate.pct,l1tex__t_sector_hit_rate.pct,dram__throughput.avg.pct_of_peak_sustained_elapsed,dram__bytes.sum.per_second,sm__throughput.avg.pct_of_peak_sustained_elapsed,gpu__time_duration.sum --profile-from-start off --target-processes all --clock-control none --cache-control all --log-file /runs/1/ncu_reports/gpu0_numa0_vit32x2x256.ncu.csv',
		);
		assert.equal(worker, undefined);
	});

	test('wraps a program of the user’s own too', () => {
		const own = ownSuite({profiler: 'nsys', workload: {command: ['./solve']}});
		const {argv = []} = commandsOf('experiment=own', {suites: [own]}).get('own.nsys') ?? {};

		assert.deepEqual([argv[0], argv.at(-1)], ['nsys', './solve']);
	});
});

suite('the help of nsys', () => {
	test('tells the options and whether a capture range may come again', () => {
		const {options, canRepeat} = readNsysHelp(HELP);

		for (const name of ['--trace', '--sample', '--cpuctxsw', '--capture-range', '--force-overwrite', '--output'])
			assert.ok(options.includes(name), name);
		assert.equal(canRepeat, true);
		assert.equal(readNsysHelp(OLD_HELP).canRepeat, false);
	});
});
