import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {describeReading, loadRun} from '../../source/cli/load-run.ts';
import {openRunFolder} from '../../source/effects/run-folder.ts';
import {type FactEvent, isMeasurement} from '../../source/journal/event.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {iterate} from '../../source/journal/vector.ts';
import {summarize} from '../../source/report/summarize.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {richNight} from '../rig/rich-night.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const facts = richNight()
	.filter((event): event is FactEvent => !isMeasurement(event))
	.map((fact, index) => ({...fact, seq: index + 1}));
const lines = facts.map((fact) => Buffer.from(encodeFact(fact)));
const whole = Buffer.concat(lines);
const startOf = (index: number): number => lines.slice(0, index).reduce((sum, line) => sum + line.length, 0);
/** After so many facts: [0] before the first. */
const states = [initialState];
for (const fact of facts) states.push(reduce(states.at(-1) ?? initialState, fact));
const stateAfter = (count: number): RunState | undefined => states[count];

/** A run's folder whose journal is these bytes, as `warpdeck summary` and `warpdeck resume` find it. */
function prepare(context: TestContext) {
	const path = join(makeTemporaryFolder(context), 'run');
	mkdirSync(path);
	const journal = join(path, 'journal.jsonl');
	const write = (bytes: Uint8Array): void => writeFileSync(journal, bytes);
	/** What a resume goes on with; the lock is given back. */
	const open = async (): Promise<{
		readonly state: RunState;
		readonly left: Buffer;
		readonly warnings: readonly string[];
	}> => {
		const opened = await openRunFolder(path, {clock: createFakeClock(), warpdeck: '0.1.0'});
		await opened.store.close();
		const state = opened.facts.reduce(reduce, initialState);
		return {state, left: readFileSync(journal), warnings: describeReading(opened.reading)};
	};
	/** What a summary says, which must not throw either. */
	const read = (): {readonly state: RunState; readonly warnings: readonly string[]} => {
		const {state, warnings} = loadRun(path);
		summarize(state, state.at);
		return {state, warnings};
	};
	return {write, open, read};
}

suite('a journal that was cut', () => {
	test('at any byte of its last three lines is summarized as the facts before it', (context) => {
		const {write, read} = prepare(context);
		for (let length = startOf(lines.length - 3); length <= whole.length; length++) {
			write(whole.subarray(0, length));
			const count = lines.findIndex((_, index) => startOf(index + 1) > length);

			assert.deepEqual(read(), {state: stateAfter(count < 0 ? lines.length : count), warnings: []}, `${length} bytes`);
		}
	});

	test('within its last three lines is gone on with behind the last whole fact', async (context) => {
		const {write, open} = prepare(context);
		for (let length = startOf(lines.length - 3); length <= whole.length; length += 29) {
			write(whole.subarray(0, length));
			const found = lines.findIndex((_, index) => startOf(index + 1) > length);
			const count = found < 0 ? lines.length : found;
			const {state, left, warnings} = await open();

			assert.deepEqual([state, warnings], [stateAfter(count), []], `${length} bytes`);
			assert.equal(left.length, startOf(count));
		}
	});
});

suite('a journal in whose last line a byte is not what was written', () => {
	const last = startOf(lines.length - 1);

	test('is summarized as the facts before that line, whichever byte it is', (context) => {
		const {write, read} = prepare(context);
		for (let at = last; at < whole.length; at++) {
			write(flip(at));

			assert.deepEqual(read().state, stateAfter(lines.length - 1), `byte ${at - last}`);
		}
	});

	test('is gone on with from the facts before that line', async (context) => {
		const {write, open} = prepare(context);
		for (let at = last; at < whole.length; at += 7) {
			write(flip(at));
			const {state, left} = await open();

			assert.deepEqual(state, stateAfter(lines.length - 1), `byte ${at - last}`);
			assert.equal(left.length, last);
		}
	});
});

suite('a journal with 4 KiB of zeros in its middle', () => {
	const places = Array.from(
		{length: 12},
		(_, index) => startOf(1) + Math.floor((index * (whole.length - 4096 - startOf(1))) / 12),
	);

	for (const at of places) {
		test(`(from byte ${at}) is read and gone on with, says where it is damaged, and invents no success`, async (context) => {
			const {write, open, read} = prepare(context);
			write(Buffer.concat([whole.subarray(0, at), Buffer.alloc(4096), whole.subarray(at + 4096)]));
			const summarized = read();
			const resumed = await open();

			for (const {state, warnings} of [summarized, resumed]) {
				assert.match(warnings.join('\n'), /journal\.jsonl is damaged at byte \d+/);
				assert.deepEqual(
					listSuccesses(state).filter((success) => !written.has(success)),
					[],
				);
			}
			assert.deepEqual(resumed.state, summarized.state);
		});
	}
});

/** Successes with their figures, as they were written down. */
const written = new Set(
	facts.flatMap((fact) =>
		fact.type === 'committed' ? [JSON.stringify([fact.id, fact.result.throughputSamplesPerS])] : [],
	),
);

const listSuccesses = (state: RunState): readonly string[] =>
	[...iterate(state.experiments)].flatMap(({experiment, stage}) =>
		stage.kind === 'committed' ? [JSON.stringify([experiment.id, stage.result.throughputSamplesPerS])] : [],
	);

function flip(at: number): Buffer {
	const bytes = Buffer.from(whole);
	bytes[at] = (bytes[at] ?? 0) ^ 0x41;
	return bytes;
}
