import {readCsvTables} from './csv-tables.ts';
import {readEzklRuns} from './ezkl.ts';
import {type ForeignTree, type Found, nameFile} from './foreign-run.ts';
import {readHydraRuns} from './hydra-runner.ts';
import {readIcdRuns} from './icd.ts';
import {isReport, readReportNames} from './nsys-reports.ts';
import {readTinylabRuns} from './tinylab.ts';

const READERS = [readHydraRuns, readIcdRuns, readTinylabRuns, readEzklRuns];

/** Whether the text of a file is needed; of every other one the name is all. */
export const isWanted = (path: string): boolean => {
	const name = nameFile(path);
	return (
		/\.(json|csv|log|stdout|stderr)$/i.test(name) ||
		name === 'data_hash.txt' ||
		(name === 'config.yaml' && path.split('/').at(-2) === '.hydra')
	);
};

/** All that a folder holds of others, one run for each program and session, so that nothing is mixed. */
export function readForeign(tree: ForeignTree): Found & {readonly remarks: readonly string[]} {
	const found = READERS.map((read) => read(tree));
	const records = found.flatMap(({runs}) => runs);
	const names = new Set(records.flatMap(({cells}) => cells.map(({name}) => name)));
	const reports = readReportNames(tree, names);
	// Beside records a table is drawn from them, or is telemetry that no record names.
	const tables = records.length === 0 && tree.names.every((path) => !isReport(path)) ? readCsvTables(tree) : null;
	const leftOut = tables === null ? tree.names.filter((path) => /\.csv$/i.test(path)).length : 0;
	return {
		runs: [...records, ...reports.runs, ...(tables?.runs ?? [])],
		problems: [...found.flatMap(({problems}) => problems), ...(tables?.problems ?? [])],
		remarks:
			leftOut === 0 ? [] : [`${leftOut} CSV files beside them were not read; one alone is: warpdeck import FILE.csv`],
	};
}
