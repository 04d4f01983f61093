import {type Line, type Part, pack, part} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';
import type {PickerModel, PickerOwn, ShownOption} from './model.ts';

export type OptionsLayout = {readonly width: number; readonly glyphs: Glyphs};

/** Columns in front of a row's values, the cursor included. */
export const LABEL = 13;

/** A row for each setting with few values; the one that holds stands in brackets. */
export const layOptions = ({options}: PickerModel, own: PickerOwn, layout: OptionsLayout): readonly Line[] =>
	options.map((option, index) => layOption(option, own.pane === 'options' && own.option === index, layout));

function layOption({name, values, value, note}: ShownOption, isChosen: boolean, {width, glyphs}: OptionsLayout): Line {
	const parts = [...layValues(values, value, glyphs), part(note, 'dim', 5)];
	return [...layLabel(name, isChosen, glyphs), ...pack(parts, width - LABEL, glyphs)];
}

function layValues(values: ShownOption['values'], value: string | null, {ellipsis}: Glyphs): readonly Part[] {
	if (values === null) return [part(` ${ellipsis}`, 'dim', 8)];
	if (values.length === 0) return [part(' none ', 'dim', 8)];
	// A sweep or an interpolation is none of the listed values, and holds all the same.
	const all = value !== null && !values.includes(value) ? [...values, value] : values;
	return all.map((one) => (one === value ? part(`[${one}]`, 'strong', 8) : part(` ${one} `, 'dim', 7)));
}

/** What a row is, with the cursor where the keys go to it. */
export const layLabel = (name: string, isChosen: boolean, glyphs: Glyphs): Line => [
	{text: isChosen ? `${glyphs.cursor} ` : '  ', tone: 'accent'},
	{text: name.padEnd(LABEL - 2), tone: isChosen ? 'strong' : 'plain'},
];
