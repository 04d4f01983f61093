import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';
import type {SuiteFile} from '../../source/plan/compose.ts';

/** A command of a document that people come from, and what they type here. */
export type SeedRow = {
	/** As it stands there. */
	readonly command: string;
	/** A line of ours, or `nothing`. */
	readonly type: string;
	/** Why it could not do there what it says; only such a row may be answered instead of planned. */
	readonly mark?: 'missing' | 'wrong' | 'fails';
	readonly plan?: {
		readonly cells: number;
		/** All of them unless it is given. */
		readonly distinct?: number;
		readonly jobs?: number;
		readonly executions?: number;
	};
	/** What the answer says. */
	readonly answer?: string;
	/** It starts no experiment, and something of ours shows what it showed, or nothing is needed. */
	readonly served?: true;
	readonly note?: string;
};

export type SeedTable = {
	readonly name: string;
	readonly groups: readonly {readonly title: string; readonly rows: readonly SeedRow[]}[];
	/** Files of the checkout that its commands are typed in, as far as they matter. */
	readonly checkout: {readonly [path: string]: string};
};

const folder = fileURLToPath(new URL('../../fixtures/seed-commands/', import.meta.url));

export const seedTables: readonly SeedTable[] = ['A2', 'B2', 'C2', 'D2'].map((name) => ({
	name,
	...JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
}));

/** Suites for programs that warpdeck does not ship: they run what is in the user's checkout. */
export const checkoutSuites: readonly SuiteFile[] = readdirSync(join(folder, 'suites')).map((file) => ({
	name: file.replace(/\.yaml$/, ''),
	origin: `fixtures/seed-commands/suites/${file}`,
	config: parse(readFileSync(join(folder, 'suites', file), 'utf8')),
}));

export function writeCheckout({checkout}: SeedTable, target: string): void {
	for (const [path, text] of Object.entries(checkout)) {
		mkdirSync(dirname(join(target, path)), {recursive: true});
		writeFileSync(join(target, path), text);
	}
}
