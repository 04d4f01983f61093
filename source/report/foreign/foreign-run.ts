import type {Latency} from '../../domain/experiment.ts';
import type {ForeignKind} from '../../domain/foreign.ts';
import type {Json, JsonObject} from '../../domain/json.ts';
import {readJson} from './read-json.ts';

/** A file of somebody else's; its path is relative to the folder that is imported, with `/`. */
export type ForeignFile = {readonly path: string; readonly text: string};

/** What is in the folder: the texts that a reader asked for, and every name. */
export type ForeignTree = {
	/** Last name of the folder. */
	readonly name: string;
	readonly files: readonly ForeignFile[];
	readonly names: readonly string[];
};

/** What a folder holds, by name: a night of ten thousand is looked up as often. */
export const indexTree = ({names, files}: ForeignTree) => ({
	names: new Set(names),
	texts: new Map(files.map(({path, text}) => [path, text])),
});

export type TreeIndex = ReturnType<typeof indexTree>;

/** One thing that another program ran, as far as its files tell. */
export type ForeignCell = {
	/** Names the cell; made safe and unique later. */
	readonly name: string;
	/** From 1; repetitions of a cell have the same name. */
	readonly block: number;
	/** Of a sweep; absent: 0. */
	readonly job?: number;
	readonly model: string | null;
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	readonly params: JsonObject;
	readonly axes: JsonObject;
	/** The file that says so. */
	readonly source: string;
	readonly result: ForeignResult;
	/** Logs of it, paths as of a ForeignFile. */
	readonly stdout?: string;
	readonly stderr?: string;
};

/** Everything is null or empty where the file does not tell. */
export type ForeignResult = {
	/** invalid: there is a file, and nothing that was measured. */
	readonly status: 'succeeded' | 'failed' | 'invalid';
	/** Why not succeeded, one line. */
	readonly reason: string | null;
	/** Why a success is not what was declared. */
	readonly degraded: readonly string[];
	readonly exitCode: number | null;
	readonly durationS: number | null;
	readonly samplesPerS: number | null;
	readonly windowS: number | null;
	readonly latency: Latency;
	/** Latencies in ms in the order of the file, as far as it has them. */
	readonly samples: readonly number[];
	readonly metrics: JsonObject;
	readonly effective: JsonObject;
	readonly versions: {readonly [name: string]: string | null};
	readonly device: 'cuda' | 'cpu' | null;
	readonly deviceName: string | null;
	readonly profiled: string | null;
	readonly errorText: string | null;
	/** Its own file says that no hardware produced it. */
	readonly simulated: boolean;
};

/** What becomes one run folder. */
export type ForeignRun = {
	readonly kind: ForeignKind;
	readonly name: string;
	readonly limits: readonly string[];
	/** What a reader must know beside the limits. */
	readonly notes: readonly string[];
	readonly cells: readonly ForeignCell[];
	/** Files that its numbers come from. */
	readonly sources: readonly string[];
	readonly config: JsonObject;
};

/** What one reader finds in a tree; a problem is one line about one file, and the rest goes on. */
export type Found = {readonly runs: readonly ForeignRun[]; readonly problems: readonly string[]};

const NO_LATENCY: Latency = {p50: null, p90: null, p99: null, mean: null, n: 0};

const NOTHING: ForeignResult = {
	status: 'succeeded',
	reason: null,
	degraded: [],
	exitCode: null,
	durationS: null,
	samplesPerS: null,
	windowS: null,
	latency: NO_LATENCY,
	samples: [],
	metrics: {},
	effective: {},
	versions: {},
	device: null,
	deviceName: null,
	profiled: null,
	errorText: null,
	simulated: false,
};

export const describeResult = (known: Partial<ForeignResult>): ForeignResult => ({...NOTHING, ...known});

export const nameFile = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `a/b` of `a/b/c`, and nothing of `c`. */
export const nameParent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** A tree's JSON by path: one line for each file that is none, or was written by something that has no JSON for NaN. */
export function readAllJson(
	{files}: ForeignTree,
	isWanted: (path: string) => boolean,
): {
	readonly values: ReadonlyMap<string, Json>;
	/** Why a file is none, by its path: it counts as what could not be read, and does not vanish. */
	readonly damaged: ReadonlyMap<string, string>;
	readonly problems: readonly string[];
	readonly bare: number;
} {
	const values = new Map<string, Json>();
	const damaged = new Map<string, string>();
	let bare = 0;
	for (const {path, text} of files.filter((file) => isWanted(file.path))) {
		const read = readJson(text);
		if ('problem' in read) damaged.set(path, read.problem);
		else values.set(path, read.value);
		if ('bare' in read) bare += read.bare;
	}
	return {values, damaged, problems: [...damaged].map(([path, problem]) => `${path}: ${problem}`), bare};
}

export const noteBare = (bare: number): readonly string[] =>
	bare === 0 ? [] : [`${bare} numbers stood there as NaN or Infinity and are unknown here.`];

export const describeDamaged = (path: string, problem: string): ForeignResult =>
	describeResult({status: 'invalid', reason: `its ${nameFile(path)} is damaged: ${problem}`});
