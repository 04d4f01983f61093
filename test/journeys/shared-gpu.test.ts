import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {
	checkout,
	fixtureSuites,
	makeWorkplace,
	runProgram,
	startProgram,
	type Workplace,
} from '../rig/built-program.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const UUID = 'GPU-00000000-0000-4000-8000-000000000000';

/** A machine with one GPU, whose programs stand in a file, and a folder of leases of its own. */
function prepare(context: TestContext) {
	const place = makeWorkplace();
	context.after(place.remove);
	const [leases, apps, log, go] = ['leases', 'apps', 'log', 'go'].map((name) => join(place.folder, name)) as [
		string,
		string,
		string,
		string,
	];
	mkdirSync(leases);
	writeFileSync(apps, '');
	writeFileSync(log, '');
	writeFileSync(go, '');
	const env = {
		...place.env,
		PATH: [join(checkout, 'fixtures/bin'), place.env.PATH].join(delimiter),
		FAKE_NVIDIA_SMI: JSON.stringify({gpus: 1, appsFile: apps}),
		WARPDECK_LEASES: leases,
		GPU_LOG: log,
		GPU_GO: go,
	};
	const start = (where: Workplace, more: readonly string[] = []) =>
		startProgram({...where, env}, ['run', 'one_gpu', '--headless', '--suites', fixtureSuites, ...more]);
	const readLog = () => readFileSync(log, 'utf8').trim().split('\n').filter(Boolean);
	return {place, env, leases, apps, go, start, readLog};
}

suite('two warpdecks on one GPU', () => {
	test('never time together: one waits, says for whom, and goes on by itself', async (context) => {
		const {place, leases, go, start, readLog} = prepare(context);
		rmSync(go);
		const first = start(place);
		await until(() => first.stdout().includes('start   '), 'the first to start', PATIENCE_MS);
		const second = start(place);
		context.after(() => [first, second].map((one) => one.signal('SIGKILL')));
		await until(() => second.stdout().includes('is timed on by'), 'the second to wait', PATIENCE_MS);

		writeFileSync(go, '');
		const [one, other] = await Promise.all([first.ended, second.ended]);

		assert.deepEqual([one.code, other.code], [0, 0], `${one.stderr}${other.stderr}`);
		assert.match(other.stdout, new RegExp(`GPU 0 .* is timed on by warpdeck process ${first.pid} of .*one_gpu`));
		const deeds = readLog();
		assert.equal(deeds.length, 12);
		for (let index = 0; index < deeds.length; index += 2) {
			assert.equal(deeds[index + 1], deeds[index]?.replace('enter', 'leave'), deeds.join('\n'));
		}
		assert.deepEqual(readdirSync(leases), []);
	});

	test('share nothing while one has another GPU’s lease only', async (context) => {
		const {place, leases, start} = prepare(context);
		writeFileSync(join(leases, 'warpdeck-GPU-other.x.lease'), '');

		const {code, stdout} = await start(place).ended;

		assert.equal(code, 0);
		assert.doesNotMatch(stdout, /wait /);
	});
});

suite('a GPU that somebody else computes on', () => {
	test('is waited for with the program’s name, and used when it is gone', async (context) => {
		const {place, apps, start, readLog} = prepare(context);
		const training = spawn('sleep', ['600'], {stdio: 'ignore'});
		context.after(() => training.kill('SIGKILL'));
		writeFileSync(apps, `${UUID}, ${training.pid}, 8123\n`);
		const run = start(place);
		context.after(() => run.signal('SIGKILL'));

		await until(() => run.stdout().includes('wait    lane gpu0'), 'the holder to be named', PATIENCE_MS);

		assert.match(run.stdout(), new RegExp(`GPU 0 NVIDIA H200 is used by pid ${training.pid} .*8123 MiB`));
		assert.deepEqual(readLog(), []);
		writeFileSync(apps, '');
		const {code, stdout} = await run.ended;
		assert.equal(code, 0);
		assert.match(stdout, /go on {3}lane gpu0/);
	});

	test('is used all the same where the suite says so', async (context) => {
		const {place, apps, start} = prepare(context);
		writeFileSync(apps, `${UUID}, ${process.pid}, 8123\n`);

		const {code, stdout} = await start(place, ['experiment.foreign=ignore']).ended;

		assert.equal(code, 0);
		assert.doesNotMatch(stdout, /wait /);
	});
});

suite('a GPU that CUDA_VISIBLE_DEVICES hides', () => {
	test('is refused with the reason and exit code 3, and nothing is started', async (context) => {
		const {place, env, readLog} = prepare(context);
		const hidden = {...place, env: {...env, CUDA_VISIBLE_DEVICES: ''}};

		const {code, stderr} = await runProgram(hidden, ['run', 'one_gpu', '--suites', fixtureSuites]);

		assert.equal(code, 3);
		assert.match(stderr, /No GPU of this machine may be used: CUDA_VISIBLE_DEVICES=\./);
		assert.deepEqual(readLog(), []);
	});
});
