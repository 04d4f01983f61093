import assert from 'node:assert/strict';
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {
	chmodSync,
	chownSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {buryLeasesOf, leaseGpu} from '../../source/effects/gpu-lease.ts';
import {findLeaseFolder, type LeaseHolder} from '../../source/effects/lease-files.ts';
import {readSelf} from '../../source/effects/lock-holder.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

const UUID = 'GPU-8a1c0000-0000-0000-0000-000000000001';
const DEAD_PID = 2 ** 22 + 1;
const STRANGER = 1234;
const IS_ROOT = process.getuid?.() === 0;

const prepare = (context: TestContext) => {
	const folder = makeTemporaryFolder(context);
	const clock = createFakeClock();
	const request = {folder, clock, warpdeck: '0.1.0', run: '/home/me/outputs/a'};
	const lease = (uuid = UUID) => leaseGpu(uuid, request);
	const leave = (changes: Partial<LeaseHolder> = {}, name = 'left'): string => {
		const own = {
			token: 'left',
			heartbeatAt: clock.now(),
			warpdeck: '0.0.9',
			user: 'alice',
			run: '/home/alice/outputs/b',
		};
		const path = join(folder, `warpdeck-${UUID}.${name}.lease`);
		writeFileSync(path, JSON.stringify({...readSelf(), ...own, since: clock.now(), ...changes}));
		return path;
	};
	return {folder, clock, lease, leave};
};

const takenOf = (answer: Awaited<ReturnType<typeof leaseGpu>>) =>
	answer.kind === 'taken' ? answer.lease : assert.fail(`held by ${answer.by}`);
const holderOf = (answer: Awaited<ReturnType<typeof leaseGpu>>) =>
	answer.kind === 'held' ? answer.by : assert.fail('it was taken');

suite('the lease of a GPU', () => {
	test('keeps others out until it is given back, and names its holder', async (context) => {
		const {folder, clock, lease} = prepare(context);
		const first = takenOf(await lease());

		const by = holderOf(await lease());
		await first.release();
		await first.release();

		assert.match(
			by,
			new RegExp(`^warpdeck process ${process.pid} of \\S+ on \\S+, run /home/me/outputs/a, since 2025-`),
		);
		assert.deepEqual(readdirSync(folder), []);
		assert.equal(clock.waiting(), 0);
		await takenOf(await lease()).release();
	});

	test('is of one GPU, and leaves the others free', async (context) => {
		const {lease} = prepare(context);

		await takenOf(await lease()).release();
		const both = [takenOf(await lease()), takenOf(await lease('GPU-other')), takenOf(await lease('MIG-8a1c/1/0'))];

		for (const one of both) await one.release();
	});

	test('can be read by every user, whatever the umask is', async (context) => {
		const {folder, lease} = prepare(context);
		const before = process.umask(0o077);
		const mine = takenOf(await lease());
		process.umask(before);

		const [name = ''] = readdirSync(folder);
		const mode = execFileSync('stat', ['-c', '%a', join(folder, name)], {encoding: 'utf8'}).trim();

		assert.equal(mode, '644');
		await mine.release();
	});

	test('beats every ten seconds, for those who cannot see its process', async (context) => {
		const {folder, clock, lease} = prepare(context);
		const mine = takenOf(await lease());
		const read = (): number => JSON.parse(readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')).heartbeatAt;
		const before = read();

		await clock.advance(10_000);
		await until(() => read() === before + 10_000, 'a heartbeat');

		await mine.release();
	});

	test('of a process that is gone is taken over, and said', async (context) => {
		const {folder, lease, leave} = prepare(context);
		leave({pid: DEAD_PID});

		const mine = takenOf(await lease());

		assert.match(
			mine.takenOver.join(),
			new RegExp(`warpdeck process ${DEAD_PID} of alice on .*, run /home/alice/outputs/b`),
		);
		assert.equal(readdirSync(folder).length, 1);
		await mine.release();
	});

	test('that killed runners of a run left is taken away with the run, and no other one is', async (context) => {
		const {folder, clock, leave} = prepare(context);
		const run = '/home/alice/outputs/b';
		leave({pid: DEAD_PID}, 'dead');
		leave({}, 'living');
		leave({pid: DEAD_PID, run: '/home/alice/outputs/c'}, 'of-another-run');

		await buryLeasesOf(run, folder, clock.now());

		assert.deepEqual(readdirSync(folder).toSorted(), [
			`warpdeck-${UUID}.living.lease`,
			`warpdeck-${UUID}.of-another-run.lease`,
		]);
	});

	test('of a process whose pid another one has now is taken over', async (context) => {
		const {lease, leave} = prepare(context);
		leave({startTicks: readSelf().startTicks + 1});

		await takenOf(await lease()).release();
	});

	test('of another boot is taken over once its heart has stopped', async (context) => {
		const {clock, lease, leave} = prepare(context);
		leave({bootId: 'before', heartbeatAt: clock.now() - 60_001});

		await takenOf(await lease()).release();
	});

	test('of another container holds as long as its heart beats', async (context) => {
		const {clock, lease, leave} = prepare(context);
		leave({pidNamespace: 'pid:[1]'});

		assert.match(holderOf(await lease()), /of alice/);
		await clock.advance(60_001);
		await takenOf(await lease()).release();
	});

	test('that is just being written holds for a minute, because it may be another’s', async (context) => {
		const {folder, clock, lease} = prepare(context);
		const path = join(folder, `warpdeck-${UUID}.new.lease`);
		writeFileSync(path, '');
		utimesSync(path, clock.now() / 1000, clock.now() / 1000);

		assert.match(holderOf(await lease()), /another warpdeck, user \d+/);
		await clock.advance(60_001);
		await takenOf(await lease()).release();
	});

	test('is no link, pipe or folder, wherever they lead', async (context) => {
		const {folder, lease, leave} = prepare(context);
		const real = leave({}, 'real');
		const elsewhere = join(makeTemporaryFolder(context), 'lease');
		writeFileSync(elsewhere, readFileSync(real));
		symlinkSync(elsewhere, join(folder, `warpdeck-${UUID}.link.lease`));
		execFileSync('rm', [real]);
		execFileSync('mkfifo', [join(folder, `warpdeck-${UUID}.pipe.lease`)]);
		mkdirSync(join(folder, `warpdeck-${UUID}.folder.lease`));

		await takenOf(await lease()).release();
	});

	test('in another user’s name is a forgery, and holds nothing', {skip: !IS_ROOT && 'needs root'}, async (context) => {
		const {lease, leave} = prepare(context);
		chownSync(leave(), STRANGER, STRANGER);

		await takenOf(await lease()).release();
	});

	test('has a name that no escape sequence in it can draw over the screen', async (context) => {
		const {lease, leave} = prepare(context);
		leave({user: 'alice\u001b[2J', run: '/x\n/y'});

		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
		assert.doesNotMatch(holderOf(await lease()), /[\u0000-\u001f]/);
	});
});

suite('the folder of leases', () => {
	test('is one where nobody can remove another’s file', {skip: !IS_ROOT && 'needs root'}, (context) => {
		const folder = makeTemporaryFolder(context);
		const make = (name: string, mode: number, owner = 0): string => {
			const path = join(folder, name);
			mkdirSync(path);
			chmodSync(path, mode);
			chownSync(path, owner, owner);
			return path;
		};
		const [missing, closed, open] = [join(folder, 'none'), make('closed', 0o755), make('open', 0o777)];
		const [theirs, safe] = [make('theirs', 0o1777, STRANGER), make('safe', 0o1777)];

		assert.equal(findLeaseFolder([missing, closed, open, theirs, safe]), safe);
		assert.equal(findLeaseFolder([missing, closed, open, theirs]), null);
	});
});

suite('two warpdecks', () => {
	test('that race for one GPU never have it together', async (context) => {
		const {folder} = prepare(context);
		const log = join(makeTemporaryFolder(context), 'log');
		const racers = Array.from({length: 3}, () => start(context, folder, log, '15', 'release'));
		await Promise.all(racers.map(({isReady}) => isReady));

		for (const {child} of racers) child.stdin?.write('go\n');
		const codes = await Promise.all(racers.map(({ended}) => ended));

		const deeds = readFileSync(log, 'utf8').trim().split('\n');
		assert.deepEqual(codes, [0, 0, 0]);
		assert.equal(deeds.length, 2 * 3 * 15);
		for (let index = 0; index < deeds.length; index += 2) {
			assert.equal(deeds[index + 1], deeds[index]?.replace('enter', 'leave'), `deed ${index} of\n${deeds.join('\n')}`);
		}
	});

	test('follow each other when the first one is killed', async (context) => {
		const {folder, lease} = prepare(context);
		const log = join(makeTemporaryFolder(context), 'log');
		const first = start(context, folder, log, '1', 'hold');
		await first.isReady;
		first.child.stdin?.write('go\n');
		await until(() => first.said().includes('won'), 'the first to have it');

		assert.match(holderOf(await lease()), new RegExp(`process ${first.child.pid} .*run /runs/${first.child.pid}`));
		first.child.kill('SIGKILL');
		await first.ended;

		const mine = takenOf(await lease());
		assert.match(mine.takenOver.join(), new RegExp(`process ${first.child.pid} `));
		await mine.release();
	});
});

type Racer = {
	readonly child: ChildProcess;
	readonly isReady: Promise<void>;
	readonly said: () => string;
	readonly ended: Promise<number | null>;
};

function start(context: TestContext, folder: string, log: string, times: string, ending: string): Racer {
	const program = fileURLToPath(new URL('hold-lease.ts', import.meta.url));
	const child = spawn(process.execPath, ['--import=tsx', program, folder, UUID, log, times, ending], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	context.after(() => child.kill('SIGKILL'));
	let text = '';
	child.stdout?.on('data', (chunk) => {
		text += String(chunk);
	});
	return {
		child,
		said: () => text,
		isReady: until(() => text.includes('ready'), 'a racer to start', 90_000),
		ended: new Promise((resolve) => child.once('exit', resolve)),
	};
}
