import {type Setting, showSetting} from '../../../report/consistency.ts';
import {clean, displayWidth, fit} from '../../parts/fit.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {Tone} from '../../theme.ts';
import type {ConfigModel} from './model.ts';
import {layNote, type PageLayout} from './page.ts';

const MARKS: {readonly [verdict in Setting['verdict']]: Tone} = {
	same: 'dim',
	differs: 'degraded',
	'not confirmed': 'degraded',
	'no meaning here': 'dim',
	'not compared': 'dim',
	'read back': 'dim',
};

/** What was declared beside what the workload's own objects had. */
export function layConfig({settings, hasResult}: ConfigModel, layout: PageLayout): readonly Line[] {
	const {width, glyphs} = layout;
	const rows = settings.map(({key, declared, effective, verdict}) => ({
		cells: [key, show(declared), hasResult ? show(effective) : 'not read back yet'].map((text) =>
			clean(text, glyphs.ascii),
		),
		verdict,
	}));
	const titles = ['key', 'declared', 'effective'];
	const columns = fitColumns(
		rows.map(({cells}) => cells),
		titles,
		width,
	);
	const join = (cells: readonly string[]) =>
		cells.map((text, index) => fit(text, columns[index] ?? 0, glyphs.ellipsis)).join('  ');
	const differing = settings.filter(({verdict}) => MARKS[verdict] === 'degraded').length;
	return [
		...layNote(describeDifferences(differing, hasResult), layout, differing > 0 && hasResult ? 'degraded' : 'plain'),
		[],
		[{text: join(titles), tone: 'dim'}],
		...rows.map(({cells, verdict}) =>
			pack([part(join(cells), 'plain', 9), part(hasResult ? verdict : '', MARKS[verdict], 9)], width, glyphs),
		),
	];
}

const show = (value: Setting['declared']): string =>
	value === undefined ? '-' : value === null ? 'N/A' : showSetting(value);

function describeDifferences(count: number, hasResult: boolean): string {
	if (!hasResult) return 'Effective values are read back from the workload at its end.';
	if (count === 0) return 'What is effective is what was declared.';
	return `${count} ${count === 1 ? 'key is' : 'keys are'} not what was declared: the result is degraded by it.`;
}

const VERDICT_COLUMNS = Math.max(...Object.keys(MARKS).map((verdict) => verdict.length));
const GAPS = 3 * 2;

/** Keys stay whole as long as they can; the two values share what is left. */
function fitColumns(rows: readonly (readonly string[])[], titles: readonly string[], width: number): readonly number[] {
	const widths = titles.map((title, index) =>
		rows.reduce((most, cells) => Math.max(most, displayWidth(cells[index] ?? '')), title.length),
	);
	const [key = 0, declared = 0, effective = 0] = widths;
	const room = width - VERDICT_COLUMNS - GAPS - key;
	if (declared + effective <= room) return widths;
	const half = Math.max(6, Math.floor(room / 2));
	const left = Math.min(declared, Math.max(half, room - effective));
	return [key, left, Math.max(6, Math.min(effective, room - left))];
}
