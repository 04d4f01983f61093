import assert from 'node:assert/strict';
import {appendFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {followRun} from '../../source/effects/follow-run.ts';
import {type FactEvent, isMeasurement, type JournalEvent, type MeasurementEvent} from '../../source/journal/event.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {richNight} from '../rig/rich-night.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const isFact = (event: JournalEvent): event is FactEvent => !isMeasurement(event);

/** Facts count for themselves, as a runner numbers them. */
function number(events: readonly JournalEvent[]): readonly JournalEvent[] {
	let facts = 0;
	let measured = 0;
	return events.map((event) => ({...event, seq: isFact(event) ? ++facts : ++measured}));
}

const night = number(richNight());

function prepare(context: TestContext) {
	const folder = makeTemporaryFolder(context);
	const [journal, telemetry] = [join(folder, 'journal.jsonl'), join(folder, 'telemetry.jsonl')];
	writeFileSync(journal, '');
	const write = (events: readonly JournalEvent[]): void => {
		appendFileSync(journal, events.filter(isFact).map(encodeFact).join(''));
		const measured = events.filter((event): event is MeasurementEvent => !isFact(event));
		appendFileSync(telemetry, measured.map(encodeMeasurement).join(''));
	};
	return {folder, journal, telemetry, write, run: followRun(folder)};
}

const fold = (events: readonly JournalEvent[]) => events.reduce(reduce, initialState);

suite('a run that another process writes', () => {
	test('is folded as its runner folds it, event by event', (context) => {
		const {write, run} = prepare(context);

		for (const [index, event] of night.entries()) {
			write([event]);
			run.look();
			assert.deepEqual(run.get(), fold(night.slice(0, index + 1)));
		}
	});

	test('is the same to whoever comes in the middle, as far as facts go', (context) => {
		const {folder, write, run} = prepare(context);
		const half = Math.floor(night.length / 2);
		write(night.slice(0, half));
		run.look();
		const late = followRun(folder);
		late.look();
		write(night.slice(half));
		for (const one of [run, late]) one.look();

		const {counts, experiments, lanes, closed, seq} = fold(night);
		for (const one of [run, late]) {
			assert.deepEqual(
				[one.get().counts, one.get().experiments, one.get().closed, one.get().seq],
				[counts, experiments, closed, seq],
			);
			assert.deepEqual([...one.get().lanes.keys()], [...lanes.keys()]);
			assert.equal(one.get().anomalyCount, fold(night).anomalyCount);
		}
	});

	test('has no half line, wherever the file ends just now', (context) => {
		const {journal, run} = prepare(context);
		const facts = night.filter(isFact).slice(0, 5);
		const text = facts.map(encodeFact).join('');
		for (let end = 0; end <= text.length; end += 7) {
			writeFileSync(journal, text.slice(0, end));
			run.look();
		}
		writeFileSync(journal, text);
		run.look();

		assert.equal(run.get().seq, 5);
		assert.equal(run.get().anomalyCount, 0);
	});

	test('is read anew when its journal is shorter than before', (context) => {
		const {journal, write, run} = prepare(context);
		const facts = night.filter(isFact);
		write(facts.slice(0, 6));
		run.look();
		truncateSync(journal, facts.slice(0, 4).map(encodeFact).join('').length);
		run.look();

		assert.equal(run.get().seq, 4);
	});

	test('costs no more than its end to come to, however much was measured', (context) => {
		const {telemetry, write, run} = prepare(context);
		const facts = night.filter(isFact).slice(0, 3);
		write(facts);
		const last = facts.at(-1)?.at ?? 0;
		const sample = (index: number): MeasurementEvent => ({
			type: 'host',
			sample: {cpuPercent: index, memoryUsedMiB: 1, memoryTotalMiB: 2, swapUsedMiB: null, diskFreeMiB: 3},
			seq: index,
			at: last - 36_000_000 + index * 360,
		});
		writeFileSync(
			telemetry,
			Array.from({length: 100_000}, (_, index) => encodeMeasurement(sample(index + 1))).join(''),
		);
		let events = 0;
		const late = followRun(join(telemetry, '..'), () => {
			events++;
		});
		late.look();
		run.look();

		assert.equal(late.get().host?.sample.cpuPercent, 100_000);
		assert.ok(events < 1000, `${events} events were read`);
	});
});
