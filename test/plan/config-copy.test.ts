import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json, JsonObject} from '../../source/domain/json.ts';
import {changeConfig, listConfigChanges} from '../../source/plan/config-copy.ts';
import {commandsOf, ownSuite, reading, refusalOf} from '../rig/suites.ts';

const CONFIG = {
	pipeline: {mode: 'linear', repeats: 500},
	seeds: [0, 1, 2],
	conditions: [{tag: 'facts'}, {tag: 'neg'}],
};

const change = (overrides: JsonObject, config: Json = CONFIG) =>
	changeConfig(config, listConfigChanges(overrides), 'mamba.json');

suite('a changed configuration', () => {
	test('has other values where they were named, by a path or nested, and is the same else', () => {
		const changed = change({
			'pipeline.mode': 'iterative',
			pipeline: {repeats: 5},
			'conditions.1.tag': 'cf',
			seeds: [7],
		});

		assert.deepEqual(changed, {
			pipeline: {mode: 'iterative', repeats: 5},
			seeds: [7],
			conditions: [{tag: 'facts'}, {tag: 'cf'}],
		});
		assert.equal(CONFIG.pipeline.mode, 'linear');
	});

	test('has no key that was not there, unless it is told to', () => {
		const {message, advice} = refusalOf(() => change({'pipeline.mod': 'x'}));

		assert.match(message, /mamba\.json has no key pipeline\.mod, so nobody would read it/);
		assert.match(advice, /pipeline\.mode {3}\(the nearest/);
		assert.match(advice, /--override \+pipeline\.mod=/);
		assert.deepEqual(change({'+cache.enable': true}, {}), {cache: {enable: true}});
	});

	test('has the number that a placeholder stands for, and its text in the middle of one', () => {
		const fill = (text: string) => text.replace(/\$\{axes\.size\}/, '16');
		const mark = ['$', '{axes.size}'].join('');

		assert.deepEqual(
			listConfigChanges({a: mark, b: `size ${mark}`, c: [mark]}, fill).map(({value}) => value),
			[16, 'size 16', [16]],
		);
	});
});

suite('a command with a changed configuration', () => {
	const workload = {...(reading('config') as JsonObject), config: 'configs/a.yaml', config_overrides: {batch_size: 4}};

	test('is given a copy in the folder of the run', () => {
		const suites = [ownSuite({workload})];
		const [command] = commandsOf('experiment=own', {suites}).values();

		assert.deepEqual(command?.argv, ['./program', '/runs/1/configs/own.yaml']);
		assert.deepEqual(command?.copy, {
			from: '/here/configs/a.yaml',
			to: '/runs/1/configs/own.yaml',
			changes: [{path: ['batch_size'], value: 4, adds: false}],
		});
	});

	test('has a copy for each cell of a sweep, and is no duplicate of the next one', () => {
		const suites = [ownSuite({workload})];
		const line = "-m experiment=own 'experiment.workload.config_overrides.batch_size=2,8'";
		const commands = [...commandsOf(line, {suites}).values()];

		assert.equal(new Set(commands.map(({copy}) => copy?.to)).size, 2);
		assert.deepEqual(
			commands.map(({copy}) => copy?.changes[0]?.value),
			[2, 8],
		);
	});

	test('without changes is given the file itself', () => {
		const {config_overrides: _, ...plain} = workload;
		const [command] = commandsOf('experiment=own', {suites: [ownSuite({workload: plain})]}).values();

		assert.deepEqual([command?.argv[1], command?.copy], ['/here/configs/a.yaml', undefined]);
	});

	test('that names no file is refused', () => {
		const {config: _, ...none} = workload;
		const suites = [ownSuite({workload: {...none, command: ['x']}})];

		assert.match(refusalOf(() => commandsOf('experiment=own', {suites})).message, /workload\.config/);
	});
});
