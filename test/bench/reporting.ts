import {cpSync, mkdirSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type Bench, type Figures, formatMiB, formatSeconds, median} from './figures.ts';
import {builtProgram, runProgram} from './run-program.ts';
import {CELLS, HOURS, writeStudiedNight} from './studied-night.ts';

const ROUNDS = 3;
const AIM_MS = 10_000;
const AIM_KIB = 2 ** 20;

/** `warpdeck report` of a night: the page, every figure in three formats, every table in three. */
export async function benchReporting({folder, program}: Bench): Promise<Figures> {
	for (const name of ['drawing.js', 'drawing']) {
		cpSync(join(dirname(builtProgram), name), join(dirname(program), name), {recursive: true});
	}
	const run = join(folder, 'studied');
	mkdirSync(run);
	writeStudiedNight(run);
	const all = await repeat(() => runProgram(process.execPath, [program, 'report', run, '--json']));
	const tables = await repeat(() =>
		runProgram(process.execPath, [program, 'report', run, '--json', '--format', 'csv']),
	);
	const wallMs = median(all.map((one) => one.wallMs));
	const peakKiB = Math.max(...all.map((one) => one.peakKiB));
	const {files} = JSON.parse(all[0]?.stdout ?? '{"files":[]}') as {readonly files: readonly string[]};
	const pages = statSync(join(run, 'report/report.json')).size;
	if (pages === 0 || files.filter((file) => file.endsWith('.svg')).length < 10) throw new Error('figures are missing');
	return {
		title: `Report of ${CELLS} cells with ${HOURS} h of telemetry (median of ${ROUNDS})`,
		rows: [
			{label: `page, ${files.length} files of figures and tables`, value: formatSeconds(wallMs)},
			{label: 'tables alone', value: formatSeconds(median(tables.map((one) => one.wallMs)))},
			{label: 'telemetry.jsonl', value: `${Math.round(statSync(join(run, 'telemetry.jsonl')).size / 1e6)} MB`},
		],
		aims: [
			{text: 'at most 10 s', value: formatSeconds(wallMs), isMet: wallMs <= AIM_MS},
			{text: 'at most 1 GiB', value: formatMiB(peakKiB), isMet: peakKiB <= AIM_KIB},
		],
		skipped: [],
	};
}

async function repeat<T>(work: () => Promise<T>): Promise<readonly T[]> {
	const results: T[] = [];
	for (let round = 0; round < ROUNDS; round++) results.push(await work());
	return results;
}
