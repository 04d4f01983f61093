import type {Json, JsonObject} from '../domain/json.ts';

type Declared = {readonly axes: JsonObject; readonly params: JsonObject};

const WHOLE = /^(?:(-[^\s?$]+)\?)?\$\{(axes|params)\.([^{}]+)\}$/;

/**
 * The words that one text of a command becomes: a list that stands alone is a word for each of its values, and
 * `--flag?${params.x}` is there only where x is: alone for true, with its value for a number or a text.
 */
export function fillWords(text: string, declared: Declared, fill: (text: string) => string): readonly string[] {
	const [, flag, group, key = ''] = WHOLE.exec(text) ?? [];
	if (group === undefined) return [fill(text)];
	const value = declared[group as 'axes' | 'params'][key];
	if (flag === undefined) return isList(value) ? value.map(toWord) : [fill(text)];
	if (value === undefined || value === null || value === false) return [];
	if (value === true) return [flag];
	return [flag, ...(isList(value) ? value : [value]).map(toWord)];
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const toWord = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
