import type {Json} from './json.ts';

/** A value of a JSON text with its place there, so that a change leaves everything around it as it is. */
export type JsonNode = {
	/** Characters of the text: from `start`, up to `end`. */
	readonly start: number;
	readonly end: number;
	readonly value: Json;
	/** Of a dictionary, in the order of the text. */
	readonly members?: readonly JsonMember[];
	/** Of a list. */
	readonly items?: readonly JsonNode[];
};

type JsonMember = {readonly key: string; readonly node: JsonNode};

export type JsonPath = readonly (string | number)[];

/** What stands at a path, or undefined. */
export const findJsonNode = (root: JsonNode, path: JsonPath): JsonNode | undefined =>
	path.reduce<JsonNode | undefined>(
		(node, part) =>
			typeof part === 'number' ? node?.items?.[part] : node?.members?.find(({key}) => key === part)?.node,
		root,
	);
