import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {buildReport} from '../../../source/report/figures/build-report.ts';
import {createGathering} from '../../../source/report/figures/measurements.ts';
import {writePage} from '../../../source/report/html/page.ts';
import {cell, failed, HEAT, opened, planned, play, ran, spoilt} from '../../rig/story.ts';
import {finishedStudy} from '../../tui/study-story.ts';

const NOTHING = createGathering({from: 0, to: 1, startedAt: new Map()}).finish();
const SVG =
	'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>';

function write(state: Parameters<typeof buildReport>[0]): string {
	const report = buildReport(state, NOTHING);
	const drawings = new Map(report.figures.map(({name}) => [name, SVG]));
	return writePage(report, {drawings, colours: {light: '--ink:#000', dark: '--ink:#fff'}, files: new Map()});
}

const study = write(finishedStudy());

const EVIL = '<img src="http://evil.example/x" onerror=alert(1)>&"\'';
const hostile = write(
	play(
		opened({suite: EVIL, overrides: [EVIL], notices: [EVIL]}),
		planned([cell({model: EVIL}), cell({model: `${EVIL}2`}), cell({model: 'c'})]),
		...ran(cell({model: EVIL}).runId),
		...failed(cell({model: `${EVIL}2`}).runId, {failure: {kind: 'exit', message: EVIL, advice: EVIL}}),
		...spoilt(cell({model: 'c'}).runId),
	),
);

suite('the page of a report', () => {
	test('names nothing that would be loaded, and its policy would forbid it', () => {
		assert.doesNotMatch(study, /https?:/);
		assert.doesNotMatch(study, /\b(src|srcset|data|action)=|@import|url\((?!#)/);
		assert.doesNotMatch(study, /href="(?!#)/);
		assert.match(study, /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'/);
	});

	test('has no script, whatever a suite has written into its names', () => {
		for (const page of [study, hostile]) assert.doesNotMatch(page, /<script|<img|<iframe|<object|\son\w+=(?!alert)/i);
	});

	test('shows a hostile name as the text that it is', () => {
		assert.ok(hostile.includes('&lt;img src=&quot;http://evil.example/x&quot; onerror=alert(1)&gt;&amp;&quot;&#39;'));
	});

	test('is dark where the reader’s system is', () => {
		assert.match(study, /@media \(prefers-color-scheme:dark\)\{:root\{--ink:#fff\}\}/);
	});

	test('says above and below that it is simulated, and in its title', () => {
		assert.equal(study.match(/<p class="mark">SIMULATED - no hardware produced these numbers<\/p>/g)?.length, 2);
		assert.match(study, /<title>SIMULATED numa_study - warpdeck<\/title>/);
	});

	test('says in one line why a figure is not drawn', () => {
		assert.match(
			study,
			/<li><b>Compile speed-up with 95 % intervals<\/b>: no model was measured both compiled and eager/,
		);
		assert.doesNotMatch(study, /id="compile-speedup"/);
	});

	test('lists what is invalid and what failed, with what to try', () => {
		assert.ok(hostile.includes(HEAT));
		assert.match(hostile, /<h3>Failed<\/h3>/);
		assert.match(study, /What is invalid or failed<\/h2><p>Nothing\.<\/p>/);
	});

	test('gives names inside of each figure to that figure alone', () => {
		assert.match(study, /<clipPath id="success-clip0"\/><g clip-path="url\(#success-clip0\)"\/>/);
		const ids = [...study.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
		assert.equal(new Set(ids).size, ids.length);
	});
});
