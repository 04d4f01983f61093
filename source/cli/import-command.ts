import {UserError} from '../domain/errors.ts';
import {createClock} from '../effects/clock.ts';
import {shareWithGroup} from '../effects/file-modes.ts';
import {writeImportedRun} from '../effects/import-run.ts';
import {readForeignTree} from '../effects/import-tree.ts';
import {readSettings} from '../effects/settings.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {countNoun} from '../report/figures.ts';
import type {ForeignRun} from '../report/foreign/foreign-run.ts';
import {listImportFacts} from '../report/foreign/import-facts.ts';
import {describeForeign} from '../report/foreign/mark.ts';
import {isWanted, readForeign} from '../report/foreign/read-foreign.ts';
import {checkFlags, VERSION} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {listBaseDirs, nameImports} from './outputs.ts';
import {nameFolder} from './printer.ts';

/** `warpdeck import DIR|FILE`: results of other programs as runs of their own, marked FOREIGN; the originals stay as they are. */
export async function run({words: [wanted], flags}: Invocation): Promise<number> {
	checkFlags('import', flags, ['json']);
	if (wanted === undefined) throw refuseNothing();
	if (readSettings()['run.share'] === 'group') shareWithGroup();
	const tree = readForeignTree(wanted, isWanted);
	const found = readForeign(tree);
	const problems = [...tree.problems, ...found.problems];
	for (const problem of problems) process.stderr.write(`warning: ${problem}\n`);
	for (const remark of found.remarks) process.stderr.write(`note: ${remark}\n`);
	if (found.runs.length === 0) throw refuseUnknown(tree.folder);
	const texts = new Map(tree.files.map(({path, text}) => [path, text]));
	const clock = createClock();
	const written: Written[] = [];
	for (const one of found.runs) {
		const imported = listImportFacts(one, {
			warpdeck: VERSION,
			token: crypto.randomUUID().slice(0, 8),
			folder: tree.folder,
			originals: tree.originals,
			problems,
		});
		const path = await writeImportedRun({
			...{imported, clock, name: one.name, warpdeck: VERSION},
			baseDir: nameImports(listBaseDirs()[0] ?? 'outputs'),
			readText: (original) => texts.get(original) ?? '',
		});
		written.push({path, foreign: one, folder: tree.folder});
	}
	if (flags.json) tellJson(written, problems);
	else written.forEach(tell);
	return problems.length > 0 ? 1 : 0;
}

type Written = {readonly path: string; readonly foreign: ForeignRun; readonly folder: string};

function tell({path, foreign, folder}: Written): void {
	const {kind, limits, cells} = foreign;
	process.stdout.write(
		[
			`${nameFolder(path)}: ${countNoun(cells.length, 'result')}`,
			`  ${describeForeign({kind, limits, folder})}`,
			`  try: warpdeck summary ${quoteForShell(nameFolder(path))}`,
			'',
		].join('\n'),
	);
}

function tellJson(written: readonly Written[], problems: readonly string[]): void {
	const runs = written.map(({path, foreign: {kind, limits, cells, notes}}) => ({
		run: path,
		kind,
		results: cells.length,
		limits,
		notes,
	}));
	process.stdout.write(`${JSON.stringify({runs, problems}, null, '\t')}\n`);
}

const refuseNothing = (): UserError =>
	new UserError('warpdeck import was not told what.', {
		tryThis: ['warpdeck import FOLDER   # results.json, metrics.json, summary.json, proofs, reports of nsys'],
	});

const refuseUnknown = (folder: string): UserError =>
	new UserError(`Nothing in ${folder} is known as results of another program.`, {
		tryThis: [
			'results.json, experiment_summary.json   (the Hydra runner)',
			'metrics.json, summary.json, *_results.json, experiment_log_*.json, *.nsys-rep, or a .csv alone',
		],
	});
