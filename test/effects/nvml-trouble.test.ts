import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {until} from '../rig/until.ts';
import {readFirst, readGpus} from './nvml-reader.ts';
import {nvmlStub, uuidOf} from './nvml-stub.ts';

suite('a GPU in trouble', () => {
	test('that is lost has no value and says why, and the others go on', async (t) => {
		const [lost, other] = await readGpus(t, nvmlStub(t, ['lost 0'])).next();

		assert.match(lost?.lost ?? '', /^GPU is lost/);
		assert.deepEqual([lost?.celsius, lost?.powerWatts, lost?.energyJ], [null, null, undefined]);
		assert.deepEqual([other?.celsius, other?.lost], [33, null]);
	});

	test('that is lost on the way tells its Xid, and is there again when it answers', async (t) => {
		const stub = nvmlStub(t);
		const {next, find} = readGpus(t, stub, [0]);
		await next();

		stub.say('lost 0', 'xid 0 79');
		const gone = await find('the loss', ({lost, xid}) => lost !== null && xid === 79);
		stub.say('xid 0 79');
		await next();
		const [back] = await next();

		assert.deepEqual([gone?.lost, gone?.celsius], ['GPU is lost', null]);
		assert.deepEqual([back?.lost, back?.celsius, back?.xid], [null, 32, 79]);
	});

	test('that NVML does not know by its UUID is lost, too', async (t) => {
		const samples = await readGpus(t, nvmlStub(t, ['gpus 1'])).next();

		assert.deepEqual(
			samples.map(({lost}) => lost),
			[null, `Not Found (${uuidOf(1)})`],
		);
	});

	test('that must be reset is lost until then', async (t) => {
		const {lost, celsius} = await readFirst(t, ['error nvmlDeviceGetUtilizationRates 0 16']);

		assert.deepEqual([lost, celsius], ['GPU requires reset', null]);
	});

	test('that this user may not ask is not lost, and says of every field why it is unknown', async (t) => {
		const {lost, celsius, powerWatts, unavailable} = await readFirst(t, ['error nvmlDeviceGetHandleByUUID 0 4']);

		const reason = `Insufficient Permissions (${uuidOf(0)})`;
		assert.deepEqual([lost, celsius, powerWatts], [null, null, null]);
		assert.deepEqual([unavailable?.celsius, unavailable?.powerWatts], [reason, reason]);
	});

	test('keeps its latest Xid to itself', async (t) => {
		const stub = nvmlStub(t);
		const {next, ticks} = readGpus(t, stub);
		await next();

		stub.say('xid 1 31', 'xid 1 43');
		await until(() => ticks.at(-1)?.[1]?.xid === 43, 'the Xid');

		assert.equal(ticks.at(-1)?.[0]?.xid, null);
	});

	test('of which no Xid can be told says so', async (t) => {
		const {xid, unavailable} = await readFirst(t, ['error nvmlDeviceRegisterEvents 0 3']);

		assert.deepEqual([xid, unavailable?.xid], [null, 'not-supported']);
	});
});
