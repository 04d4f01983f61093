import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {digestInputs} from '../../source/plan/fill-command.ts';
import {commandsOf, ownSuite, planOwn, refusalOf} from '../rig/suites.ts';

const slot = (name: string) => ['$', `{${name}}`].join('');

const commandsOwn = (experiment: JsonObject) => [
	...commandsOf('experiment=own', {suites: [ownSuite(experiment)]}).values(),
];

const firstOwn = (workload: JsonObject, more: JsonObject = {}) => {
	const [command] = commandsOwn({workload, ...more});
	return command ?? assert.fail('nothing is planned');
};

suite('the folder of a command', () => {
	test('is one for each lane or each experiment inside the run’s, and it starts in it', () => {
		const workload = {command: ['solve', '--out', slot('work_dir'), slot('axes.n')]};
		const more = {axes: {n: [1, 2]}, max_workers: 2};
		const byLane = commandsOwn({workload: {...workload, folder: 'lane'}, ...more});
		const byExperiment = commandsOwn({workload: {...workload, folder: 'experiment'}, ...more});

		assert.deepEqual(
			byLane.map(({cwd, folder, argv}) => [cwd, folder, argv[2]]),
			['cpu0', 'cpu1'].map((lane) => Array(3).fill(`/runs/1/work/${lane}`)),
		);
		assert.deepEqual(
			byExperiment.map(({cwd}) => cwd),
			['/runs/1/work/n-1', '/runs/1/work/n-2'],
		);
	});

	test('is none of its own unless it asks for one', () => {
		const {cwd, folder, argv} = firstOwn({command: ['solve', slot('work_dir'), slot('start_dir')]});

		assert.deepEqual([cwd, folder, argv], ['/here', undefined, ['solve', '/here', '/here']]);
	});

	test('is told to a program that starts in another one', () => {
		const command = firstOwn({command: ['./solve', slot('work_dir')], folder: 'lane', cwd: 'tools/./x'});

		assert.deepEqual([command.cwd, command.argv], ['/here/tools/x', ['./solve', '/runs/1/work/cpu0']]);
	});

	test('leaves a program where it is, which was named from where warpdeck was started', () => {
		assert.deepEqual(firstOwn({command: ['./bin/solve'], folder: 'lane'}).argv, ['/here/bin/solve']);
		assert.deepEqual(firstOwn({command: ['solve'], folder: 'lane'}).argv, ['solve']);
	});
});

suite('a command that is chosen by its configuration', () => {
	const workload = {
		config: slot('axes.file'),
		entry: [
			{when: {has: 'conditions'}, command: ['orchestrate', slot('config')]},
			{command: ['harness', slot('config')]},
		],
	};
	const planned = ownSuite({workload, axes: {file: ['a.json', '/data/b.json']}});
	const [a, b] = commandsOf('experiment=own', {suites: [planned]}).values();

	test('gets the absolute path of its file', () => {
		assert.deepEqual([a?.argv[1], b?.argv[1]], ['/here/a.json', '/data/b.json']);
	});

	test('needs a configuration, and no command beside it', () => {
		const refuse = (changes: JsonObject) => refusalOf(() => planOwn({workload: {...workload, ...changes}})).message;

		assert.match(refuse({command: ['x']}), /there is command or entry, not both/);
		assert.match(
			refusalOf(() => planOwn({workload: {entry: workload.entry}})).message,
			/experiment\.workload\.config is missing/,
		);
		assert.match(refusalOf(() => planOwn({workload: {env: {}}})).message, /experiment\.workload\.command is missing/);
	});

	test('reads its files before there is a lane, so that nothing of a lane is in their names', () => {
		const {message, advice} = refusalOf(() => planOwn({workload: {command: ['x'], inputs: [slot('gpu.index')]}}));

		assert.match(message, /nothing fills \$\{gpu\.index\}/);
		assert.match(advice, /params\.batch_size/);
	});
});

suite('what the inputs of a cell hold', () => {
	const given = {
		inputs: {
			'a.csv': {sha256: 'a'.repeat(64), files: 1, bytes: 1},
			'b.csv': {sha256: 'b'.repeat(64), files: 1, bytes: 1},
			src: {sha256: 'c'.repeat(64), files: 9, bytes: 1},
		},
	};
	const digest = (inputs: readonly string[], axes: JsonObject) =>
		digestInputs({command: ['x'], env: {}, inputs, given}, {axes, params: {}});

	test('tells cells with other files apart, and is nothing without any', () => {
		assert.equal(digest([`${slot('axes.d')}.csv`], {d: 'a'}), 'a'.repeat(16));
		assert.equal(digest([`${slot('axes.d')}.csv`, 'src'], {d: 'b'}), `${'b'.repeat(12)}+${'c'.repeat(12)}`);
		assert.equal(digest(['missing'], {}), null);
	});
});
