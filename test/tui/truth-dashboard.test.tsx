import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {
	type LaneView,
	selectAlerts,
	selectHeader,
	selectLanes,
	selectMatrix,
	selectRemaining,
} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import type {Size} from '../rig/render-to-screen.ts';
import {cell, launching, opened, paused, planned, play, started} from '../rig/story.ts';
import {guessedRun, stalledRun, throttledRun, wideNamesRun} from './alert-stories.ts';
import {drawApp} from './draw-app.tsx';
import {cpuRun, drainingRun, onGpus, tightLippedGpu} from './run-stories.ts';

const WALL = {columns: 200, rows: 60};
const SIZES: readonly Size[] = [
	{columns: 60, rows: 16},
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	WALL,
	{columns: 300, rows: 100},
];

/** When `drawApp` draws. */
const nowOf = (state: RunState): number => state.at + 400;

const seconds = (ms: number): number => Math.floor(ms / 1000);

const clock = (ms: number): string =>
	[Math.floor(seconds(ms) / 60), seconds(ms) % 60].map((part) => `${part}`.padStart(2, '0')).join(':');

suite('every number on the dashboard', () => {
	test("of the header is its selector's", async () => {
		for (const state of [onGpus(4), throttledRun()]) {
			const text = (await drawApp(state, WALL)).slice(0, 3).join('\n');
			const view = selectHeader(state, nowOf(state));

			assert.ok(text.includes(`${view.done}/${view.total} done`));
			for (const [count, word] of [
				[view.succeeded, 'ok'],
				[view.degraded, 'degraded'],
				[view.failed, 'failed'],
				[view.active, 'running'],
				[view.waiting, 'waiting'],
			] as const)
				assert.ok(text.includes(`  ${count} ${word}`), word);
			assert.ok(text.includes(`success ${view.successRatePercent?.toFixed(1)} %`));
			assert.match(text, new RegExp(`cpu +${view.cpuPercent?.toFixed(0)} %`));
			assert.ok(text.includes(`swap ${((view.swapUsedMiB ?? 0) / 1024).toFixed(1)} GiB`));
			assert.ok(text.includes(`disk ${((view.diskFreeMiB ?? 0) / 1024).toFixed(1)} GiB free`));
			assert.ok(text.includes(`elapsed ${clock(view.elapsedMs ?? 0)}`));
			assert.ok(text.includes(`about ${clock(view.remaining?.ms ?? 0)} left`));
			assert.ok(text.includes(`ends ${new Date(view.endsAt ?? 0).toISOString().slice(11, 19)} UTC`));
		}
	});

	test("of a lane in full is its selector's", async () => {
		const state = onGpus(4);
		const text = (await drawApp(state, WALL)).join('\n');

		for (const {telemetry, running, latest, remaining, succeeded, failed, total, queue} of lanesOf(state)) {
			assert.ok(telemetry.kind === 'gpu' && running?.progress && running.phase && latest && remaining);
			const {celsius, utilizationPercent, powerWatts, powerLimitWatts, smClockMHz} = telemetry.sample;
			const power = `power ${powerWatts?.toFixed(0)}/${powerLimitWatts} W  util  ${utilizationPercent} %`;
			assert.ok(text.includes(`${celsius} °C  SM ${smClockMHz} MHz  ${power}`));
			assert.ok(text.includes(`${running.id}  ${running.placement}  measure ${seconds(running.phase.forMs)} s`));
			assert.ok(text.includes(`${running.progress.done}/${running.progress.total}, `));
			const of = `of ${latest.id}`;
			assert.ok(text.includes(`p50 ${latest.p50?.toFixed(1)} ms  last ${latest.last?.toFixed(1)} ms  ${of}`));
			assert.ok(
				text.includes(`${succeeded + failed}/${total} done  ${failed} failed  about ${clock(remaining.ms)} left`),
			);
			assert.ok(text.includes(`next ${queue.next.join(' ')}`));
			if (running.phase.usuallyMs !== null)
				assert.ok(text.includes(`usually ${(running.phase.usuallyMs / 1000).toFixed(1)} s`));
		}
	});

	test("of a lane in the table is its selector's, under its title", async () => {
		const state = onGpus(16);
		const lines = await drawApp(state, WALL);
		const titles = lines[3] ?? '';
		const lanes = lanesOf(state);

		for (const [index, {telemetry, running, latest, succeeded, failed, total, queue}] of lanes.entries()) {
			const line = lines[4 + index] ?? '';
			assert.ok(telemetry.kind === 'gpu' && running?.phase && running.progress);
			const {celsius, utilizationPercent, powerWatts, smClockMHz} = telemetry.sample;
			const cell = (title: string) => cellUnder(title, titles, line);

			assert.equal(cell('done'), `${succeeded + failed}/${total}`);
			assert.equal(cell('f'), `${failed}`);
			assert.equal(cell('q'), `${queue.count}`);
			assert.equal(cell('p50 ms'), latest?.p50?.toFixed(1));
			assert.equal(cell('time'), `${seconds(running.phase.forMs)} s`);
			assert.equal(cell('prog'), `${percentOf(running.progress)} %`);
			assert.equal(cell('°C'), `${celsius}`);
			assert.equal(cell('MHz'), `${smClockMHz}`);
			assert.equal(cell('W'), powerWatts?.toFixed(0));
			assert.equal(cell('util'), `${utilizationPercent} %`);
			assert.ok(line.includes(running.id.replace(/^gpu\d+_/, '')));
			assert.ok(line.includes(running.placement === 'local' ? ' L ' : ' R '));
		}
	});

	test('of an alert is one of selectAlerts, the first ones are shown and the others are counted', async () => {
		const state = throttledRun();
		const alerts = selectAlerts(state, nowOf(state));
		const lines = await drawApp(state, WALL);
		const shown = lines.filter((line) => /^! (critical|warning|note) /.test(line));

		assert.equal(shown.length, 2);
		for (const [index, line] of shown.entries())
			assert.ok(line.startsWith(`! ${alerts[index]?.level}  ${alerts[index]?.text}`), line);
		assert.ok(shown[1]?.endsWith(`+${alerts.length - 2} more`));
	});

	test('of the matrix is selectMatrix', async () => {
		const state = onGpus(8);
		const lines = (await drawApp(state, WALL)).join('\n');
		const signs = {ok: '✓', degraded: '~', invalid: '!', failed: '✗', running: '▸', waiting: '·', 'set aside': '○'};

		for (const {gpuId, numaNode, placement, cells} of selectMatrix(state).rows) {
			const row = cells.map((cell) => (cell ? signs[cell.state] : ' ')).join(' +');
			assert.match(lines, new RegExp(`GPU ${gpuId}  n${numaNode} ${placement} +${row}(?: |$)`, 'm'));
		}
	});

	test('that is a guess says so, and no other does', async () => {
		const guess = guessedRun();
		const {total} = selectRemaining(guess, nowOf(guess));
		const text = (await drawApp(guess, WALL)).join('\n');

		assert.ok(total?.isGuess);
		assert.ok(text.includes(`guess ${clock(total.ms)} left`));
		assert.doesNotMatch(text, /about \d/);
		assert.doesNotMatch((await drawApp(onGpus(4), WALL)).join('\n'), /guess/);
	});
});

const lanesOf = (state: RunState): readonly LaneView[] => selectLanes(state, nowOf(state));

const percentOf = ({done, total}: {readonly done: number; readonly total: number}): number =>
	Math.floor((done / total) * 100);

/** What stands in a line so that it ends where its right-aligned title ends. */
function cellUnder(title: string, titles: string, line: string): string {
	const end = titles.search(new RegExp(`(?<= )${title}(?= |$)`)) + title.length;
	const before = line.slice(0, end);
	const unit = /(?:\d+ (?:%|s))$/.exec(before)?.[0];
	return unit ?? before.split(' ').at(-1) ?? '';
}

function shortOfMemory(): RunState {
	const reason = 'for host memory: needs 62.0 GiB, 43.0 GiB are left beside what runs (b)';
	const cells = [cell({runId: 'a', gpuId: 0}), cell({runId: 'b', gpuId: 1})];
	return play(opened(), planned(cells), launching('a'), started('a'), paused('gpu1', {cause: 'memory', reason}));
}

suite('the dashboard on any terminal', () => {
	const states: readonly [string, RunState][] = [
		['a CPU', cpuRun()],
		['one GPU', onGpus(1)],
		['two GPUs with wide names', wideNamesRun()],
		['four GPUs', onGpus(4)],
		['eight GPUs', onGpus(8)],
		['sixteen GPUs', onGpus(16)],
		['twenty GPUs', onGpus(20)],
		['throttled GPUs', throttledRun()],
		['a stalled workload', stalledRun()],
		['a guess', guessedRun()],
		['a draining run', drainingRun()],
		['a tight-lipped GPU', tightLippedGpu()],
	];

	for (const [name, state] of states) {
		test(`has no line that is wider than it, and as many as it has rows: ${name}`, async () => {
			for (const size of SIZES) {
				for (const ascii of [false, true]) {
					const lines = await drawApp(state, size, {ascii});
					assert.equal(lines.length, size.rows);
					for (const line of lines) {
						assert.ok(displayWidth(line) < size.columns, `${size.columns}x${size.rows}: ${line}`);
						if (ascii) assert.match(line, /^[ -~]*$/);
					}
				}
			}
		});
	}

	/** What must be readable in words, without colour and without signs. */
	const WORDS: readonly [string, RunState, readonly RegExp[]][] = [
		['a GPU that is throttled', throttledRun(), [/! throttled/, /HW thermal slowdown/]],
		['a GPU that is hot', throttledRun(), [/! too hot/, /91 C/]],
		['a GPU that waits for the CPU', throttledRun(), [/! low util/, /31 %/]],
		['a stalled workload', stalledRun(), [/! stalled/, /says nothing in measure/]],
		['a phase', onGpus(4), [/measure \d+ s/]],
		['a lane without work', wideNamesRun(), [/idle, all done/, /lane done/]],
		['a draining run', drainingRun(), [/draining, asked by the user/, /none will start/]],
		['a lane that waits for memory', shortOfMemory(), [/waits: for host memory: needs 62\.0 GiB, 43\.0 GiB are left/]],
		['an unknown value', tightLippedGpu(), [/util +N\/A/, /power +N\/A/]],
		['the state of a run in the matrix', onGpus(4), [/o ok {2}~ degraded {2}x failed {2}> running {2}\. waiting/]],
	];

	for (const [name, state, patterns] of WORDS) {
		test(`says in words without colour and in ASCII: ${name}`, async () => {
			const text = (await drawApp(state, {columns: 120, rows: 40}, {ascii: true, palette: 'none'})).join('\n');

			for (const pattern of patterns) assert.match(text, pattern);
		});
	}

	test('says the age of a sample once it is stale, and nothing of age before', async () => {
		const size = {columns: 80, rows: 24};
		const after = async (ms: number) => (await drawApp(onGpus(1), size, {sinceLastEventMs: ms})).join('\n');

		assert.doesNotMatch(await after(5000), /old/);
		assert.match(await after(9000), /stale, 00:09 old/);
	});
});
