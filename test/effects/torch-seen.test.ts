import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createSeenTorch, type Sight} from '../../source/effects/torch-seen.ts';

const SIGHT: Sight = {
	path: '/opt/venv/bin/python3',
	torch: '2.11.0',
	cuda: '13.0',
	driverVersion: '580.95.05',
	gpuUuids: ['GPU-00000000-0000-4000-8000-000000000000'],
};
const MINUTE_MS = 60_000;

suite('a GPU that PyTorch saw', () => {
	test('is known for an hour, by another process too', (t) => {
		const env = makeCache(t);
		let now = 1_800_000_000_000;
		createSeenTorch(env, () => now).keep(SIGHT);
		const later = createSeenTorch(env, () => now);

		now += 59 * MINUTE_MS;
		assert.equal(later.isFresh(SIGHT), true);
		now += 2 * MINUTE_MS;
		assert.equal(later.isFresh(SIGHT), false);
	});

	test('is asked again with another interpreter, PyTorch, driver or set of GPUs', (t) => {
		const seen = createSeenTorch(makeCache(t), Date.now);
		seen.keep(SIGHT);

		const others: readonly Partial<Sight>[] = [
			{path: '/usr/bin/python3'},
			{torch: '2.10.0'},
			{cuda: null},
			{driverVersion: null},
			{gpuUuids: []},
		];
		assert.deepEqual(
			others.map((other) => seen.isFresh({...SIGHT, ...other})),
			others.map(() => false),
		);
	});

	test('is asked again where a variable may hide it, and not where others change', (t) => {
		const env = makeCache(t);
		createSeenTorch(env, Date.now).keep(SIGHT);

		assert.equal(createSeenTorch({...env, CUDA_VISIBLE_DEVICES: ''}, Date.now).isFresh(SIGHT), false);
		assert.equal(createSeenTorch({...env, LD_LIBRARY_PATH: '/opt/cuda'}, Date.now).isFresh(SIGHT), false);
		assert.equal(createSeenTorch({...env, TERM: 'dumb'}, Date.now).isFresh(SIGHT), true);
	});

	test('is not believed of the future, of a damaged file, or where nothing can be kept', (t) => {
		const env = makeCache(t);
		createSeenTorch(env, () => 2_000_000_000_000).keep(SIGHT);
		assert.equal(createSeenTorch(env, () => 1_900_000_000_000).isFresh(SIGHT), false);

		writeFileSync(join(env.XDG_CACHE_HOME, 'warpdeck/torch-seen.json'), '{"half');
		assert.equal(createSeenTorch(env, Date.now).isFresh(SIGHT), false);

		const nowhere = createSeenTorch({XDG_CACHE_HOME: '/dev/null'}, Date.now);
		nowhere.keep(SIGHT);
		assert.equal(nowhere.isFresh(SIGHT), false);
	});

	test('does not fill the disk', (t) => {
		const seen = createSeenTorch(makeCache(t), Date.now);
		for (let number = 0; number < 30; number++) seen.keep({...SIGHT, path: `/opt/${number}/python3`});

		const known = Array.from({length: 30}, (_, number) => seen.isFresh({...SIGHT, path: `/opt/${number}/python3`}));
		assert.equal(known.filter(Boolean).length, 20);
		assert.equal(known.at(-1), true);
	});
});

function makeCache(t: TestContext) {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-seen-'));
	t.after(() => rmSync(folder, {recursive: true}));
	return {XDG_CACHE_HOME: folder};
}
