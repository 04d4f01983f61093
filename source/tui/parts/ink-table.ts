import {createRequire, Module} from 'node:module';
import * as ink from 'ink';
import type {ComponentType} from 'react';

type InkTableProps = {
	readonly data: readonly {readonly [column: string]: string}[];
	readonly columns?: readonly string[];
	/** Blanks on both sides of a cell; 0 counts as 1. */
	readonly padding?: number;
	readonly header?: ComponentType<InkTablePart & {readonly column: number}>;
	readonly cell?: ComponentType<InkTablePart & {readonly column: number}>;
	readonly skeleton?: ComponentType<InkTablePart>;
};

export type InkTablePart = {readonly children?: string};

/**
 * ink-table is CommonJS and asks for `ink` with `require`, which Node refuses because Ink 8 awaits at its top level.
 * The instance that is already loaded is put where `require` looks first. bin/build.mjs replaces this file by a plain
 * import, because a bundle has no such border.
 */
export const InkTable = loadInkTable();

function loadInkTable(): ComponentType<InkTableProps> {
	const require = createRequire(import.meta.url);
	const path = require.resolve('ink-table');
	const inkPath = createRequire(path).resolve('ink');
	const primed = Object.assign(new Module(inkPath), {exports: ink, filename: inkPath, loaded: true});
	require.cache[inkPath] ??= primed;
	return (require(path) as {readonly default: ComponentType<InkTableProps>}).default;
}
