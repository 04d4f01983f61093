import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import type {Conditions} from '../../source/domain/experiment.ts';
import {createAdmission} from '../../source/effects/admission.ts';
import {leaseGpu} from '../../source/effects/gpu-lease.ts';
import type {Verdict} from '../../source/engine/ports.ts';
import type {Lane, Measurement} from '../../source/journal/event.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {cell, experiment, opened, planned, play} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const LANE: Lane = {id: 'gpu0', gpuId: 0, gpuUuid: 'GPU-0', label: 'GPU 0'};
const CPU: Lane = {id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'};
const PROGRAM = {pid: 5150, memoryMiB: null};

type World = {
	/** What nvidia-smi tells of GPU-0. */
	readonly queried?: readonly (typeof PROGRAM)[] | null;
	readonly memory?: Verdict;
	readonly leaseFolder?: string | null;
};

function prepare(context: TestContext, {queried = [], memory = {kind: 'admitted'}, leaseFolder}: World = {}) {
	const clock = createFakeClock();
	const folder = leaseFolder === undefined ? makeTemporaryFolder(context) : leaseFolder;
	let queries = 0;
	const describe = (all: readonly {readonly pid: number}[]) => all.map(({pid}) => `pid ${pid}`);
	const admission = createAdmission({
		leaseFolder: folder,
		clock,
		warpdeck: '0.1.0',
		run: '/runs/a',
		foreign: {canTell: true, list: describe, listAll: describe},
		memory: {judge: async () => memory},
		countWorkers: () => 0,
		queryPrograms: async () => {
			queries++;
			return queried && new Map([['GPU-0', queried]]);
		},
	});
	context.after(() => admission.leave('gpu0'));
	const ask = async (told: readonly Measurement[] = [], lane = LANE, conditions: Conditions = {}) => {
		const one = {...experiment(cell()), conditions};
		return admission.ask(one, lane, play(opened(), planned([cell()]), ...told));
	};
	return {ask, admission, clock, folder: folder ?? '', queries: () => queries};
}

suite('an experiment is let in', () => {
	test('when nobody is on its GPU, and the GPU is leased until its lane is left', async (context) => {
		const {ask, admission, clock, folder} = prepare(context);
		const other = {folder, clock, warpdeck: '0.1.0', run: '/runs/b'};

		assert.deepEqual(await ask(), {verdict: {kind: 'admitted'}, notes: []});

		assert.equal((await leaseGpu('GPU-0', other)).kind, 'held');
		await admission.leave('gpu0');
		const answer = await leaseGpu('GPU-0', other);
		assert.ok(answer.kind === 'taken');
		await answer.lease.release();
	});

	test('again on the lease that it has', async (context) => {
		const {ask} = prepare(context);
		await ask();

		assert.equal((await ask()).verdict.kind, 'admitted');
	});

	test('without a lease where there is no folder for one, and with a word about it where that one fails', async (context) => {
		assert.deepEqual((await prepare(context, {leaseFolder: null}).ask()).notes, []);
		const {verdict, notes} = await prepare(context, {leaseFolder: '/proc/none'}).ask();

		assert.equal(verdict.kind, 'admitted');
		assert.match(notes.join(), /GPU 0 could not be leased in \/proc\/none: others may time on it too/);
	});

	test('on a CPU without a question to anybody about GPUs', async (context) => {
		const {ask, queries} = prepare(context, {queried: [PROGRAM]});

		assert.equal((await ask([], CPU)).verdict.kind, 'admitted');
		assert.equal(queries(), 0);
	});
});

suite('an experiment waits', () => {
	test('while another warpdeck times on its GPU', async (context) => {
		const {ask, clock, folder} = prepare(context);
		const other = await leaseGpu('GPU-0', {folder, clock, warpdeck: '0.1.0', run: '/runs/b'});
		assert.ok(other.kind === 'taken');

		const {verdict} = await ask();
		await other.lease.release();

		assert.ok(verdict.kind === 'wait' && verdict.cause === 'busy');
		assert.match(verdict.reason, new RegExp(`^GPU 0 is timed on by warpdeck process ${process.pid} .*run /runs/b`));
	});

	test('while a sample shows a program of others, and nvidia-smi is not asked', async (context) => {
		const {ask, queries, clock} = prepare(context);
		await clock.advance(2000);

		const {verdict} = await ask([{type: 'gpus', samples: [gpuSample(0, {processes: [PROGRAM]})]}]);

		assert.deepEqual(verdict, {
			kind: 'wait',
			cause: 'busy',
			reason: 'GPU 0 is used by pid 5150; experiment.foreign=ignore would start beside it',
		});
		assert.equal(queries(), 0);
	});

	test('while nvidia-smi shows one, where samples do not tell or are old', async (context) => {
		const {ask, queries, clock} = prepare(context, {queried: [PROGRAM]});

		assert.equal((await ask([{type: 'gpus', samples: [gpuSample(0)]}])).verdict.kind, 'wait');
		await clock.advance(10_000);
		assert.equal((await ask([{type: 'gpus', samples: [gpuSample(0, {processes: []})]}])).verdict.kind, 'wait');
		assert.equal(queries(), 2);
	});

	test('while its memory is not free', async (context) => {
		const memory: Verdict = {kind: 'wait', cause: 'memory', reason: 'too little'};

		assert.deepEqual((await prepare(context, {memory}).ask()).verdict, memory);
	});

	test('for no program of others where its suite says so', async (context) => {
		const {ask} = prepare(context, {queried: [PROGRAM]});

		assert.equal((await ask([], LANE, {foreign: 'ignore'})).verdict.kind, 'admitted');
	});

	test('for nothing that nobody can tell', async (context) => {
		assert.equal((await prepare(context, {queried: null}).ask()).verdict.kind, 'admitted');
	});
});
