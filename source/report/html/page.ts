import {listCampaignSections} from '../campaign/campaign-sections.ts';
import {groupByCause, nameCause} from '../causes.ts';
import type {Report} from '../figures/build-report.ts';
import type {DrawnFigure} from '../figures/figure.ts';
import {countNoun} from '../figures.ts';
import {listPenaltySections} from '../penalty-sections.ts';
import {listSections} from '../study-sections.ts';
import type {Summary, Touched} from '../summary.ts';
import {describeRepeats} from '../summary-sections.ts';
import {formatTimestamp} from '../timestamp.ts';
import {escapeHtml} from './escape.ts';
import {writeStyle} from './style.ts';
import {writeSection, writeTable} from './write-table.ts';

type PageParts = {
	/** SVGs by the names of their figures, in the colours of the page's variables. */
	readonly drawings: ReadonlyMap<string, string>;
	/** Declarations of those variables. */
	readonly colours: {readonly light: string; readonly dark: string};
	/** Files beside the page, by the name of the figure. */
	readonly files: ReadonlyMap<string, readonly string[]>;
};

/** Nothing may be loaded and nothing may run, whatever a suite has written into a name. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole report as one page that needs nothing beside it. */
export function writePage(report: Report, parts: PageParts): string {
	const {title, marks, summary} = report;
	const banner = marks.map((mark) => `<p class="mark">${escapeHtml(mark)}</p>`).join('');
	const body = [
		`<h1>${escapeHtml(title)}</h1>`,
		banner,
		writeAbout(report),
		writeContents(report, parts),
		writeFigures(report, parts),
		writeAbsent(report),
		writeMeaning(summary),
		writeTrouble(summary),
		writeNotes(summary),
		banner,
		`<p class="remark">Made by warpdeck from the run’s journal, which ends ${formatTimestamp(report.at)}. This page loads nothing.</p>`,
	];
	return [
		'<!doctype html>',
		'<html lang="en">',
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
		'<meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="referrer" content="no-referrer">',
		`<title>${escapeHtml([...marks.map((mark) => mark.split(' ')[0] ?? ''), title].join(' '))} - warpdeck</title>`,
		`<style>${writeStyle(parts.colours)}</style>`,
		'</head>',
		`<body><main>${body.join('\n')}</main></body>`,
		'</html>',
		'',
	].join('\n');
}

const writeAbout = ({about}: Report): string =>
	`<dl>${about.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`;

const listDrawn = ({figures}: Report, {drawings}: PageParts): readonly DrawnFigure[] =>
	figures.filter((figure): figure is DrawnFigure => figure.kind === 'drawn' && drawings.has(figure.name));

const writeContents = (report: Report, parts: PageParts): string =>
	`<nav>${listDrawn(report, parts)
		.map(({name, title}) => `<a href="#${escapeHtml(name)}">${escapeHtml(title)}</a>`)
		.join(
			'',
		)}<a href="#meaning">Tables</a><a href="#trouble">What is invalid or failed</a><a href="#notes">Notes</a></nav>`;

function writeFigures(report: Report, parts: PageParts): string {
	const figures = listDrawn(report, parts).map((figure) => writeFigure(figure, parts));
	return `<h2>Figures</h2><div class="figures">${figures.join('\n')}</div>`;
}

function writeFigure({name, title, caption, table}: DrawnFigure, {drawings, files}: PageParts): string {
	const beside = (files.get(name) ?? []).map(escapeHtml).join(', ');
	return [
		`<figure id="${escapeHtml(name)}"><h3>${escapeHtml(title)}</h3>`,
		embed(drawings.get(name) ?? '', name, title),
		`<figcaption>${caption.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</figcaption>`,
		`<details><summary>Its numbers</summary>${writeTable(table, `tables/${name}.csv`)}</details>`,
		beside === '' ? '' : `<p class="files">${beside}</p>`,
		'</figure>',
	].join('');
}

/** Names inside an SVG hold for the whole page, so each figure gets its own; a page needs no names of formats. */
const embed = (svg: string, name: string, title: string): string =>
	svg
		.replace(/ xmlns(:\w+)?="[^"]*"/g, '')
		.replaceAll(/\bid="([^"]+)"/g, `id="${name}-$1"`)
		.replaceAll(/url\(#([^)]+)\)/g, `url(#${name}-$1)`)
		.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(title)}" `);

function writeAbsent({figures}: Report): string {
	const absent = figures.flatMap((figure) =>
		figure.kind === 'absent' ? [`<li><b>${escapeHtml(figure.title)}</b>: ${escapeHtml(figure.reason)}</li>`] : [],
	);
	return absent.length === 0 ? '' : `<h2>Not drawn, for want of data</h2><ul>${absent.join('')}</ul>`;
}

function writeMeaning(summary: Summary): string {
	const sections = [
		...listCampaignSections(summary),
		...listPenaltySections(summary.penalties),
		...listSections(summary),
	].map((section) => writeSection(section, 'experiment_summary.json'));
	const without =
		summary.penalties.kind === 'none' ? `<p>No penalties: ${escapeHtml(summary.penalties.reason)}</p>` : '';
	return `<h2 id="meaning">What it means</h2>${without}${sections.join('')}`;
}

function writeTrouble(summary: Summary): string {
	const failures = groupByCause(summary.failures).map(
		(cause) =>
			`<li>${escapeHtml(`${nameCause(cause)} (${cause.kind}): ${cause.message}`)}<br>try: ${escapeHtml(cause.advice)}</li>`,
	);
	const parts = [
		writeList('Invalid: kept, and in no average', listTouched(summary.invalidations)),
		writeList('Failed', failures),
		writeList('Degraded: measured, but not what was declared', listTouched(summary.degradations)),
		writeList('Postponed', listTouched(summary.postponements)),
		writeList('Skipped', listTouched(summary.skips)),
		...describeRepeats(summary.repeats).map((line) => `<p>${escapeHtml(line)}</p>`),
	].join('');
	return `<h2 id="trouble">What is invalid or failed</h2>${parts === '' ? '<p>Nothing.</p>' : parts}`;
}

const listTouched = (reasons: readonly Touched[]): readonly string[] =>
	reasons.map(
		({reason, count, firstRunId, role}) =>
			`<li>${escapeHtml(`${countNoun(count, role === 'control' ? 'A/A control' : (role ?? 'cell'))} (first ${firstRunId}): ${reason}`)}</li>`,
	);

const writeList = (title: string, items: readonly string[]): string =>
	items.length === 0 ? '' : `<h3>${escapeHtml(title)}</h3><ul>${items.join('')}</ul>`;

const writeNotes = ({notes, anomalyCount}: Summary): string => {
	const lines = [
		...notes,
		...(anomalyCount > 0 ? [`The journal has ${countNoun(anomalyCount, 'fact')} that could not be true.`] : []),
	];
	const items = lines.map((note) => `<li>${escapeHtml(note)}</li>`).join('');
	return `<h2 id="notes">To be read before quoting a number</h2>${items === '' ? '<p>No notes.</p>' : `<ul>${items}</ul>`}`;
};
