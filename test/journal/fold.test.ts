import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, FactEvent, JournalEvent} from '../../source/journal/event.ts';
import {createJournalReader, foldJournal, MAX_DAMAGES} from '../../source/journal/fold.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {readJournal} from '../rig/read-journal.ts';
import {cell, opened, planned, ran, stamp} from '../rig/story.ts';

const cells = Array.from({length: 20}, (_, index) => cell({model: `model${index}`}));
const told: readonly Fact[] = [opened(), planned(cells.slice(0, 2)), ...cells.flatMap(({runId}) => ran(runId))];
const events = stamp(told) as readonly FactEvent[];
const lines = events.map(encodeFact);
const bytes = Buffer.from(lines.join(''));
const lengthOf = (count: number): number => Buffer.byteLength(lines.slice(0, count).join(''));

/** Few facts, because every byte of the last ones is tried. */
const few = stamp([opened(), ...ran('a')]) as readonly FactEvent[];
const fewBytes = Buffer.from(few.map(encodeFact).join(''));
const ends = few.map((_, index) =>
	Buffer.byteLength(
		few
			.slice(0, index + 1)
			.map(encodeFact)
			.join(''),
	),
);

suite('a journal', () => {
	test('that is whole gives every fact that was written and nothing to report', () => {
		const reading = readJournal(bytes);

		assert.deepEqual(reading.events, events);
		assert.equal(reading.goodBytes, bytes.length);
		assert.deepEqual([reading.tornBytes, reading.damageCount, reading.lastSeq], [0, 0, events.length]);
	});

	test('that was cut at any byte of its last three lines gives a prefix and says where to cut', () => {
		for (let cut = ends[1] ?? 0; cut <= fewBytes.length; cut++) {
			const reading = readJournal(fewBytes.subarray(0, cut));
			const whole = ends.filter((end) => end <= cut).length;

			assert.deepEqual(reading.events, few.slice(0, whole), `cut at ${cut}`);
			assert.equal(reading.goodBytes, ends[whole - 1]);
			assert.equal(reading.goodBytes + reading.tornBytes, cut);
			assert.equal(reading.damageCount, 0);
		}
	});

	test('in whose last line any byte is flipped gives the facts before it', () => {
		const start = ends.at(-2) ?? 0;
		for (let at = start; at < fewBytes.length; at++) {
			const flipped = Buffer.from(fewBytes);
			flipped[at] = (flipped[at] ?? 0) ^ 0x10;
			const reading = readJournal(flipped);

			assert.deepEqual(reading.events, few.slice(0, -1), `byte ${at}`);
			assert.deepEqual([reading.goodBytes, reading.tornBytes], [start, fewBytes.length - start]);
		}
	});

	test('in which a byte becomes a line break loses that fact only', () => {
		const at = lengthOf(events.length - 1) + 20;
		const broken = Buffer.from(bytes);
		broken[at] = 10;

		assert.deepEqual(readJournal(broken).events, events.slice(0, -1));
	});

	test('with 4 KiB of zeros anywhere in the middle gives true facts only and reports the damage', () => {
		for (let at = lengthOf(2); at + 4096 < lengthOf(events.length - 2); at += 977) {
			const zeroed = Buffer.from(bytes).fill(0, at, at + 4096);
			const reading = readJournal(zeroed);

			const known = new Map(events.map((event) => [event.seq, event]));
			for (const event of reading.events) assert.deepEqual(event, known.get(event.seq));
			assert.ok(reading.damageCount > 0, `zeros at ${at}`);
			assert.ok(reading.events.length < events.length);
			assert.equal(reading.lastSeq, events.length);
			assert.equal(reading.goodBytes, bytes.length);
		}
	});

	test('that lacks facts says which ones, and the rest still counts', () => {
		const reading = readJournal(Buffer.from([...lines.slice(0, 4), ...lines.slice(6, 8)].join('')));

		assert.deepEqual(reading.damages, [{offset: lengthOf(4), reason: 'facts 5 to 6 are missing'}]);
		assert.equal(reading.events.length, 6);
	});

	test('in which facts stand twice tells each once', () => {
		const reading = readJournal(Buffer.from([...lines.slice(0, 4), ...lines.slice(2, 6)].join('')));

		assert.deepEqual(reading.events, events.slice(0, 6));
		assert.deepEqual(
			reading.damages.map(({reason}) => reason),
			['fact 3 stands after fact 4', 'fact 4 stands after fact 4'],
		);
	});

	test('full of rubbish is reported in bounded space', () => {
		const reading = readJournal(Buffer.from('rubbish\n'.repeat(1000)));

		assert.deepEqual([reading.damages.length, reading.damageCount], [MAX_DAMAGES, 999]);
		assert.equal(reading.tornBytes, 'rubbish\n'.length);
	});

	test('that is empty is a run of which nothing is known', () => {
		const {events: none, goodBytes, tornBytes} = readJournal(new Uint8Array());

		assert.deepEqual([none, goodBytes, tornBytes], [[], 0, 0]);
	});
});

suite('a journal in chunks', () => {
	test('gives the same however it is cut, also when the reader uses one buffer for all of them', () => {
		for (const size of [1, 7, 100, 4096]) {
			const buffer = Buffer.alloc(size);
			const reading = foldJournal(cut(size, buffer), (known, event) => [...known, event.seq], [] as readonly number[]);

			assert.deepEqual(
				reading.state,
				events.map(({seq}) => seq),
				`chunks of ${size}`,
			);
			assert.equal(reading.damageCount, 0);
			assert.equal(reading.goodBytes, bytes.length);
		}
	});

	test('with letters outside ASCII, and larger than one block, keeps every offset right', () => {
		const many = Array.from({length: 3000}, (_, index): FactEvent => {
			const message = index % 3 === 0 ? `größer als 1 µs ${'x'.repeat(index % 200)}` : 'plain';
			return {type: 'noted', level: 'info', message, seq: index + 1, at: index};
		});
		const text = many.map(encodeFact);
		text[1501] = text[1501]?.replace('plain', 'plane') ?? '';

		const reading = readJournal(Buffer.from(text.join('')));

		assert.deepEqual(reading.events, many.toSpliced(1501, 1));
		assert.deepEqual(
			reading.damages.map(({offset}) => offset),
			[Buffer.byteLength(text.slice(0, 1501).join('')), Buffer.byteLength(text.slice(0, 1502).join(''))],
		);
	});

	test('that is still being written shows a half line once the rest of it is there', () => {
		const seen: JournalEvent[] = [];
		const reader = createJournalReader((event) => seen.push(event));
		const middle = lengthOf(1) + 10;

		reader.push(bytes.subarray(0, middle));
		const before = [seen.length, reader.inspect().tornBytes];
		reader.push(bytes.subarray(middle, lengthOf(2)));

		assert.deepEqual(before, [1, 10]);
		assert.deepEqual([seen.length, reader.inspect().tornBytes], [2, 0]);
	});

	function* cut(size: number, buffer: Buffer): Generator<Uint8Array> {
		for (let at = 0; at < bytes.length; at += size) {
			const length = bytes.copy(buffer, 0, at, at + size);
			yield buffer.subarray(0, length);
		}
	}
});
