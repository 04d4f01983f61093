import {closeSync, openSync, readdirSync, readFileSync, readSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {CaptureFailure} from '../report/profile/analysis.ts';
import {readMetadata} from '../report/profile/capture-metadata.ts';
import type {AnalysedNcu} from '../report/profile/ncu-report.ts';
import {analyseNcuReport, looksLikeNcu} from '../report/profile/ncu-report.ts';
import {nameOf, readSideCar} from './capture-files.ts';

const ENDING = /\.csv$/;
/** A program may have printed a lot before ncu's own lines. */
const HEAD_BYTES = 65_536;

export const isNcuPath = (path: string): boolean => ENDING.test(path) && isFile(path);

const isFile = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;

/** CSV files of ncu: those that are named, and those in folders that look like one. */
export const findNcuReports = (paths: readonly string[]): readonly string[] => [
	...new Set(paths.flatMap((path) => (isNcuPath(path) ? [path] : listFolder(path)))),
];

function listFolder(folder: string): readonly string[] {
	if (isFile(folder)) return [];
	return readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter((entry) => entry.isFile() && ENDING.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => looksLikeNcu(readHead(path)))
		.sort();
}

function readHead(path: string): string {
	const head = Buffer.alloc(HEAD_BYTES);
	try {
		const file = openSync(path, 'r');
		try {
			return head.toString('utf8', 0, readSync(file, head, 0, HEAD_BYTES, 0));
		} finally {
			closeSync(file);
		}
	} catch {
		return '';
	}
}

type AnalysisOfNcu = {readonly reports: readonly AnalysedNcu[]; readonly failures: readonly CaptureFailure[]};

export function analyseNcuReports(files: readonly string[]): AnalysisOfNcu {
	const read = files.map((file) => ({file, answer: analyseOne(file)}));
	return {
		reports: read.flatMap(({answer}) => ('error' in answer ? [] : [answer])),
		failures: read.flatMap(({file, answer}) =>
			'error' in answer ? [{file, problem: answer.error, tryThis: answer.tryThis}] : [],
		),
	};
}

function analyseOne(file: string): ReturnType<typeof analyseNcuReport> {
	const stem = file.replace(ENDING, '');
	try {
		return analyseNcuReport(file, readFileSync(file, 'utf8'), readMetadata(nameOf(stem), readSideCar(stem)));
	} catch (error) {
		return {error: `it could not be read: ${(error as Error).message}`, tryThis: `ls -la ${file}`};
	}
}
