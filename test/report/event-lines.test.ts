import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {formatEventLine} from '../../source/report/event-lines.ts';
import {
	cell,
	type committed,
	failed,
	HEAT,
	launching,
	opened,
	planned,
	play,
	ran,
	repeated,
	spoilt,
	stamp,
} from '../rig/story.ts';

const A = cell({model: 'a'});
const AGAIN = cell({model: 'a', runId: `${A.runId}_2`, duplicateOf: A.runId});
const B = cell({model: 'b'});

/** The line of the last event. */
function tell(...story: readonly (Fact | Measurement)[]): string | null {
	const event = stamp(story).at(-1);
	assert.ok(event);
	return formatEventLine(event, play(...story));
}

const end = (changes: Parameters<typeof committed>[1]) =>
	tell(opened(), planned([A, AGAIN, B]), ...ran(A.runId, changes));

suite('the line of an event', () => {
	test('gives a result with its device, and counts experiments as such', () => {
		assert.equal(end({}), `ok      ${A.runId} in 12.5 s, 1000 samples/s on cuda   [1/2 experiments]`);
	});

	test('names no device where the program named none', () => {
		assert.equal(end({device: null}), `ok      ${A.runId} in 12.5 s, 1000 samples/s   [1/2 experiments]`);
	});

	test('has no speed where there is none', () => {
		for (const throughputSamplesPerS of [null, 0, -5]) {
			assert.equal(end({throughputSamplesPerS}), `ok      ${A.runId} in 12.5 s   [1/2 experiments]`);
		}
	});

	test('tells every reason of a degraded result, and what to do about a failure', () => {
		assert.match(end({status: 'degraded', degraded: ['one', 'two']}) ?? '', /degraded: one\n {10}degraded: two/);
		assert.match(tell(opened(), planned([A]), ...failed(A.runId)) ?? '', /exited with code 1\n {10}read the log/);
	});

	test('of a start names the attempt from the second on', () => {
		assert.equal(tell(opened(), planned([A]), launching(A.runId)), `start   ${A.runId}`);
		assert.equal(tell(opened(), planned([A]), launching(A.runId, 2)), `start   ${A.runId} (attempt 2)`);
	});

	test('of a source of telemetry says why it is no better one', () => {
		const source = {
			type: 'telemetry-source',
			source: 'nvidia-smi stream',
			everyMs: 1000,
			reason: 'NVML hangs',
		} as const;

		assert.equal(tell(opened(), source), 'note    GPUs are watched by nvidia-smi stream every 1000 ms: NVML hangs');
		assert.equal(
			tell(opened(), {...source, reason: null}),
			'note    GPUs are watched by nvidia-smi stream every 1000 ms',
		);
	});

	test('is none for what would only be noise', () => {
		assert.equal(tell(opened(), planned([A])), null);
	});
});

suite('the lines of an invalid result', () => {
	const spoiled = [opened(), planned([A, AGAIN, B]), ...spoilt(A.runId, [HEAT, 'pages: 0.0 % on node 0'])];

	test('give every reason, and count it as done', () => {
		assert.equal(
			tell(...spoiled),
			`invalid ${A.runId} in 12.5 s\n          invalid: ${HEAT}\n          invalid: pages: 0.0 % on node 0   [1/2 experiments]`,
		);
	});

	test('say that it is tried once more, by which rule and why', () => {
		assert.equal(tell(...spoiled, repeated(A.runId)), `again   ${A.runId} (validity): ${HEAT}`);
	});
});
