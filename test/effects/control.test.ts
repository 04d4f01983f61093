import assert from 'node:assert/strict';
import {chmodSync, lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {connectControl} from '../../source/effects/control-client.ts';
import {chooseControlPath, isOwnFolder, isOwnSocket} from '../../source/effects/control-path.ts';
import {serveControl, type TakeControl, type TakeRequest} from '../../source/effects/control-server.ts';
import {MOST_LINE_BYTES, TAKE_CONTROL} from '../../source/effects/control-wire.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

const writeNothing: TakeControl = async (by) => ({kind: 'done', text: `${by} has it`});
const hello = {warpdeck: '0.1.0', run: '/runs/1'};

const takeAll: TakeRequest = (_request, by) => ({kind: 'done', text: `for ${by}`});

async function serve(context: TestContext, take = takeAll, takeControl: TakeControl = writeNothing) {
	const runtime = makeTemporaryFolder(context);
	const path = chooseControlPath('abc', {XDG_RUNTIME_DIR: runtime}) ?? '';
	const server = await serveControl({path, hello, take, takeControl});
	assert.ok(server);
	context.after(server.close);
	const join = async (name: string, role: 'screen' | 'command') => {
		const states: (string | null)[] = [];
		const client = await connectControl({
			path,
			name,
			role,
			onControl: ({holder, isOurs}) => states.push(isOurs ? 'ours' : holder),
		});
		assert.ok(client);
		context.after(client.close);
		return {...client, states};
	};
	return {path, join, server};
}

/** What a guest that keeps to no protocol is answered before it is thrown out. */
const sendRaw = (path: string, bytes: string): Promise<string> =>
	new Promise((resolve) => {
		let text = '';
		const socket = connect(path);
		socket.setEncoding('utf8');
		socket.on('error', () => {});
		socket.on('data', (chunk: string) => {
			text += chunk;
		});
		socket.on('close', () => resolve(text));
		socket.write(bytes);
	});

suite('where the control socket is', () => {
	test("is the user's runtime folder, in one of 0700, and the socket itself is 0600", async (context) => {
		const {path} = await serve(context);

		assert.match(path, /\/warpdeck\/abc$/);
		assert.equal(lstatSync(path).mode & 0o777, 0o600);
		assert.equal(lstatSync(join(path, '..')).mode & 0o777, 0o700);
		assert.ok(isOwnSocket(path));
	});

	test("is a folder of the user's under the temp folder without one, and where its name would be too long", (context) => {
		const temp = makeTemporaryFolder(context);
		const long = join(temp, 'x'.repeat(90));
		mkdirSync(long);

		assert.equal(chooseControlPath('abc', {TMPDIR: temp}), join(temp, `warpdeck-${process.getuid?.()}`, 'abc'));
		const other = chooseControlPath('abc', {XDG_RUNTIME_DIR: long, TMPDIR: temp});
		assert.equal(other, join(temp, `warpdeck-${process.getuid?.()}`, 'abc'));
		assert.ok(Buffer.byteLength(other ?? '') <= 107);
	});

	test('is never a folder that others may write, nor one that a link leads to', (context) => {
		const temp = makeTemporaryFolder(context);
		const own = join(temp, `warpdeck-${process.getuid?.()}`);
		mkdirSync(own, {mode: 0o700});
		chmodSync(own, 0o770);
		assert.ok(!isOwnFolder(own));
		assert.notEqual(chooseControlPath('abc', {TMPDIR: temp}), join(own, 'abc'));

		chmodSync(own, 0o700);
		renameSync(own, join(temp, 'elsewhere'));
		symlinkSync(join(temp, 'elsewhere'), own);
		assert.ok(!isOwnFolder(own));
		assert.notEqual(chooseControlPath('abc', {TMPDIR: temp}), join(own, 'abc'));
	});

	test('is not connected to where it is a link, a file, or in a folder that is no longer private', async (context) => {
		const {path} = await serve(context);
		const ask = (where: string) => connectControl({path: where, name: 'me', role: 'command'});
		const link = `${path}-link`;
		symlinkSync(path, link);
		writeFileSync(`${path}-file`, '');

		assert.equal(await ask(link), null);
		assert.equal(await ask(`${path}-file`), null);
		assert.equal(await ask(`${path}-missing`), null);
		chmodSync(join(path, '..'), 0o755);
		assert.equal(await ask(path), null);
		chmodSync(join(path, '..'), 0o700);
	});
});

suite('the control of a run', () => {
	test('is held by the first screen and passes to the next when it leaves', async (context) => {
		const {join} = await serve(context);
		const first = await join('alice on pts/1', 'screen');
		await until(() => first.states.at(-1) === 'ours', 'the first has it');
		const second = await join('bob on pts/2', 'screen');
		await until(() => second.states.at(-1) === 'alice on pts/1', 'the second knows who has it');

		const refused = await second.ask({kind: 'stop'});
		assert.ok(refused?.kind === 'refused');
		assert.match(refused.message, /held by alice on pts\/1/);
		assert.deepEqual(await first.ask({kind: 'stop'}), {kind: 'done', text: 'for alice on pts/1'});

		first.close();
		await until(() => second.states.at(-1) === 'ours', 'the second has it now');
		assert.deepEqual(await second.ask({kind: 'stop'}), {kind: 'done', text: 'for bob on pts/2'});
	});

	test('is taken by a screen that asks for it, which is written down before anybody is told', async (context) => {
		const written: string[] = [];
		const {join} = await serve(context, undefined, async (by, from) => {
			written.push(`${by} from ${from}`);
			return {kind: 'done', text: 'yours'};
		});
		const first = await join('alice', 'screen');
		await until(() => first.states.at(-1) === 'ours', 'the first has it');
		const second = await join('bob', 'screen');
		await until(() => second.states.at(-1) === 'alice', 'the second reads');

		assert.deepEqual(await second.ask(TAKE_CONTROL), {kind: 'done', text: 'yours'});
		assert.deepEqual(written, ['bob from alice']);
		await until(() => first.states.at(-1) === 'bob' && second.states.at(-1) === 'ours', 'both know');
		assert.equal((await first.ask({kind: 'stop'}))?.kind, 'refused');
		assert.deepEqual(await second.ask({kind: 'stop'}), {kind: 'done', text: 'for bob'});

		// Whoever has it already changes nothing.
		assert.equal((await second.ask(TAKE_CONTROL))?.kind, 'done');
		assert.equal(written.length, 1);
		second.close();
		await until(() => first.states.at(-1) === 'ours', 'it falls back to the first');
	});

	test('stays where it is when that cannot be written down', async (context) => {
		const refusal = {kind: 'refused', message: 'the disk is full', tryThis: []} as const;
		const {join} = await serve(context, undefined, async () => ({...refusal, tryThis: []}));
		const first = await join('alice', 'screen');
		await until(() => first.states.at(-1) === 'ours', 'the first has it');
		const second = await join('bob', 'screen');

		assert.deepEqual(await second.ask(TAKE_CONTROL), refusal);
		assert.deepEqual(await first.ask({kind: 'stop'}), {kind: 'done', text: 'for alice'});
	});

	test('is nothing that a command could take', async (context) => {
		const {join} = await serve(context);
		const command = await join('me', 'command');
		assert.equal((await command.ask(TAKE_CONTROL))?.kind, 'refused');
	});

	test('is not needed by a command', async (context) => {
		const {join} = await serve(context);
		const screen = await join('alice', 'screen');
		await until(() => screen.states.at(-1) === 'ours', 'a screen has it');
		const command = await join('bob', 'command');

		assert.deepEqual(await command.ask({kind: 'stop'}), {kind: 'done', text: 'for bob'});
	});

	test('says which of its requests an answer is for, and null when the runner goes', async (context) => {
		const slow = Promise.withResolvers<void>();
		const {join, server} = await serve(context, async (request) => {
			if (request === 'slow') await slow.promise;
			return {kind: 'done', text: String(request)};
		});
		const command = await join('me', 'command');
		const late = command.ask('slow');

		assert.deepEqual(await command.ask('quick'), {kind: 'done', text: 'quick'});
		server.close();
		assert.equal(await late, null);
	});
});

suite('a guest that keeps to no protocol', () => {
	for (const [what, bytes, said] of [
		['garbage', 'GET / HTTP/1.1\r\n\r\n', /not of this protocol/],
		['an oversize line', 'x'.repeat(MOST_LINE_BYTES * 2), /more than 65536 bytes/],
		['a request before its name', '{"number":1,"request":{"kind":"stop"}}\n', /who asks was not said/],
		['another protocol', '{"protocol":99,"name":"me","role":"command"}\n', /control protocol 1/],
		['an unknown role', '{"protocol":1,"name":"me","role":"king"}\n', /not of this protocol/],
	] as const) {
		test(`sends ${what}, is told and thrown out, and the others go on`, async (context) => {
			const {path, join} = await serve(context);
			const command = await join('me', 'command');

			assert.match(await sendRaw(path, bytes), said);
			assert.deepEqual(await command.ask({kind: 'stop'}), {kind: 'done', text: 'for me'});
		});
	}

	test('has no control characters in its name, whatever it sends', async (context) => {
		const {join} = await serve(context);
		const command = await join('\u001b[2Jme\n', 'command');

		assert.deepEqual(await command.ask('x'), {kind: 'done', text: 'for ?[2Jme?'});
	});
});
