import {clean, truncate} from '../../parts/fit.ts';
import {type Line, lineWidth} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';
import type {PickerModel, PickerOwn, ShownOption} from './model.ts';

export type OptionsLayout = {readonly width: number; readonly glyphs: Glyphs};

/** Columns in front of a row's values, the cursor included. */
export const LABEL = 13;

/** A row for each setting with few values; the one that holds stands in brackets. */
export const layOptions = ({options}: PickerModel, own: PickerOwn, layout: OptionsLayout): readonly Line[] =>
	options.map((option, index) =>
		layOption(option, own.pane === 'options' && own.before === null && own.option === index, layout),
	);

function layOption({name, values, value, note}: ShownOption, isChosen: boolean, {width, glyphs}: OptionsLayout): Line {
	const shown = layValues(values, value, glyphs);
	const room = width - LABEL - lineWidth(shown);
	return [
		...layLabel(name, isChosen, glyphs),
		...shown,
		{text: truncate(` ${note}`, room, glyphs.ellipsis), tone: 'dim'},
	];
}

/** Brackets take the place of blanks, so that nothing moves when another value is chosen. */
function layValues(values: ShownOption['values'], value: string | null, {ellipsis, ascii}: Glyphs): Line {
	if (values === null) return [{text: ` ${ellipsis}`, tone: 'dim'}];
	if (values.length === 0) return [{text: ' none ', tone: 'dim'}];
	// A sweep or an interpolation is none of the listed values, and holds all the same.
	const all = value !== null && !values.includes(value) ? [...values, value] : values;
	return all.map((one) =>
		one === value ? {text: `[${clean(one, ascii)}]`, tone: 'strong'} : {text: ` ${one} `, tone: 'dim'},
	);
}

/** What a row is, with the cursor where the keys go to it. */
export const layLabel = (name: string, isChosen: boolean, glyphs: Glyphs): Line => [
	{text: isChosen ? `${glyphs.cursor} ` : '  ', tone: 'accent'},
	{text: name.padEnd(LABEL - 2), tone: isChosen ? 'strong' : 'plain'},
];
