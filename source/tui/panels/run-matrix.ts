import type {Matrix, MatrixCell, MatrixRow, MatrixState} from '../../journal/select.ts';
import {clean, displayWidth, fit} from '../parts/fit.ts';
import {type Line, lineWidth} from '../parts/line.ts';
import type {Glyphs, Tone} from '../theme.ts';

type MatrixLayout = {readonly width: number; readonly glyphs: Glyphs};

/** Below this a model's name says nothing. */
const MIN_NAME = 5;
const MAX_SHARE = 0.5;

const SIGNS: {readonly [state in MatrixState]: readonly [unicode: string, ascii: string]} = {
	ok: ['✓', 'o'],
	degraded: ['~', '~'],
	failed: ['✗', 'x'],
	running: ['▸', '>'],
	waiting: ['·', '.'],
	'set aside': ['○', '-'],
};

const TONES: {readonly [state in MatrixState]: Tone} = {
	ok: 'ok',
	degraded: 'degraded',
	failed: 'failed',
	running: 'accent',
	waiting: 'dim',
	'set aside': 'degraded',
};

/** A legend, the models, one line a GPU and node, all of one width; none where half the screen cannot hold them. */
export function layRunMatrix(matrix: Matrix, {width, glyphs}: MatrixLayout): readonly Line[] {
	const names = shortenAll(matrix.models).map((name) => clean(name, glyphs.ascii));
	const rows = matrix.rows.map((row) => ({row, label: labelOf(row)}));
	const labelWidth = Math.max(0, ...rows.map(({label}) => displayWidth(label)));
	const room = Math.floor(width * MAX_SHARE) - labelWidth;
	const column = Math.min(Math.max(...names.map(displayWidth), MIN_NAME), Math.floor(room / names.length) - 1);
	if (column < MIN_NAME || rows.length === 0) return [];
	const heading: Line = [
		{text: ' '.repeat(labelWidth), tone: 'plain'},
		...names.map((name) => ({text: ` ${fit(name, column, glyphs.ellipsis)}`, tone: 'dim' as const})),
	];
	const body = rows.map(
		({row, label}): Line => [
			{text: fit(label, labelWidth, glyphs.ellipsis), tone: 'plain'},
			...row.cells.map((cell) => layCell(cell, column, glyphs)),
		],
	);
	return pad([layLegend(matrix, glyphs), heading, ...body]);
}

/** What is seldom set aside is explained only where it is. */
const layLegend = ({rows}: Matrix, {ascii}: Glyphs): Line => {
	const isShown = rows.some(({cells}) => cells.some((cell) => cell?.state === 'set aside'));
	const words = Object.entries(SIGNS)
		.filter(([state]) => state !== 'set aside' || isShown)
		.map(([state, [unicode, plain]]) => `${ascii ? plain : unicode} ${state}`);
	return [{text: `runs  ${words.join('  ')}`, tone: 'dim'}];
};

function layCell(cell: MatrixCell | null, width: number, glyphs: Glyphs): Line[number] {
	if (!cell) return {text: ' '.repeat(width + 1), tone: 'plain'};
	const [unicode, ascii] = SIGNS[cell.state];
	const sign = glyphs.ascii ? ascii : unicode;
	const text = cell.total > 1 ? `${sign} ${cell.done}/${cell.total}` : sign;
	return {text: ` ${fit(text, width, glyphs.ellipsis)}`, tone: TONES[cell.state]};
}

const labelOf = ({gpuId, numaNode, placement}: MatrixRow): string =>
	[gpuId === null ? 'CPU' : `GPU ${`${gpuId}`.padEnd(2)}`, numaNode === null ? '' : `n${numaNode}`, placement ?? '']
		.filter((text) => text !== '')
		.join(' ');

/** Letters that all models begin with tell none from another. */
function shortenAll(models: readonly string[]): readonly string[] {
	const [first = ''] = models;
	const common = /^[A-Za-z]+/.exec(first)?.[0] ?? '';
	const shared = models.length > 1 && models.every((model) => model.startsWith(common) && model !== common);
	return models.map((model) => (shared ? model.slice(common.length) : model));
}

function pad(lines: readonly Line[]): readonly Line[] {
	const width = Math.max(...lines.map(lineWidth));
	return lines.map((line) => [...line, {text: ' '.repeat(width - lineWidth(line)), tone: 'plain'}]);
}
