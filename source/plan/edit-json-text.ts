import type {Json} from '../domain/json.ts';
import {findJsonNode, type JsonNode, type JsonPath} from '../domain/json-tree.ts';

/** A value for a key that is there, or a new key of a dictionary that is there. */
export type JsonEdit = {readonly path: JsonPath; readonly value: Json};

type Splice = {readonly start: number; readonly end: number; readonly text: string};

/** The text with other values: comments, blanks, and everything that no edit names stay as they are. */
export function editJsonText(text: string, root: JsonNode, edits: readonly JsonEdit[]): string {
	const splices = edits.flatMap((edit) => listSplices(text, root, edit));
	// From the end, so that earlier places stay true; of two at one place the later one goes first and stands behind.
	return splices
		.map((splice, order) => ({...splice, order}))
		.toSorted((a, b) => b.start - a.start || b.order - a.order)
		.reduce((changed, {start, end, text: inside}) => changed.slice(0, start) + inside + changed.slice(end), text);
}

function listSplices(text: string, root: JsonNode, {path, value}: JsonEdit): readonly Splice[] {
	const node = findJsonNode(root, path);
	const written = JSON.stringify(value);
	if (node) return [{start: node.start, end: node.end, text: written}];
	const parent = findJsonNode(root, path.slice(0, -1));
	return parent?.members ? addMember(text, parent, `${JSON.stringify(path.at(-1))}: ${written}`) : [];
}

function addMember(text: string, parent: JsonNode, member: string): readonly Splice[] {
	const last = parent.members?.at(-1)?.node;
	if (!last) return [{start: parent.start + 1, end: parent.end - 1, text: member}];
	const comma = findComma(text, last.end, parent.end);
	const missing = comma === null ? [{start: last.end, end: last.end, text: ','}] : [];
	const tail = comma === null ? '' : ',';
	const behind = comma ?? last.end;
	const line = findLineEnd(text, behind);
	if (line === null) return [...missing, {start: behind, end: behind, text: ` ${member}${tail}`}];
	return [
		...missing,
		{start: line, end: line, text: `${readBreak(text)}${readIndent(text, last.start)}${member}${tail}`},
	];
}

/** The place behind a comma that follows the last member, comments skipped; null where there is none. */
function findComma(text: string, from: number, to: number): number | null {
	const between = text.slice(from, to);
	const found = /^(?:\s|\/\/[^\n]*(?=\n|$)|\/\*[\s\S]*?\*\/)*,/.exec(between);
	return found ? from + found[0].length : null;
}

/** Where a line of its own begins: a comment at the end of a line belongs to the member before. null: no line ends there. */
function findLineEnd(text: string, from: number): number | null {
	const spared = /^(?:[ \t]|\/\*[\s\S]*?\*\/)*(?:\/\/[^\r\n]*)?/.exec(text.slice(from))?.[0].length ?? 0;
	return /^\r?\n/.test(text.slice(from + spared)) ? from + spared : null;
}

const readBreak = (text: string): string => (/\r\n/.test(text) ? '\r\n' : '\n');

function readIndent(text: string, at: number): string {
	const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
	return /^\s*/.exec(line)?.[0] ?? '';
}
