import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {drawFigure, drawPdf, drawPng, FILE_THEME, PAGE_COLOURS, PAGE_THEME} from '../../source/effects/drawing.ts';
import {measureText} from '../../source/effects/drawing-fonts.ts';
import {buildReport} from '../../source/report/figures/build-report.ts';
import {createGathering} from '../../source/report/figures/measurements.ts';
import {cell, opened, planned, play, ran} from '../rig/story.ts';
import {finishedStudy} from '../tui/study-story.ts';

const NOTHING = createGathering({from: 0, to: 1, startedAt: new Map()}).finish();
const {figures, marks} = buildReport(finishedStudy(), NOTHING);
const drawn = figures.filter((figure) => figure.kind === 'drawn');

const SMALL = {
	title: 'Small <b>',
	chart: {
		width: 100,
		height: 50,
		data: {values: [{name: '$red <script>', value: 1}]},
		mark: {type: 'bar', color: '$green'},
		encoding: {
			y: {field: 'name', type: 'nominal', title: null},
			x: {field: 'value', type: 'quantitative', title: null},
		},
	},
};

suite('every figure of a study', () => {
	for (const {name, title, chart} of drawn) {
		test(`is drawn: ${name}, with its title and its mark, and nothing to load`, async () => {
			const svg = await drawFigure({title, chart, marks}, FILE_THEME);

			assert.match(svg, /^<svg [^>]*viewBox="0 0 [\d.]+ [\d.]+"/);
			assert.ok(svg.includes(title));
			assert.match(svg, />SIMULATED - no hardware produced these numbers</);
			assert.match(svg, /<g class="watermark"[^>]*><text[^>]*>SIMULATED<\/text>/);
			assert.doesNotMatch(svg, /NaN|undefined|\$[a-z]|<script|<image|xlink:href|href=/);
		});
	}
});

suite('a figure', () => {
	test('shows a name out of a suite as it is, also where it is called like a colour', async () => {
		const svg = await drawFigure({...SMALL, marks: []}, FILE_THEME);

		assert.ok(svg.includes('$red &lt;script&gt;'));
		assert.ok(svg.includes('Small &lt;b&gt;'));
		assert.ok(svg.includes(`fill="#009e73"`));
		assert.doesNotMatch(svg, /watermark/);
	});

	test('takes the colours of its page, which is light or dark, and leaves its title to the page', async () => {
		const svg = await drawFigure({...SMALL, marks: []}, PAGE_THEME);

		assert.ok(svg.includes('fill="var(--green)"'));
		assert.doesNotMatch(svg, /Small/);
		for (const [, name] of svg.matchAll(/var\((--\w+)\)/g)) {
			assert.ok(PAGE_COLOURS.light.includes(`${name}:`) && PAGE_COLOURS.dark.includes(`${name}:`), name);
		}
	});

	test('is a PNG of twice its size', async () => {
		const svg = await drawFigure({...SMALL, marks}, FILE_THEME);
		const png = Buffer.from(await drawPng(svg));
		const [, width] = /viewBox="0 0 (\d+)/.exec(svg) ?? [];

		assert.equal(png.toString('latin1', 1, 4), 'PNG');
		assert.equal(png.readUInt32BE(16), 2 * Number(width));
	});

	test('is a PDF of one page, and the same one for the same run', async () => {
		const svg = await drawFigure({...SMALL, marks}, FILE_THEME);
		const page = {title: 'Small', at: new Date(0)};
		const [pdf, again] = [Buffer.from(await drawPdf(svg, page)), Buffer.from(await drawPdf(svg, page))];

		assert.equal(pdf.toString('latin1', 0, 5), '%PDF-');
		assert.equal(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length, 1);
		assert.ok(pdf.equals(again));
	});
});

test('a figure whose names are out of a hostile suite is drawn like any other', async () => {
	const models = ["'+alert(1)+'", 'datum.x</svg>'].flatMap((model) =>
		[0, 2].map((numaNode) => cell({model, numaNode})),
	);
	const state = play(opened(), planned(models), ...models.flatMap(({runId}) => ran(runId)));
	for (const figure of buildReport(state, NOTHING).figures) {
		if (figure.kind === 'absent') continue;
		const svg = await drawFigure({...figure, marks: []}, FILE_THEME);
		assert.equal(svg.match(/<\/svg>/g)?.length, 1, figure.name);
	}
});

test('a text is as wide as the font says, and a bold one wider', () => {
	// DejaVu Sans: H is 1540 and i is 569 of 2048 units.
	assert.ok(Math.abs(measureText('Hi', 2048, false) - (1540 + 569)) < 1e-9);
	assert.ok(measureText('Hi', 11, true) > measureText('Hi', 11, false));
});
