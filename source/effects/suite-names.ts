import {readdirSync} from 'node:fs';
import {parse} from 'node:path';
import {findBundledFolder, listEmbeddedSuites} from './bundled-files.ts';

/** Names of the suites that are here, without reading any: what a screen shows first. A folder that cannot be read adds none. */
export function listSuiteNames(folders: readonly string[]): readonly string[] {
	const bundled = findBundledFolder();
	const embedded = bundled === null ? listEmbeddedSuites().map(({name}) => name) : listNames(bundled);
	return [...new Set([...embedded, ...folders.flatMap(listNames)])].toSorted();
}

export const isSuiteFile = (file: string): boolean => /\.(ya?ml|jsonc?)$/.test(file);

function listNames(folder: string): readonly string[] {
	try {
		const files = readdirSync(folder).filter(isSuiteFile);
		return files.map((file) => parse(file).name);
	} catch {
		return [];
	}
}
