import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import type {Outcome, PickerScene} from '../../source/tui/picker-source.ts';
import type {ThemeOptions} from '../../source/tui/theme.ts';
import {createPickerSource, groundOn} from '../rig/picker-stories.ts';
import {KEY, type Size} from '../rig/render-to-screen.ts';
import {until} from '../rig/until.ts';
import {drawPicker} from './draw-picker.tsx';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const SIZES = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
] as const;
const [SMALL, MIDDLE] = SIZES;
const RIGHT = '\u001b[C';
const DOWN = '\u001b[B';
const ARROW_LEFT = '\u001b[D';

const UNFINISHED = {
	suite: 'numa_study',
	left: 5,
	command: 'warpdeck resume outputs/numa_study/2025-07-12/02-31-02',
};

type Shot = {
	readonly name: string;
	readonly kind?: Parameters<typeof groundOn>[0];
	readonly changes?: Partial<PickerScene>;
	readonly keys?: string;
	readonly options?: Partial<ThemeOptions>;
};

const SHOTS: readonly Shot[] = [
	{name: 'picker', changes: {unfinished: UNFINISHED}},
	{name: 'picker-ascii', changes: {unfinished: UNFINISHED}, options: {ascii: true}},
	{name: 'picker-reading', kind: 'nothing'},
	{name: 'picker-cannot', kind: 'cpu', keys: `${DOWN}${DOWN}`},
	{name: 'picker-sweep', keys: `${DOWN}oexperiment.test.batch_size=1,8,32`},
	{name: 'picker-wrong', keys: `${DOWN}oexperiment.test.num_samples=50 experiment.hardware.gpu_ids=[0,1`},
];

async function draw(t: TestContext, shot: Shot, size: Size) {
	const {source, asked, delay} = createPickerSource(groundOn(shot.kind ?? 'gpus'), shot.changes);
	const drawn = await drawPicker(source, size, shot.options);
	t.after(drawn.leave);
	if (shot.keys) await drawn.press(shot.keys, /./);
	return {...drawn, source, asked, delay};
}

/** Redrawn by --test-update-snapshots; look at them before they are committed. */
suite('the picker', () => {
	for (const shot of SHOTS) {
		for (const size of SIZES) {
			test(`of ${shot.name} at ${size.columns}x${size.rows} is the golden one and fits`, async (t) => {
				const {lines, press} = await draw(t, shot, size);
				if (shot.keys) await press('', shot.keys.includes('o') ? /Enter take it/ : /▸ second_machine/);

				const drawn = lines();
				for (const line of drawn) assert.ok(displayWidth(line) < size.columns, line);
				if (shot.options?.ascii) for (const line of drawn) assert.match(line, /^[ -~]*$/);
				t.assert.fileSnapshot(`${drawn.join('\n')}\n`, join(FRAMES, `${shot.name}-${size.columns}x${size.rows}.txt`), {
					serializers: [String],
				});
			});
		}
	}

	test('fits into the smallest terminal, with the command and a line of the plan', async (t) => {
		const {lines} = await draw(t, {name: '', changes: {unfinished: UNFINISHED}}, {columns: 60, rows: 16});

		for (const line of lines()) assert.ok(displayWidth(line) < 60, line);
		assert.match(
			lines().join('\n'),
			/what will run: 48 cells[\s\S]*time not known[\s\S]*\$ warpdeck run numa_study\nq leave/,
		);
	});

	test('shows of every suite the counts that its plan has, and the words of its state', async (t) => {
		const {lines, source} = await draw(t, {name: ''}, MIDDLE);
		const text = lines().join('\n');

		for (const {name, outcome} of source.get()?.suites ?? []) {
			const row = lines().find((line) => line.slice(2).startsWith(name)) ?? '';
			assert.match(row, describe(outcome));
			if (outcome?.kind !== 'planned') continue;
			const {cells, distinct, executions} = outcome.counts;
			assert.equal(cells, outcome.plan.cells.length);
			assert.equal(executions, outcome.plan.experiments.length);
			assert.match(row, new RegExp(` ${cells} +${distinct} +${executions} +${outcome.time}`));
		}
		assert.match(text, /what will run: 48 cells, 48 distinct, 48 executions/);
	});

	test('lists what will run in order, to the last one', async (t) => {
		const {press, source} = await draw(t, {name: ''}, SMALL);
		const outcome = source.get()?.evaluation?.outcome;
		assert.ok(outcome?.kind === 'planned');
		const seen: string[] = [];

		let text = await press('', /lines 1-\d+ of 54/);
		for (let first = 1; !/lines \d+-54 of 54/.test(text); ) {
			for (const [, id] of text.matchAll(/^ {2}(gpu\d_numa\d_\w+)/gm)) if (id && !seen.includes(id)) seen.push(id);
			first = Math.min(first + pageOf(text), 55 - pageOf(text));
			text = await press(KEY.pageDown, new RegExp(`lines ${first}-`));
		}
		for (const [, id] of text.matchAll(/^ {2}(gpu\d_numa\d_\w+)/gm)) if (id && !seen.includes(id)) seen.push(id);
		assert.deepEqual(
			seen,
			outcome.plan.experiments.map(({id}) => id),
		);
	});
});

const pageOf = (text: string): number => {
	const [, first, last] = /lines (\d+)-(\d+) of/.exec(text) ?? [];
	return Number(last) - Number(first) + 1;
};

const describe = (outcome: Outcome | null): RegExp =>
	outcome?.kind === 'refused'
		? /faulty: /
		: outcome?.kind === 'planned' && outcome.plan.problems.length > 0
			? /cannot: /
			: /ready/;

suite('a line of overrides in the picker', () => {
	test('points at the column of a mistake, and counts anew when it is mended', async (t) => {
		const {press, lines} = await draw(t, {name: ''}, MIDDLE);

		await press(`${DOWN}oexperiment.blocks=x`, /experiment\.blocks="x" is not allowed/);
		const caret = lines().findIndex((line) => /^ +\^ /.test(line));
		assert.equal(lines()[caret]?.indexOf('^'), lines()[caret - 1]?.indexOf('experiment.blocks'));
		await press('\u007f3', /what will run: 3 cells, 3 distinct, 9 executions/);
		assert.doesNotMatch(lines().join('\n'), /\^/);
	});

	test('points inside of the word where its grammar breaks', async (t) => {
		const {press, lines} = await draw(t, {name: ''}, MIDDLE);

		await press('oexperiment.test.num_samples=5 a=[1,}', /\^/);
		const caret = lines().findIndex((line) => /\^/.test(line));
		assert.equal(lines()[caret - 1]?.[lines()[caret]?.indexOf('^') ?? -1], '}');
	});

	test('says that a choice is being worked out until it is', async (t) => {
		const {press, delay} = await draw(t, {name: ''}, MIDDLE);
		delay();

		const text = await press('oexperiment.blocks=2', /^ {13}…$/m);

		assert.doesNotMatch(text, /48 executions\b.*lines/);
	});

	test('is as it was after Esc, and stays after Enter', async (t) => {
		const {press, effects} = await draw(t, {name: ''}, MIDDLE);

		await press('oexperiment.blocks=2\r', /\$ warpdeck run numa_study experiment\.blocks=2$/m);
		await press('o experiment.seed=1', /experiment\.seed=1$/m);
		await press(KEY.escape, /\$ warpdeck run numa_study experiment\.blocks=2$/m);
		assert.deepEqual(effects, []);
	});
});

suite('an option in the picker', () => {
	test('is written into the overrides, and taken out where it is the own one of the suite', async (t) => {
		const {press} = await draw(t, {name: ''}, MIDDLE);

		await press(
			`${DOWN}${KEY.tab}${RIGHT}`,
			/\[cuda\][\s\S]*\$ warpdeck run quick_test experiment\.hardware\.device=cuda$/m,
		);
		await press(RIGHT, /\[cpu\][\s\S]*\$ warpdeck run quick_test experiment\.hardware\.device=cpu$/m);
		await press(`${ARROW_LEFT}${ARROW_LEFT}`, /\[auto\][\s\S]*\$ warpdeck run quick_test$/m);
	});

	test('shows what was typed for it, also in short', async (t) => {
		const {press} = await draw(t, {name: ''}, MIDDLE);

		await press('ohardware.binding=off\r', /\[off\]/);
	});

	test('is the profiler too, whose passes come behind the timed ones', async (t) => {
		const {press} = await draw(t, {name: ''}, MIDDLE);

		await press(`${KEY.tab}jj${RIGHT}`, /\[nsys\][\s\S]*\$ warpdeck run numa_study experiment\.profiler=nsys$/m);
	});
});

suite('Enter in the picker', () => {
	test('starts the words of the command, with -m for a sweep', async (t) => {
		const {press, effects} = await draw(t, {name: ''}, MIDDLE);

		await press(
			"joexperiment.hardware.gpu_ids=[0,1] 'experiment.name=a b' experiment.test.batch_size=1,2\r",
			/\$ warpdeck run -m quick_test 'experiment\.hardware\.gpu_ids=\[0,1\]' 'experiment\.name=a b'/,
		);
		await press(KEY.enter, /./);
		await until(() => effects.length > 0, 'it starts');

		assert.deepEqual(effects, [
			{
				kind: 'start',
				choice: {
					words: [
						'quick_test',
						'experiment.hardware.gpu_ids=[0,1]',
						'experiment.name=a b',
						'experiment.test.batch_size=1,2',
					],
					multirun: true,
				},
			},
		]);
	});

	for (const [what, keys, settled, says] of [
		['a suite that this machine cannot run', 'jj', /▸ second/, /not started: GPU 7 is not here/],
		['a suite that cannot be read', 'jjj', /▸ torn/, /not started: mine\/torn\.yaml is no suite/],
		[
			'a line with a mistake',
			'oexperiment.blokcs=2\r',
			/\$ warpdeck run numa_study experiment\.blokcs=2\nq leave/,
			/not started: .*nothing reads the key experiment\.blokcs/,
		],
	] as const) {
		test(`starts nothing but says why for ${what}`, async (t) => {
			const {press, effects} = await draw(t, {name: ''}, MIDDLE);

			await press(keys, settled);
			await press(KEY.enter, says);

			assert.deepEqual(effects, []);
		});
	}
});
