import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {openAttachment} from '../../source/cli/attachment.ts';
import type {Session} from '../../source/cli/perform.ts';
import {answerRequests} from '../../source/cli/serve-requests.ts';
import {createClock} from '../../source/effects/clock.ts';
import {chooseControlPath} from '../../source/effects/control-path.ts';
import {createRunFolder} from '../../source/effects/run-folder.ts';
import {createRecorder} from '../../source/engine/recorder.ts';
import {selectMessages} from '../../source/journal/select-messages.ts';
import {createStore} from '../../source/journal/store.ts';
import {describeAttachment} from '../../source/tui/attachment.ts';
import {opened} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 30_000;

/** A runner's folder, lock, journal and socket, and as many screens as a test wants; no engine runs anything. */
async function prepare(context: TestContext) {
	const place = makeTemporaryFolder(context);
	const clock = createClock();
	const folder = await createRunFolder({
		...{baseDir: join(place, 'outputs'), name: 'study', multirun: false, startedAt: new Date(clock.now()), clock},
		...{warpdeck: '0.1.0', onLost: () => {}, control: chooseControlPath('run', {XDG_RUNTIME_DIR: place})},
	});
	const store = createStore();
	const recorder = createRecorder({runStore: folder.store, store, clock});
	await recorder.record(opened());
	const requests = await answerRequests(folder, {store, recorder, clock} as Session);
	const screens: {close: () => void}[] = [];
	context.after(async () => {
		for (const screen of screens) screen.close();
		requests.close();
		await folder.store.close();
	});
	const attach = (takesControl = false) => {
		const screen = openAttachment({folder: folder.path, clock, getState: store.get, takesControl});
		screens.push(screen);
		return screen;
	};
	const isKind = (screen: ReturnType<typeof attach>, kind: string) => () => screen.get()?.control.kind === kind;
	const wait = (screen: ReturnType<typeof attach>, kind: string) =>
		until(isKind(screen, kind), `the screen's control is ${kind}`, PATIENCE_MS);
	return {folder, store, attach, wait};
}

suite('two screens on one run', () => {
	test('have one control: the second reads until it takes it, and the first is told by whom', async (context) => {
		const {folder, store, attach, wait} = await prepare(context);
		const first = attach();
		await wait(first, 'held');
		const second = attach();
		await wait(second, 'taken');
		assert.match(describeAttachment(second.get()) ?? '', /^READ ONLY: the control is held by .*; T takes it$/);
		assert.equal((await second.request({kind: 'drain'})).kind, 'refused');

		const answer = await second.takeControl();
		assert(answer.kind === 'facts', JSON.stringify(answer));
		assert.equal(answer.said, 'This screen has the control now.');
		await wait(second, 'held');
		await wait(first, 'taken');
		assert.match(first.get()?.said?.text ?? '', / took the control; T takes it back$/);

		const fact = JSON.parse(readFileSync(join(folder.path, 'journal.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '');
		assert.equal(fact.type, 'control-taken');
		assert(fact.by !== '' && fact.from !== '' && fact.at > 0);
		assert.ok(selectMessages(store.get(), 10).some(({text}) => text.includes(' took the control from ')));
	});

	test('change places at once where the second is started with --take-control', async (context) => {
		const {attach, wait} = await prepare(context);
		const first = attach();
		await wait(first, 'held');
		const second = attach(true);
		await wait(second, 'held');
		await wait(first, 'taken');
		assert.equal(second.get()?.said?.text, 'This screen has the control now.');
	});
});
