import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';

/** `bare` counts the NaN and Infinity that stood there as no JSON has them, and are null now. */
type Read = {readonly value: Json; readonly bare: number} | {readonly problem: string};

/** A whole string, so that what it quotes is left alone, or a word that Python writes for a number. */
const STRINGS_AND_BARE = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

/** JSON as Python's `json` writes it by default; a file that lost power in the middle ends with NUL bytes. */
export function readJson(text: string): Read {
	const clean = text.replace(/^\uFEFF/, '').replace(/\0+$/, '');
	if (clean.trim() === '') return {problem: 'it is empty'};
	const strict = parse(clean);
	if ('value' in strict) return {...strict, bare: 0};
	let bare = 0;
	const repaired = clean.replace(STRINGS_AND_BARE, (token) => {
		if (token.startsWith('"')) return token;
		bare++;
		return 'null';
	});
	const second = bare === 0 ? strict : parse(repaired);
	return 'value' in second ? {...second, bare} : {problem: isCut(clean) ? 'it is cut off' : 'it is no JSON'};
}

function parse(text: string): {readonly value: Json} | {readonly problem: string} {
	try {
		return {value: JSON.parse(text) as Json};
	} catch {
		return {problem: 'it is no JSON'};
	}
}

/** It begins as an object or a list and does not end as one. */
const isCut = (text: string): boolean => /^\s*[[{]/.test(text) && !/[\]}]\s*$/.test(text);

/** A number, also one that was written as text (`"48"`); null for anything else, and for what is not finite. */
export function readLoose(value: Json | undefined): number | null {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value)) return null;
	return Number(value);
}

export const readText = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

export const readObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

export const readList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
