import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ExperimentResult} from '../../source/domain/experiment.ts';
import {type Attempt, judgeAttempt} from '../../source/engine/judge.ts';
import type {Observation} from '../../source/engine/observe.ts';
import type {CapturedPass, ProcessReport, ProfileOutcome} from '../../source/engine/ports.ts';
import {readProfile} from '../../source/engine/profile-pass.ts';
import {cell, experiment, PARAMS} from '../rig/story.ts';

const METRICS = {samples: 1000, batches: 100, window_s: 2, throughput_samples_per_s: 500};
const SAID: Observation = {
	ready: {event: 'ready', device: 'cuda', versions: {torch: '2.11.0'}},
	result: {metrics: METRICS, effective: PARAMS},
	error: null,
	degraded: [],
	placements: [],
	latencyMs: [4, 5, 6],
	phasesS: {measure: 2},
};
const REPORT: ProcessReport = {
	end: {kind: 'exited', code: 0},
	peakHostMemoryMiB: 900,
	droppedLogBytes: 0,
	stderrTail: '',
	stdoutTail: '',
	leftOvers: 0,
};

const judge = (changes: Partial<Attempt>): ExperimentResult =>
	judgeAttempt({
		experiment: {...experiment(cell({numaNode: null})), binding: {kind: 'off', reason: 'no node'}},
		outcome: {kind: 'exited', code: 0},
		report: REPORT,
		observation: SAID,
		gpu: {telemetry: null, doubts: []},
		startedAt: 1000,
		endedAt: 11_000,
		argv: ['python3', 'vit_pipeline.py'],
		isBundled: true,
		nodeCpus: [],
		usualClockMHz: null,
		stdoutLog: 'logs/a.stdout',
		stderrLog: 'logs/a.stderr',
		simulated: false,
		...changes,
	});

const profile = {
	...experiment(cell({numaNode: null})),
	binding: {kind: 'off', reason: 'no node'},
	role: 'profile',
	profiler: 'nsys',
} as const;

suite('a profile', () => {
	const figures = {
		kind: 'nsys',
		report: 'nsys_reports/a.nsys.nsys-rep',
		batches: 20,
		stagesMs: {h2d: 1, compute: 2, d2h: 1},
		h2dGBPerS: 53,
		d2hGBPerS: 54,
		overlapPercent: 10,
		idlePercent: 5,
		topKernels: [],
		throughputSamplesPerS: 480,
		warnings: [],
	} as const;

	test('keeps its figures and no time that could be taken for a timed one', () => {
		const result = judge({experiment: profile, profile: {kind: 'figures', figures}});

		assert.deepEqual([result.status, result.profiled, result.profile], ['succeeded', 'nsys', figures]);
		assert.deepEqual([result.throughputSamplesPerS, result.latencyMs.n], [null, 0]);
	});

	test('that left nothing to read has failed, with the profiler’s reason', () => {
		const {status, failure} = judge({
			experiment: profile,
			profile: {kind: 'problem', message: 'nsys wrote no report', advice: 'warpdeck doctor'},
		});

		assert.deepEqual([status, failure?.kind, failure?.message], ['failed', 'no-result', 'nsys wrote no report']);
	});

	test('that ended by itself with another code than 0 is not looked for under nsys, which passes that code on', async () => {
		assert.deepEqual(await collect({outcome: {kind: 'exited', code: 3}}), []);
		assert.deepEqual(await collect({outcome: {kind: 'timed-out', limitMs: 1000}}), []);
	});

	test('is looked for under ncu whatever its code, because its report says why', async () => {
		const ncu = {...profile, profiler: 'ncu'} as const;

		const [pass] = await collect({experiment: ncu, outcome: {kind: 'exited', code: 1}});

		assert.equal(pass?.throughputSamplesPerS, 500);
	});
});

/** What a collector is asked for once a pass has ended so. */
async function collect(changes: Partial<Parameters<typeof readProfile>[0]>): Promise<readonly CapturedPass[]> {
	const asked: CapturedPass[] = [];
	const outcome: ProfileOutcome = {kind: 'problem', message: 'nothing', advice: 'nothing'};
	const ended = {experiment: profile, workerKey: undefined, startedAt: 0, report: REPORT, observation: SAID};
	await readProfile(
		{...ended, outcome: {kind: 'exited', code: 0}, ...changes},
		{
			prepare: async () => {},
			collect: async (pass) => {
				asked.push(pass);
				return outcome;
			},
		},
	);
	return asked;
}
