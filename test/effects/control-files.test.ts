import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createClock} from '../../source/effects/clock.ts';
import {askByFile, serveRequestFiles} from '../../source/effects/control-files.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const clock = createClock();

function prepare(context: TestContext, token = 'ours') {
	const folder = makeTemporaryFolder(context);
	const asked: unknown[] = [];
	const take = (request: unknown, by: string) => {
		asked.push([request, by]);
		return {kind: 'done', text: 'as you wish'} as const;
	};
	const serve = () => context.after(serveRequestFiles({folder, token, clock, take}).close);
	const ask = (to: string, patienceMs = 5000) =>
		askByFile(folder, {to, name: 'me', request: {kind: 'stop'}}, {clock, patienceMs});
	return {folder, asked, serve, ask};
}

suite('a request through the folder of a run', () => {
	test('is answered once, and nothing of it is left', async (context) => {
		const {folder, asked, serve, ask} = prepare(context);
		serve();

		assert.deepEqual(await ask('ours'), {kind: 'done', text: 'as you wish'});
		assert.deepEqual(asked, [[{kind: 'stop'}, 'me']]);
		assert.deepEqual(readdirSync(join(folder, '.requests')), []);
	});

	test('that an earlier runner was asked is not done by the next', async (context) => {
		const {folder, asked, serve, ask} = prepare(context);
		serve();

		assert.equal(await ask('the one before', 1500), null);
		assert.deepEqual(asked, []);
		assert.deepEqual(readdirSync(join(folder, '.requests')), []);
	});

	test('is taken back where nobody answers', async (context) => {
		const {folder, ask} = prepare(context);

		assert.equal(await ask('ours', 600), null);
		assert.deepEqual(readdirSync(join(folder, '.requests')), []);
	});

	test('is neither a link, nor large, nor half a text, and such ones are in nobody else’s way', async (context) => {
		const {folder, asked, serve, ask} = prepare(context);
		const inbox = join(folder, '.requests');
		mkdirSync(inbox);
		writeFileSync(join(folder, 'secret'), JSON.stringify({to: 'ours', name: 'x', request: {kind: 'kill'}}));
		symlinkSync(join(folder, 'secret'), join(inbox, 'a.request'));
		writeFileSync(join(inbox, 'b.request'), 'x'.repeat(100_000));
		writeFileSync(join(inbox, 'c.request'), '{"to":"ours"');
		serve();

		assert.deepEqual(await ask('ours'), {kind: 'done', text: 'as you wish'});
		assert.deepEqual(asked, [[{kind: 'stop'}, 'me']]);
	});
});
