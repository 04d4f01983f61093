import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {findRun, listRuns} from '../../source/effects/find-run.ts';
import {readFacts} from '../../source/effects/run-folder.ts';
import type {FactEvent} from '../../source/journal/event.ts';
import type {Workplace} from './built-program.ts';

/** A record of results.json, as a script of a user's would read it. */
export type ResultRecord = {
	readonly run_id: string;
	readonly status: string;
	readonly success: boolean;
	readonly exit_code: number | null;
	readonly attempts: number;
	readonly device: string | null;
	readonly numa_node: number | null;
	readonly degraded: readonly string[];
	readonly failure: {readonly kind: string; readonly message: string; readonly advice: string} | null;
	readonly binding: {readonly kind: string; readonly node: number | null} | null;
	readonly placement: readonly {
		readonly node_pages: {readonly [node: string]: number};
		readonly cpus_allowed: string | null;
	}[];
	readonly axes: {readonly [name: string]: unknown};
	readonly simulated: boolean;
	readonly [key: string]: unknown;
};

/** Every run of a workplace, the newest first. */
export const listRunFolders = ({folder}: Workplace): readonly string[] =>
	listRuns(join(folder, 'outputs')).map(({path}) => path);

export const findRunFolder = ({folder}: Workplace): Promise<string> => findRun([join(folder, 'outputs')]);

export const readJson = <Value>(...path: readonly string[]): Value =>
	JSON.parse(readFileSync(join(...path), 'utf8')) as Value;

export const readResults = (run: string): readonly ResultRecord[] => readJson(run, 'results.json');

/** The result of one cell, by the value of its only axis. */
export function findByAxis(records: readonly ResultRecord[], value: unknown): ResultRecord {
	const found = records.find(({axes}) => Object.values(axes).includes(value));
	if (!found) throw new Error(`no record has the axis value ${value}`);
	return found;
}

/** Facts of a run whose every line carries the right checksum; fails where one does not. */
export function readWholeJournal(run: string): readonly FactEvent[] {
	const {state: facts, damageCount, tornBytes, unknown} = readFacts(run);
	if (damageCount + tornBytes + unknown.size > 0)
		throw new Error(`${run}: ${damageCount} damaged lines, ${tornBytes} torn bytes, ${unknown.size} unknown facts`);
	return facts;
}

/** How many experiments a journal that is still being written calls committed. */
export const countCommitted = (run: string): number =>
	readFacts(run).state.filter(({type}) => type === 'committed').length;

/** Processes that carry the tag of a run, whoever started them. */
export function listTagged(run: string): readonly number[] {
	const opened = readFacts(run).state.find((fact) => fact.type === 'opened');
	if (!opened) throw new Error(`${run} was never opened`);
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => readEnvironment(pid).includes(`WARPDECK_TAG=${opened.token}:`))
		.map(Number);
}

function readEnvironment(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/environ`, 'utf8');
	} catch {
		return '';
	}
}
