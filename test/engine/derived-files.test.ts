import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createDerivedFiles} from '../../source/engine/derived-files.ts';
import {createFakeClock, takeSettled} from '../rig/fake-clock.ts';

function open({writeMs = 0} = {}) {
	const clock = createFakeClock();
	const written: string[] = [];
	let value = 0;
	const derived = createDerivedFiles({
		files: [{path: 'results.json', build: () => value}],
		commit: async (path, text) => {
			if (writeMs > 0) await new Promise<void>((resolve) => clock.after(writeMs, resolve));
			written.push(`${path} ${text.trim()}`);
		},
		clock,
	});
	const touch = (now: number): void => {
		value = now;
		derived.touch();
	};
	return {clock, written, derived, touch};
}

suite('a file that is derived from the state', () => {
	test('is rewritten once for all that happens within a second', async () => {
		const {clock, written, touch} = open();

		for (const value of [1, 2, 3]) touch(value);
		await clock.advance(999);
		assert.deepEqual(written, []);
		await clock.advance(10_000);

		assert.deepEqual(written, ['results.json 3']);
	});

	test('is rewritten less often the longer that takes, so that 10 000 experiments do not cost 10 000 rewrites', async () => {
		const {clock, written, touch} = open({writeMs: 200});

		for (let second = 0; second < 600; second++) {
			touch(second);
			await clock.advance(1000);
		}

		assert.ok(written.length > 30 && written.length < 70, `${written.length} rewrites`);
	});

	test('is whole and true at the end, whatever was pending', async () => {
		const {clock, written, derived, touch} = open();

		touch(1);
		await takeSettled(derived.finish());
		await clock.advance(60_000);

		assert.deepEqual(written, ['results.json 1']);
		assert.equal(clock.waiting(), 0);
	});

	test('is not written again once the run is over, also where a change came while it was written', async () => {
		const {clock, written, derived, touch} = open({writeMs: 500});

		touch(1);
		await clock.advance(1200);
		touch(2);
		const finished = derived.finish();
		await clock.advance(1500);
		await takeSettled(finished);
		const last = written.length;
		await clock.advance(600_000);

		assert.deepEqual([written.at(-1), written.length, clock.waiting()], ['results.json 2', last, 0]);
	});

	test('that cannot be written costs the run nothing, and is told at the end', async () => {
		const clock = createFakeClock();
		const commit = () => Promise.reject(new Error('EISDIR: results.json'));
		const derived = createDerivedFiles({files: [{path: 'results.json', build: () => []}], commit, clock});

		derived.touch();
		await clock.advance(60_000);

		assert.equal(await takeSettled(derived.finish()), 'EISDIR: results.json');
	});
});
