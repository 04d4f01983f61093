import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {summarize} from '../../source/report/summarize.ts';
import {drawApp} from './draw-app.tsx';
import {finishedOnGpus, finishedRun} from './run-stories.ts';

const size = {columns: 200, rows: 60};

/** The screen never lies: what is drawn is what the selectors say, number by number. */
suite('every number on the screen', () => {
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
