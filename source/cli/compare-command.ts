import {UserError} from '../domain/errors.ts';
import {findRun} from '../effects/find-run.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {compareRuns} from '../report/compare/compare-runs.ts';
import type {Comparison} from '../report/compare/comparison.ts';
import {formatComparisonCsv, formatComparisonMarkdown} from '../report/compare/comparison-tables.ts';
import {formatComparison} from '../report/compare/comparison-text.ts';
import {readTolerances} from '../report/compare/tolerance.ts';
import {countNoun} from '../report/figures.ts';
import {checkFlags, type Flags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';
import {describeTerminal} from './terminal.ts';

/** `warpdeck compare A B`: B held against A, cell by cell; 1 outside of tolerance. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('compare', flags, ['json', 'csv', 'md', 'ascii', 'tolerance', 'anyway', 'foreign']);
	const tolerances = readTolerances(flags.tolerance ?? []);
	const [a, b] = await loadBoth(words);
	const comparison = compareRuns(a.state, b.state, tolerances);
	refuse(comparison, flags, words);
	const names = [describeRun(a), describeRun(b)] as const;
	process.stdout.write(format(comparison, flags, names, [a.path, b.path]));
	return comparison.rows === 0 || comparison.outside > 0 ? 1 : 0;
}

type Loaded = {readonly path: string; readonly state: RunState};

async function loadBoth(words: readonly string[]): Promise<readonly [Loaded, Loaded]> {
	const [wordA, wordB] = words;
	if (wordA === undefined || wordB === undefined)
		throw new UserError('warpdeck compare takes two runs.', {
			tryThis: ['warpdeck compare A B   # each a folder, or a unique part of its time', 'warpdeck list'],
		});
	return [await load(wordA, 'A'), await load(wordB, 'B')];
}

async function load(word: string, side: string): Promise<Loaded> {
	const path = await findRun(listBaseDirs(), word);
	const {state, warnings} = loadRun(path);
	for (const warning of warnings) process.stderr.write(`warning: ${side}: ${warning}\n`);
	return {path, state};
}

/** Two runs that are no measurements of the same are compared only for somebody who has been told so. */
function refuse({objections, matched, onlyA, onlyB}: Comparison, flags: Flags, words: readonly string[]): void {
	const command = ['warpdeck compare', ...words].join(' ');
	if (matched === 0)
		throw new UserError(
			`No cell of A (${describeCells(onlyA)}) is in the same place with the same model as one of B (${describeCells(onlyB)}).`,
			{tryThis: ['warpdeck list   # runs that are here', `warpdeck summary ${words[1]}`]},
		);
	const standing = objections.filter(({kind}) => !(flags.anyway || (kind === 'foreign' && flags.foreign)));
	if (standing.length === 0) return;
	const isForeignAlone = standing.every(({kind}) => kind === 'foreign');
	throw new UserError(
		['These two are not two measurements of the same:', ...standing.map(({says}) => `  ${says}`)].join('\n'),
		{tryThis: [`${command} ${isForeignAlone ? '--foreign' : '--anyway'}   # all the same; it is said on top`]},
	);
}

const describeCells = (runIds: readonly string[]): string =>
	runIds.length === 0 ? 'none' : `${runIds[0]}${runIds.length > 1 ? `, ${runIds.length} in all` : ''}`;

function describeRun({path, state}: Loaded): string {
	const blocks = new Set(state.cells.length === 0 ? [] : listBlocks(state)).size;
	const shape = `${countNoun(state.cells.length, 'cell')}, ${countNoun(blocks, 'block')}`;
	return `${nameFolder(path)}  (${shape}, ${state.closed?.reason ?? 'not closed'})`;
}

const listBlocks = ({experiments}: RunState): readonly number[] =>
	[...iterate(experiments)].map(({experiment}) => experiment.block).filter((block) => block >= 1);

function format(
	comparison: Comparison,
	flags: Flags,
	names: readonly [string, string],
	[a, b]: readonly [string, string],
): string {
	if (flags.json) return `${JSON.stringify({a, b, ...comparison}, null, '\t')}\n`;
	if (flags.csv) return formatComparisonCsv(comparison);
	if (flags.md) return formatComparisonMarkdown(comparison, names);
	const {ascii} = describeTerminal(flags);
	return formatComparison(comparison, {columns: process.stdout.columns ?? 80, names, ascii});
}
