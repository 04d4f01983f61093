import {posix} from 'node:path';
import {listImports, type SourceFile} from './architecture-rules.ts';

/**
 * `path exports name` for each name that no other file both knows and says. A name that stands in a file which imports
 * this one counts as used, so that what is loaded later with `import(…)` counts too.
 */
export function findUnusedExports(files: readonly SourceFile[], readers: readonly SourceFile[]): readonly string[] {
	const textsByTarget = groupByTarget(readers);
	return files.flatMap(({path, text}) =>
		listExports(text)
			.filter((name) => !(textsByTarget.get(path) ?? []).some((reader) => says(reader, name)))
			.map((name) => `${path} exports ${name}`),
	);
}

function groupByTarget(readers: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
	const edges = readers.flatMap(({path, text}) =>
		listImports(text)
			.filter(({from}) => from.startsWith('.'))
			.map(({from}) => ({target: posix.join(posix.dirname(path), from), text})),
	);
	const grouped = Map.groupBy(edges, ({target}) => target);
	return new Map([...grouped].map(([target, found]) => [target, found.map(({text}) => text)]));
}

function listExports(text: string): readonly string[] {
	const declared = text.matchAll(/^export (?:async )?(?:function\*?|const|type|class|interface) (\w+)/gm);
	const lists = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
	const listed = [...lists].flatMap(([, list = '']) => list.split(',').map(readListed)).filter(Boolean);
	return [...[...declared].map(([, name = '']) => name), ...listed];
}

/** `type A as B` is `B`. */
const readListed = (item: string): string => item.trim().split(/\s+/).at(-1) ?? '';

const says = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
