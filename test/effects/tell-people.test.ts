import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {formatRing, postNotice, runNotice} from '../../source/effects/tell-people.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

type Call = {readonly method: string; readonly type: string; readonly body: unknown};

/** Listens on this machine only, and answers all with one status. */
async function listen(context: TestContext, status: number) {
	const calls: Call[] = [];
	const server = createServer(async (request, response) => {
		let text = '';
		for await (const chunk of request) text += chunk;
		calls.push({
			method: request.method ?? '',
			type: request.headers['content-type'] ?? '',
			body: JSON.parse(text),
		});
		response.writeHead(status).end('thanks');
	});
	await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
	context.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return {calls, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`};
}

suite('a notice', () => {
	test('rings the bell and shows its text by OSC 9, byte for byte', () => {
		assert.equal(formatRing('numa_study finished: 48 ok'), '\x07\x1b]9;numa_study finished: 48 ok\x07');
	});

	test('has nothing in it that a terminal would obey, whatever a suite is called', () => {
		assert.equal(formatRing('\x1b]0;me\x07\n\x9b2J'), '\x07\x1b]9; ]0;me   2J\x07');
	});

	test('is given to a command word by word, and no shell reads it', async (context) => {
		const folder = makeTemporaryFolder(context);
		const [file, trap] = [join(folder, 'told'), join(folder, 'trap')];
		const text = `2 ok; touch ${trap} $(touch ${trap}) "'`;

		assert.equal(await runNotice(['sh', '-c', 'printf %s "$1" > "$0"', file, text]), null);
		assert.equal(readFileSync(file, 'utf8'), text);
		assert.ok(!existsSync(trap));
	});

	test('that a command could not take says why', async () => {
		assert.equal(await runNotice(['sh', '-c', 'exit 3']), 'it ended with exit code 3');
		assert.match((await runNotice(['no-such-program-of-ours'])) ?? '', /ENOENT/);
	});

	test('is posted to a webhook as JSON', async (context) => {
		const {calls, address} = await listen(context, 204);
		const notice = {event: 'finished', suite: 's', text: 'ü', run: '/r'};

		assert.equal(await postNotice(address, notice), null);
		assert.deepEqual(calls, [{method: 'POST', type: 'application/json', body: notice}]);
	});

	test('that a webhook refuses, or that nobody takes, says why', async (context) => {
		const {address} = await listen(context, 500);

		assert.equal(await postNotice(address, {}), 'it answered 500');
		assert.match((await postNotice('http://127.0.0.1:1/hook', {})) ?? '', /ECONNREFUSED/);
	});
});
