import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {PHASES} from '../../source/domain/phases.ts';
import {parseWorkloadLine} from '../../source/domain/workload-protocol.ts';

const read = (line: object) => parseWorkloadLine(`::warpdeck ${JSON.stringify(line)}`);

suite('a line of a workload', () => {
	for (const line of [
		{event: 'ready', device: 'cuda', versions: {torch: '2.11.0', vit_pytorch: null}},
		...PHASES.map((name) => ({event: 'phase', name})),
		{event: 'progress', done: 0, total: 10},
		{event: 'samples', latency_ms: [1.5]},
		{event: 'placement', node_pages: {'0': 7}},
		{event: 'result', metrics: {samples: 10, note: 'x', list: [1, null]}, effective: {}},
		{event: 'degraded', reason: 'no pin'},
		{event: 'error', kind: 'exit', message: 'no'},
		{event: 'progress', run_id: 'gpu0_vit32x2x128', done: 5, total: 10},
		{event: 'done', run_id: 'gpu0_vit32x2x128', ok: false, broken: true, leak: '3.0 MiB pinned'},
	]) {
		test(`is understood: ${JSON.stringify(line)}`, () => {
			assert.deepEqual(read(line), {kind: 'said', line});
		});
	}

	test('that leaves out what has a default is completed', () => {
		assert.deepEqual(read({event: 'ready', device: 'cpu'}), {
			kind: 'said',
			line: {event: 'ready', device: 'cpu', versions: {}},
		});
		assert.deepEqual(read({event: 'result', metrics: {}}), {
			kind: 'said',
			line: {event: 'result', metrics: {}, effective: {}},
		});
	});

	for (const text of [
		'::warpdeck {"event":"progress","done":1',
		'::warpdeck ',
		'::warpdeck null',
		'::warpdeck {"event":"progress","done":-1,"total":10}',
		'::warpdeck {"event":"progress","done":"1","total":10}',
		'::warpdeck {"event":"samples","latency_ms":[null]}',
		'::warpdeck {"event":"samples","latency_ms":[1e999]}',
		'::warpdeck {"event":"result","metrics":{"x":NaN}}',
		'::warpdeck {"event":"unheard of"}',
	]) {
		test(`is malformed, never thrown and never taken as silence: ${text}`, () => {
			const parsed = parseWorkloadLine(text);

			assert.equal(parsed.kind, 'malformed');
			assert.ok(parsed.kind === 'malformed' && parsed.problem.length > 0 && !parsed.problem.includes('undefined'));
		});
	}

	for (const [text, problem] of [
		['{"event":"progress","done":11,"total":10}', 'progress of 11 out of 10'],
		['{"event":"samples","latency_ms":[1,-2.5]}', 'a latency of -2.5 ms'],
	] as const) {
		test(`is impossible, not merely malformed, where it cannot be true: ${text}`, () => {
			assert.deepEqual(parseWorkloadLine(`::warpdeck ${text}`), {kind: 'impossible', problem});
		});
	}

	test('holds no latency beyond the numbers, which JSON can spell', () => {
		assert.equal(parseWorkloadLine('::warpdeck {"event":"samples","latency_ms":[1e999]}').kind, 'malformed');
	});

	for (const text of ['', 'Progress: 10%', ' ::warpdeck {}', '::warpdecks {}']) {
		test(`is the program’s own: ${JSON.stringify(text)}`, () => {
			assert.deepEqual(parseWorkloadLine(text), {kind: 'other'});
		});
	}
});
