import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createInputCheck, findInputChanges} from '../../source/cli/check-inputs.ts';
import {findUnset, listVariableChanges} from '../../source/cli/check-variables.ts';
import type {CommandWorkload} from '../../source/domain/workload.ts';
import {createInputReader} from '../../source/effects/hash-inputs.ts';
import {iterate} from '../../source/journal/vector.ts';
import {cell, opened, planned, play} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const slot = (name: string) => ['$', `{${name}}`].join('');

/** A run of two cells, `a` and `b`, whose inputs are `a.csv` and `b.csv` of a folder; each holds its name. */
async function begin(context: TestContext) {
	const folder = makeTemporaryFolder(context);
	const env = {XDG_CACHE_HOME: makeTemporaryFolder(context)};
	for (const name of ['a', 'b']) writeFileSync(join(folder, `${name}.csv`), name);
	const reader = createInputReader(env);
	const inputs = Object.fromEntries(
		await Promise.all(
			['a.csv', 'b.csv'].map(async (name) => [name, (await reader.digest(name, folder)) ?? assert.fail()] as const),
		),
	);
	const workload: CommandWorkload = {
		command: ['x'],
		env: {},
		inputs: [`${slot('axes.data')}.csv`],
		env_required: ['A_TOKEN'],
		given: {inputs},
	};
	const cells = ['a', 'b'].map((data) => cell({runId: data, axes: {data}}));
	const state = play(opened({workloads: [workload], provenance: {environment: {A_TOKEN: 'set'}}}), planned(cells));
	const [a, b] = [...iterate(state.experiments)].map(({experiment}) => experiment);
	assert.ok(state.opened && a && b);
	const workloadOf = () => workload;
	return {
		...{folder, a, b, opened: state.opened, workload},
		check: createInputCheck({workloadOf, cwd: folder}, env),
		find: (left: readonly (typeof a)[]) =>
			findInputChanges(state.opened ?? assert.fail(), left, {start: folder, env, workloadOf}),
	};
}

suite('inputs that change after they were planned', () => {
	test('are said of the experiments that read them, and of no other', async (t) => {
		const {folder, a, b, check} = await begin(t);
		assert.deepEqual([await check(a), await check(b)], [[], []]);

		writeFileSync(join(folder, 'b.csv'), 'other');

		assert.deepEqual(await check(a), []);
		assert.match(
			(await check(b)).join('\n'),
			/^input: b\.csv has changed \(sha256 \w{12} to \w{12}\) since it was planned$/,
		);
	});

	test('are said by a resume, which goes on', async (t) => {
		const {folder, a, find} = await begin(t);
		writeFileSync(join(folder, 'a.csv'), 'other');

		const {warnings, problems} = await find([a]);

		assert.match(warnings.join('\n'), /The input a\.csv has changed .* what runs now is degraded/);
		assert.deepEqual(problems, []);
	});

	test('stand in a resume’s way where they are gone and something that is left reads them', async (t) => {
		const {folder, a, b, find} = await begin(t);
		rmSync(join(folder, 'a.csv'));

		assert.match((await find([a, b])).problems.map(({message}) => message).join('\n'), /The input a\.csv is gone/);
		assert.deepEqual((await find([b])).problems, []);
	});

	test('cost nothing where no command has any', async (t) => {
		const {a} = await begin(t);
		const none = play(opened(), planned([cell()])).opened ?? assert.fail();

		assert.deepEqual(await findInputChanges(none, [a], {start: '/none', env: {}, workloadOf: () => 'vit_pipeline'}), {
			warnings: [],
			problems: [],
		});
	});
});

test('variables that a resume finds otherwise are named, and those that are needed are missed', async (t) => {
	const {opened: run, workload} = await begin(t);

	assert.deepEqual(listVariableChanges(run, {A_TOKEN: 'x'}), []);
	assert.match(listVariableChanges(run, {}).join('\n'), /A_TOKEN was set and is not set/);
	assert.match(
		findUnset([workload, workload], {})
			.map(({message}) => message)
			.join('\n'),
		/^The variable A_TOKEN is not set/,
	);
	assert.deepEqual(findUnset([workload], {A_TOKEN: 'x'}), []);
});
