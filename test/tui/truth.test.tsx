import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectHeader, selectLanes} from '../../source/journal/select.ts';
import {summarize} from '../../source/report/summarize.ts';
import {drawApp} from './draw-app.tsx';
import {finishedOnGpus, finishedRun, onGpus} from './run-stories.ts';

const size = {columns: 200, rows: 60};

/** The screen never lies: what is drawn is what the selectors say, number by number. */
suite('every number on the screen', () => {
	test("of the header is its selector's", async () => {
		const state = onGpus(4);
		const now = state.at + 400;
		const text = (await drawApp(state, size)).slice(0, 3).join('\n');
		const view = selectHeader(state, now);

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
		assert.ok(text.includes(`cpu ${view.cpuPercent?.toFixed(0)} %`));
	});

	test("of a lane is its selector's", async () => {
		const state = onGpus(4);
		const text = (await drawApp(state, size)).join('\n');

		for (const {telemetry, running, latest, succeeded, failed, total, queue} of selectLanes(state, state.at + 400)) {
			assert.ok(telemetry.kind === 'gpu' && running?.progress && latest);
			const {celsius, utilizationPercent, powerWatts} = telemetry.sample;
			assert.ok(text.includes(`${celsius} °C  util ${utilizationPercent} %`));
			assert.ok(text.includes(`power ${powerWatts?.toFixed(0)}/`));
			assert.ok(text.includes(`${running.id}  measure`));
			assert.ok(text.includes(`${running.progress.done}/${running.progress.total}`));
			assert.ok(text.includes(`last ${latest.last?.toFixed(1)} ms  p50 ${latest.p50?.toFixed(1)} ms  of ${latest.id}`));
			assert.ok(text.includes(`${succeeded + failed}/${total} done  ${failed} failed`));
			assert.ok(text.includes(`next ${queue.next[0]} ${queue.next[1]} +${queue.count - 2} more`));
		}
	});

	test("of the summary is summarize's", async () => {
		for (const state of [finishedRun(), finishedOnGpus()]) {
			const text = (await drawApp(state, size)).join('\n');
			const summary = summarize(state, state.at);

			assert.ok(text.includes(`success ${summary.successRatePercent?.toFixed(1)} %  of ${summary.total} cells`));
			for (const {model, meanSamplesPerS} of summary.throughput)
				assert.match(text, new RegExp(`${model} .* ${meanSamplesPerS.toFixed(1)} `));
			for (const {runId, advice, stderrLog} of summary.failures)
				for (const words of [runId, advice, stderrLog]) assert.ok(text.includes(words), words);
			if (summary.penalties.kind === 'measured')
				for (const {model, penaltyPercent} of summary.penalties.rows)
					assert.match(text, new RegExp(`${model} .* ${penaltyPercent.toFixed(1)} %`));
		}
	});
});
