import {fileURLToPath} from 'node:url';
import {readForeignTree} from '../../source/effects/import-tree.ts';
import type {Fact} from '../../source/journal/event.ts';
import {decodeLine, encodeFact} from '../../source/journal/format.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import type {ForeignRun, ForeignTree} from '../../source/report/foreign/foreign-run.ts';
import {listImportFacts} from '../../source/report/foreign/import-facts.ts';
import {isWanted} from '../../source/report/foreign/read-foreign.ts';
import {STORY_START} from './story.ts';

/** A folder of fixtures/foreign as `import` reads it. */
export const readFixture = (name: string): ForeignTree =>
	readForeignTree(fileURLToPath(new URL(`../../fixtures/foreign/${name}`, import.meta.url)), isWanted);

/** Files by path, in a folder of this name; all are read. */
export const plantTree = (files: {readonly [path: string]: string}, name = 'planted'): ForeignTree => ({
	name,
	names: Object.keys(files),
	files: Object.entries(files).map(([path, text]) => ({path, text})),
});

/** The state of an imported run, by way of the lines of its journal. */
export function playImport(run: ForeignRun, problems: readonly string[] = []): RunState {
	const origin = {warpdeck: '0.1.0', token: 't', folder: '/home/someone/results', originals: [], problems};
	const {opening, committed, closing} = listImportFacts(run, origin);
	return [...opening, ...committed, ...closing].map(passThroughDisk).reduce(reduce, initialState);
}

function passThroughDisk(fact: Fact, index: number) {
	const line = encodeFact({...fact, seq: index + 1, at: STORY_START});
	const decoded = decodeLine(new TextEncoder().encode(line.trimEnd()));
	if (decoded.kind !== 'event') throw new Error(`${fact.type} does not come back from its line`);
	return decoded.event;
}
