import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {type CaptureFile, findCaptures, nameOf} from '../effects/capture-files.ts';
import {findRun} from '../effects/find-run.ts';
import {traceCapture} from '../effects/trace-capture.ts';
import {quoteShellWord} from '../report/shell-words.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';

/** `warpdeck export-trace RUN|REPORT [--id ID]`: a capture of nsys as a file that Perfetto and Chrome open. */
export async function run({words: [query], flags}: Invocation): Promise<number> {
	checkFlags('export-trace', flags, ['id', 'output', 'json']);
	const file = await chooseCapture(query, flags.id);
	const target = resolve(flags.output ?? `${file.stem}.trace.json`);
	const outcome = await traceCapture(file, {
		target,
		program: process.argv[1] ?? '',
		loader: process.execArgv,
		env: process.env,
	});
	if (outcome.kind === 'failed') {
		const name = nameFolder(file.report ?? file.database ?? file.stem);
		process.stderr.write(`${name} has no trace: ${outcome.problem}.\n  try: ${outcome.tryThis}\n`);
		return outcome.lacksNsys ? 3 : 1;
	}
	const {operations, ranges} = outcome;
	process.stdout.write(
		flags.json
			? `${JSON.stringify({trace: target, report: file.report, database: file.database, operations, ranges}, null, '\t')}\n`
			: describe(file, target, `${operations} operations on GPUs, ${ranges} NVTX ranges`),
	);
	return 0;
}

/** What opens the trace, and what opens the report as it is. */
function describe({report}: CaptureFile, target: string, what: string): string {
	const lines = [
		`${nameFolder(target)}: ${what}`,
		'  Perfetto: open https://ui.perfetto.dev and drop the file there; it stays in your browser',
		'  Chrome:   open chrome://tracing and load it',
		...(report === null ? [] : [`  The report itself: nsys-ui ${quoteShellWord(nameFolder(report))}`]),
	];
	return `${lines.join('\n')}\n`;
}

/** A file that was named, or one of a folder's or a run's. */
async function chooseCapture(query: string | undefined, id: string | undefined): Promise<CaptureFile> {
	const place = query !== undefined && existsSync(query) ? query : await findRun(listBaseDirs(), query);
	const captures = findCaptures([place]);
	const matching = id === undefined ? captures : captures.filter(({stem}) => matches(nameOf(stem), id));
	const [first, second] = matching;
	if (!first) throw refuseNone(place, captures, id);
	if (second) throw refuseMany(place, matching);
	return first;
}

/** The pass of a cell may be named by the cell. */
const matches = (name: string, id: string): boolean => name === id || name === `${id}.nsys`;

const MOST_NAMED = 8;

function suggest(place: string, captures: readonly CaptureFile[]): readonly [string, ...string[]] {
	const command = `warpdeck export-trace ${quoteShellWord(nameFolder(place))} --id`;
	const [first = 'ID', ...others] = captures.slice(0, MOST_NAMED).map(({stem}) => quoteShellWord(nameOf(stem)));
	return [`${command} ${first}`, ...others.map((id) => `${command} ${id}`)];
}

function refuseNone(place: string, captures: readonly CaptureFile[], id: string | undefined): UserError {
	const name = nameFolder(place);
	if (captures.length > 0) {
		return new UserError(`There is no capture ${id} in ${name}.`, {tryThis: suggest(place, captures)});
	}
	return new UserError(`There is no capture of nsys in ${name}.`, {
		tryThis: ['warpdeck run … --profiler nsys', 'warpdeck export-trace REPORT.nsys-rep'],
	});
}

const refuseMany = (place: string, captures: readonly CaptureFile[]): UserError =>
	new UserError(`There are ${captures.length} captures in ${nameFolder(place)}: which one?`, {
		tryThis: suggest(place, captures),
	});
