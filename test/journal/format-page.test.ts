import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {decodeLine, encodeFact} from '../../source/journal/format.ts';
import {readJournal} from '../rig/read-journal.ts';

const page = readFileSync(new URL('../../docs/journal-format.md', import.meta.url), 'utf8');

const EVERY_TYPE: {readonly [type in (Fact | Measurement)['type']]: 'fact' | 'measurement'} = {
	opened: 'fact',
	planned: 'fact',
	launching: 'fact',
	started: 'fact',
	ended: 'fact',
	committed: 'fact',
	noted: 'fact',
	'lane-paused': 'fact',
	'lane-continued': 'fact',
	'lane-quarantined': 'fact',
	'run-paused': 'fact',
	'run-continued': 'fact',
	suspended: 'fact',
	woken: 'fact',
	'workers-set': 'fact',
	'deadline-set': 'fact',
	'control-taken': 'fact',
	moved: 'fact',
	postponed: 'fact',
	skipped: 'fact',
	requeued: 'fact',
	draining: 'fact',
	stopping: 'fact',
	resumed: 'fact',
	adopted: 'fact',
	'phase-judged': 'fact',
	'phase-approved': 'fact',
	'phase-continued': 'fact',
	'phase-kept': 'fact',
	'phase-not-kept': 'fact',
	'budget-reached': 'fact',
	'budget-set': 'fact',
	closed: 'fact',
	phase: 'measurement',
	progress: 'measurement',
	samples: 'measurement',
	gpus: 'measurement',
	host: 'measurement',
	'telemetry-lost': 'measurement',
	'telemetry-source': 'measurement',
	storage: 'measurement',
};

/** The line under each heading of an event. */
const examples = [...page.matchAll(/^### (\S+)\n[^#]*?```jsonl\n(.+)\n```/gm)].map(([, type = '', line = '']) => ({
	type,
	line,
}));

suite('the page about the format', () => {
	test('shows one line of every fact and every measurement, facts first', () => {
		assert.deepEqual(
			examples.map(({type}) => type),
			Object.keys(EVERY_TYPE),
		);
	});

	for (const {type, line} of examples) {
		test(`shows ${type} as it is really written`, () => {
			const decoded = decodeLine(new TextEncoder().encode(line));

			assert.ok(decoded.kind === 'event', JSON.stringify(decoded));
			assert.equal(decoded.event.type, type);
			assert.equal(encodeFact(decoded.event as Parameters<typeof encodeFact>[0]), `${line}\n`);
		});
	}

	test('shows facts that follow each other in one journal', () => {
		const lines = examples.filter(({type}) => EVERY_TYPE[type as Fact['type']] === 'fact').map(({line}) => `${line}\n`);

		const {events, damageCount, tornBytes} = readJournal(new TextEncoder().encode(lines.join('')));

		assert.deepEqual([events.length, damageCount, tornBytes], [33, 0, 0]);
	});
});
