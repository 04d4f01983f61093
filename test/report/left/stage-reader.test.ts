import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CommandOutput} from '../../../source/domain/command-output-keys.ts';
import {createStages} from '../../../source/report/left/stage-reader.ts';

function follow(rules: CommandOutput, lines: readonly string[], stepMs = 1000) {
	const said: string[] = [];
	const stages = createStages(rules, (line) => {
		if (line.event === 'phase') said.push([line.name, line.title].filter(Boolean).join(': '));
		if (line.event === 'progress') said.push(`${line.done}/${line.total}`);
	});
	for (const [index, line] of lines.entries()) stages.read('stdout', line, index * stepMs);
	return {doubts: stages.finish(lines.length * stepMs), said};
}

const PROGRESS = 'Progress: ([\\d.]+)% \\((\\d+)/(\\d+)\\)';

suite('stages of a program by its lines', () => {
	test('are phases, names of its own, or both, and one that is said again does not begin again', () => {
		const rules: CommandOutput = {
			stages: [
				{phase: 'load', pattern: '^reading'},
				{name: 'proof', pattern: '^proving'},
				{phase: 'report', name: 'verify', pattern: '^verifying'},
				{pattern: '^== (?<stage>.+) ==$'},
			],
		};
		const {said} = follow(rules, [
			'reading a',
			'reading b',
			'proving',
			'verifying',
			'== \u001b[1mlast\u001b[0m one ==',
		]);

		assert.deepEqual(said, ['load', 'measure: proof', 'report: verify', 'measure: last one']);
	});

	test('without an end are told a thousand times, and that there are more', () => {
		const lines = Array.from({length: 1500}, (_, index) => `stage ${index}`);
		const {said, doubts} = follow({stages: [{pattern: '^stage (?<stage>\\d+)'}]}, lines);

		assert.equal(said.length, 1000);
		assert.deepEqual(doubts, ['stages: it began more than 1000, of which the later ones are not shown']);
	});
});

suite('progress of a program by its lines', () => {
	test('counts from the start in every stage that it names', () => {
		const rules: CommandOutput = {
			stages: [
				{phase: 'warmup', pattern: '^Warmup phase'},
				{phase: 'measure', pattern: '^Test phase'},
			],
			progress: PROGRESS,
		};
		const lines = [
			'Warmup phase: 100',
			'  Progress: 100.0% (100/100)',
			'Test phase: 1000',
			'  Progress: 10.0% (100/1000)',
		];

		assert.deepEqual(follow(rules, lines).said, ['warmup', '100/100', 'measure', '100/1000']);
	});

	test('that begins again is a new stage, where nothing else says so', () => {
		const lines = ['Progress: 50% (1/2)', 'Progress: 100% (2/2)', 'Progress: 50% (1/2)'];

		assert.deepEqual(follow({progress: PROGRESS}, lines).said, ['measure', '1/2', '2/2', 'measure: part 2', '1/2']);
	});

	for (const [pattern, line, expected] of [
		['(\\d+)/(\\d+)', '3/4', '3/4'],
		['([\\d.]+)%', '12.7%', '12/100'],
		['of (?<total>\\d+) did (?<done>\\d+)', 'of 9 did 2', '2/9'],
		['(?<percent>\\d+) of hundred after (\\d+) s', '7 of hundred after 3 s', '7/100'],
	] as const) {
		test(`is read by ${pattern}`, () => assert.equal(follow({progress: pattern}, [line]).said[1], expected));
	}

	test('is told ten times a second at most, and its end always', () => {
		const lines = Array.from({length: 1000}, (_, index) => `${index + 1}/1000`);
		const {said} = follow({progress: '(\\d+)/(\\d+)'}, lines, 1);

		assert.ok(said.length <= 12, `${said.length}`);
		assert.equal(said.at(-1), '1000/1000');
	});

	test('beyond its end is doubted and not shown', () => {
		assert.deepEqual(follow({progress: '(\\d+)/(\\d+)'}, ['5/3', '0/0', 'x/y']), {
			said: [],
			doubts: ['inconsistent: progress of 5 out of 3'],
		});
	});
});
