import {toFile, toMetric, toSamples} from '../domain/command-output.ts';
import type {CommandOutput} from '../domain/command-output-keys.ts';
import type {Device, Experiment} from '../domain/experiment.ts';
import type {Json} from '../domain/json.ts';
import type {Command} from '../plan/build-command.ts';
import {findFileProblem, findTear, judgeFiles} from '../report/left/expect-files.ts';
import type {LeftVerdict} from '../report/left/judge-left.ts';
import {createLineReader, toMs} from '../report/left/line-reader.ts';
import {listJsonValues, listTableValues, takeValue} from '../report/left/read-metric.ts';
import {type FoundMetric, readValue} from '../report/left/series.ts';
import {parseCsv} from '../report/left/tables.ts';
import type {Observation, Observer} from './observe.ts';
import type {Clock, FoundFile, LaunchRequest, LeftFiles} from './ports.ts';

/** What one attempt's command leaves: its lines while it runs, its files afterwards. */
type LeftWatch = Required<Pick<LaunchRequest, 'onLine' | 'onErrorLine'>> & {
	/** Before the launch: what is there already, and is nobody's result. */
	readonly look: () => Promise<void>;
	/** After the end: files are read only of a program that ended by itself. */
	readonly collect: (hasExited: boolean) => Promise<Left>;
};

/** Numbers to put into an observation, and what they mean for the end. */
type Left = {
	readonly metrics: {readonly [name: string]: Json};
	readonly degraded: readonly string[];
	readonly ready: Observation['ready'];
	readonly verdict: LeftVerdict;
};

type Options = {
	readonly rules: CommandOutput;
	readonly experiment: Experiment;
	/** Where relative paths begin. */
	readonly cwd: string;
	readonly leftFiles?: LeftFiles;
	readonly observer: Observer;
	readonly clock: Pick<Clock, 'now'>;
	/** Set: an earlier runner launched it, and nobody looked at what was there. */
	readonly adoption?: {readonly startedAt: number};
};

/** Nothing where the suite does not say what is to be found. */
export const watchLeft = (
	{output, cwd}: Pick<Command, 'output' | 'cwd'>,
	options: Pick<Options, 'experiment' | 'leftFiles' | 'clock' | 'adoption'>,
	observer: Observer,
): LeftWatch | null => (output ? createLeftWatch({...options, rules: output, cwd, observer}) : null);

/** Clocks of file systems go by ticks, and those of networks are set by others. */
const CLOCK_SLACK_MS = 2000;
const PARCEL = 500;

function createLeftWatch(options: Options): LeftWatch {
	const {rules, observer, cwd, leftFiles: files, adoption} = options;
	const {now} = options.clock;
	const reader = createLineReader(rules, observer.say);
	const patterns = listPatterns(rules);
	const stamps = new Set<string>();

	const list = async (pattern: string): Promise<readonly FoundFile[]> => files?.list(cwd, pattern) ?? [];
	const isFresh = ({stamp, absolute, changedAt}: FoundFile): boolean =>
		adoption ? changedAt >= adoption.startedAt - CLOCK_SLACK_MS : !stamps.has(`${absolute} ${stamp}`);

	return {
		onLine: (line) => reader.read('stdout', line, now()),
		onErrorLine: (line) => reader.read('stderr', line, now()),
		look: async () => {
			const before = await Promise.all(patterns.map(list));
			for (const {stamp, absolute} of before.flat()) stamps.add(`${absolute} ${stamp}`);
		},
		collect: async (hasExited) => {
			const lines = reader.finish();
			const source: Source | null = hasExited && files ? {files, list, isFresh} : null;
			const metrics = await readMetrics(rules, lines.metrics, source);
			const samples = await readSamples(rules, source);
			for (let at = 0; at < samples.latencyMs.length; at += PARCEL) {
				observer.say({event: 'samples', latency_ms: samples.latencyMs.slice(at, at + PARCEL)}, now());
			}
			const absent = await listAbsent(rules, source);
			const cut = lines.cutLines > 0 ? ` (of ${lines.cutLines} long lines only the first 64 KiB were read)` : '';
			// Of what was stopped nobody expects that it got so far.
			const missing = hasExited
				? [...metrics].flatMap(([name, found]) => describeMissing(name, found, rules, cut))
				: [];
			const owed = missing.filter(({isRequired}) => isRequired).map(({reason}) => reason);
			return {
				metrics: Object.fromEntries([...metrics].flatMap(([name, found]) => toEntry(name, found))),
				degraded: [...lines.degraded, ...samples.doubts, ...doubtDevice(options, lines.computedOn?.device)],
				ready: describeDevice(options, lines.computedOn),
				verdict: {
					rules,
					hasSucceeded: lines.hasSucceeded,
					failure: lines.failure,
					missing: [...absent, ...owed],
					doubts: [
						...missing.filter(({isRequired}) => !isRequired).map(({reason}) => reason),
						...[...metrics].flatMap(([name, found]) => describeDoubts(name, found)),
					],
					advice: advise(absent.length > 0),
				},
			};
		},
	};
}

const advise = (isFile: boolean): string =>
	isFile
		? 'Look at its logs for why it did not write them; experiment.workload.files says what is expected, from its working folder.'
		: 'Look at its logs; experiment.workload.metrics says where the number should be, and required: false makes do without it.';

/** Patterns of all files that a suite names. */
function listPatterns({metrics = {}, samples, files = []}: CommandOutput): readonly string[] {
	const places = [...Object.values(metrics).map(toMetric), ...(samples === undefined ? [] : [toSamples(samples)])];
	const named = places.flatMap(({json, csv, parquet}) => [json, csv, parquet]).filter((path) => path !== undefined);
	return [...new Set([...named, ...files.map((rule) => toFile(rule).path)])];
}

type Source = {
	readonly files: LeftFiles;
	readonly list: (pattern: string) => Promise<readonly FoundFile[]>;
	readonly isFresh: (file: FoundFile) => boolean;
};

type Metrics = ReadonlyMap<string, FoundMetric>;

/** In the order of the suite. Of an attempt that did not end by itself files are nobody's result. */
async function readMetrics({metrics = {}}: CommandOutput, inLines: Metrics, source: Source | null): Promise<Metrics> {
	const found = new Map<string, FoundMetric>();
	for (const [name, said] of Object.entries(metrics)) {
		const rule = toMetric(said);
		const known = inLines.get(name);
		if (known) found.set(name, known);
		else if (source) found.set(name, takeValue(await readValues(rule, source), rule.take));
	}
	return found;
}

type Place = Pick<ReturnType<typeof toMetric>, 'json' | 'at' | 'csv' | 'parquet' | 'column' | 'where'>;
type Values = Parameters<typeof takeValue>[0];

/** Of several files that a pattern finds the one that was written last. */
async function readValues(place: Place, {files, list, isFresh}: Source): Promise<Values> {
	const pattern = place.json ?? place.csv ?? place.parquet ?? '';
	const listed = (await list(pattern)).map((file) => ({...file, fresh: isFresh(file)}));
	const fresh = listed.filter((file) => findFileProblem(file) === null);
	const newest = fresh.reduce<FoundFile | null>((a, b) => (a && a.changedAt >= b.changedAt ? a : b), null);
	if (newest) return readFrom(place, newest, files);
	const [other] = listed;
	return {problem: (other && findFileProblem(other)) ?? `${pattern} is not there`};
}

async function readFrom(
	{json, at = '', column = '', where, parquet}: Place,
	{absolute, path}: FoundFile,
	files: LeftFiles,
): Promise<Values> {
	if (parquet !== undefined) {
		const read = await files.readColumns(absolute, [column, ...Object.keys(where ?? {})]);
		return read.kind === 'problem' ? {problem: `${path}: ${read.problem}`} : listTableValues(path, read, column, where);
	}
	const read = await files.readText(absolute);
	if (read.kind === 'problem') return {problem: `${path}: ${read.problem}`};
	if (json !== undefined) return listJsonValues(path, read.text, at);
	return listTableValues(path, parseCsv(read.text), column, where);
}

async function readSamples({samples}: CommandOutput, source: Source | null) {
	const rule = samples === undefined ? null : toSamples(samples);
	if (!rule || rule.pattern !== undefined || !source) return {latencyMs: [], doubts: []};
	const found = await readValues(rule, source);
	if ('problem' in found) return {latencyMs: [], doubts: [`samples: ${found.problem}`]};
	const read = found.values.map(readValue).filter((value) => value !== null);
	const good = read.flatMap((value) => ('number' in value && value.number >= 0 ? [value.number * toMs(rule)] : []));
	const bad = read.length - good.length;
	const doubts = bad === 0 ? [] : [`samples: ${bad} of ${read.length} are no latencies and were left out`];
	return {latencyMs: good, doubts: [...doubts, ...found.doubts.map((doubt) => `samples: ${doubt}`)]};
}

/** Files that a suite expects and that are not there as a whole. */
async function listAbsent({files: rules = []}: CommandOutput, source: Source | null): Promise<readonly string[]> {
	if (!source) return [];
	const problems = await Promise.all(rules.map((rule) => findAbsence(toFile(rule), source)));
	return problems.filter((problem) => problem !== null);
}

async function findAbsence(rule: ReturnType<typeof toFile>, source: Source): Promise<string | null> {
	const listed = (await source.list(rule.path)).map((file) => ({...file, fresh: source.isFresh(file)}));
	const absence = judgeFiles(rule, listed);
	if (absence !== null) return absence;
	for (const file of listed) {
		if (findFileProblem(file, rule.min_bytes) !== null) continue;
		const tear = await findTearOf(file, source.files);
		if (tear !== null) return tear;
	}
	return null;
}

/** A file too large to be read is not called torn. */
async function findTearOf({path, absolute}: FoundFile, files: LeftFiles): Promise<string | null> {
	if (/\.parquet$/i.test(path)) {
		const read = await files.readColumns(absolute, []);
		return read.kind === 'problem' ? `${path}: ${read.problem}` : null;
	}
	if (!/\.(json|jsonl|csv)$/i.test(path)) return null;
	const read = await files.readText(absolute);
	return read.kind === 'text' ? findTear(path, read.text) : null;
}

const toEntry = (name: string, found: FoundMetric): readonly (readonly [string, Json])[] =>
	found.kind === 'found' ? [[name, found.value]] : [];

const describeDoubts = (name: string, found: FoundMetric): readonly string[] =>
	found.kind === 'found' ? found.doubts.map((doubt) => `${name} ${doubt}`) : [];

/** A number that there is and that is none, as NaN, is no number either. */
function describeMissing(name: string, found: FoundMetric, {metrics = {}}: CommandOutput, cut: string) {
	const rule = metrics[name];
	const isRequired = rule !== undefined && toMetric(rule).required === true;
	if (found.kind === 'missing') {
		const isLine = rule !== undefined && toMetric(rule).pattern !== undefined;
		return [{isRequired, reason: `${name}: ${isLine ? `no line has it${cut}` : found.reason}`}];
	}
	return found.value === null && isRequired ? [{isRequired, reason: `${name} ${found.doubts.join(', ')}`}] : [];
}

type Computed = {readonly device: 'cuda' | 'cpu'; readonly name: string | null} | null;

/** What it said; else what it was given, where its throughput is to be compared with others. */
function describeDevice({rules, experiment}: Options, said: Computed): Observation['ready'] {
	const given: Device | null = rules.metrics?.throughput_samples_per_s === undefined ? null : experiment.device;
	const device = said?.device ?? given;
	if (device === null) return null;
	return {event: 'ready', device, versions: {}, ...(said?.name ? {device_name: said.name} : {})};
}

const doubtDevice = ({experiment}: Options, said: 'cuda' | 'cpu' | undefined): readonly string[] =>
	said === undefined || said === experiment.device
		? []
		: [`device: planned ${experiment.device}, the program says that it computed on ${said}`];

/** What a program that knows us would have said by itself comes first. */
export function addLeft(observation: Observation, left: Left): Observation {
	const {result, ready, degraded} = observation;
	const hasMetrics = Object.keys(left.metrics).length > 0;
	return {
		...observation,
		ready: ready ?? left.ready,
		degraded: [...degraded, ...left.degraded],
		result:
			result === null && !hasMetrics
				? null
				: {metrics: {...left.metrics, ...result?.metrics}, effective: result?.effective ?? {}},
	};
}
