import {readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {describeFileProblem} from './file-problem.ts';

/** A capture: its report, the database that was exported from it, or both. */
export type CaptureFile = {
	/** Path without its ending. */
	readonly stem: string;
	readonly report: string | null;
	readonly database: string | null;
	/** Of both; what a progress bar counts. */
	readonly bytes: number;
};

const ENDING = /\.(nsys-rep|sqlite)$/;
/** An export in the making, which a killed one leaves behind. */
const PARTIAL = /-partial\.sqlite$/;

/** Captures of files and of folders, folders searched to the bottom; throws where a path is not there. */
export function findCaptures(paths: readonly string[]): readonly CaptureFile[] {
	const files = [...new Set(paths.flatMap(listFiles))];
	const byStem = Map.groupBy(files, (file) => file.replace(ENDING, ''));
	return [...byStem].map(([stem, own]) => {
		const report = own.find((file) => file.endsWith('.nsys-rep')) ?? null;
		const database = own.find((file) => !file.endsWith('.nsys-rep')) ?? findBeside(stem, report);
		const bytes = [report, database].reduce((sum, file) => sum + (file === null ? 0 : measure(file)), 0);
		return {stem, report, database, bytes};
	});
}

function listFiles(path: string): readonly string[] {
	const found = statSync(path, {throwIfNoEntry: false});
	if (!found) {
		throw new UserError(`There is no ${path}.`, {
			tryThis: ['warpdeck analyze FOLDER   # a folder with .nsys-rep, .sqlite or .csv files'],
		});
	}
	return found.isDirectory() ? listFolder(path) : [path];
}

function listFolder(folder: string): readonly string[] {
	try {
		return readdirSync(folder, {recursive: true, withFileTypes: true})
			.filter((entry) => !entry.isDirectory() && ENDING.test(entry.name) && !PARTIAL.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name))
			.sort();
	} catch (error) {
		throw describeFileProblem(`The folder ${folder} could not be read`, error, `ls -la ${folder}`);
	}
}

/** Only the report was named: its database need not be exported again. */
function findBeside(stem: string, report: string | null): string | null {
	const database = `${stem}.sqlite`;
	return report !== null && measure(database) > 0 ? database : null;
}

const measure = (file: string): number => statSync(file, {throwIfNoEntry: false})?.size ?? 0;

/** The text of `<report>.json`; null where there is none. */
export function readSideCar(stem: string): string | null {
	try {
		return readFileSync(`${stem}.json`, 'utf8');
	} catch {
		return null;
	}
}

export const nameOf = (stem: string): string => basename(stem);
