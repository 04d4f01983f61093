import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {embedded} from './embedded.ts';

/** Beside `dist/` in an installed package, beside `source/` in a checkout; absent where main.js was copied alone. */
const FOLDERS = [join(import.meta.dirname, '../suites'), join(import.meta.dirname, '../../suites')];

/** The folder of the suites that warpdeck brings, or null where they exist only inside the bundle. */
export const findBundledFolder = (): string | null =>
	FOLDERS.find((folder) => existsSync(join(folder, 'quick_test.yaml'))) ?? null;

/** Suites that the bundle holds: name of the file and its text. */
export const listEmbeddedSuites = (): readonly {readonly name: string; readonly text: string}[] =>
	Object.entries(embedded).flatMap(([path, text]) => {
		const name = /^suites\/([^/]+)\.ya?ml$/.exec(path)?.[1];
		return name === undefined ? [] : [{name, text}];
	});
