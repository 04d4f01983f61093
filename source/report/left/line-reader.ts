import {toMetric, toSamples} from '../../domain/command-output.ts';
import type {CommandOutput, MetricRule, SamplesRule, Stream} from '../../domain/command-output-keys.ts';
import type {WorkloadLine} from '../../domain/workload-protocol.ts';
import {clipText, stripControls, toOneLine} from '../text.ts';
import {createSeries, type FoundMetric, readValue} from './series.ts';
import {createStages} from './stage-reader.ts';

/** What the lines of a program came to, once there are no more. */
type LinesLeft = {
	/** Metrics that are found by patterns. */
	readonly metrics: ReadonlyMap<string, FoundMetric>;
	readonly hasSucceeded: boolean;
	/** The first line that says that it failed. */
	readonly failure: string | null;
	readonly degraded: readonly string[];
	readonly computedOn: {readonly device: 'cuda' | 'cpu'; readonly name: string | null} | null;
	/** Lines of which only the beginning was looked at. */
	readonly cutLines: number;
};

type LineReader = {
	readonly read: (stream: Stream, line: string, at: number) => void;
	readonly finish: () => LinesLeft;
};

/** What stands behind it in a line is not looked at, so that no line takes long. */
const LONGEST_LINE = 64 * 1024;
const LONGEST_SAID = 200;
const MOST_REASONS = 20;

/** Looks in each line for what a suite says is to be found there. `say` gets what a workload that knows us would print. */
export function createLineReader(rules: CommandOutput, say: (line: WorkloadLine, at: number) => void): LineReader {
	const metrics = listSeries(rules);
	const stages = createStages(rules, say);
	const samples = createSamples(rules, say);
	const success = compile(rules.success_pattern);
	const failure = compile(rules.failure_pattern);
	const doubt = compile(rules.degraded_pattern);
	const devices = (['cuda', 'cpu'] as const).map((device) => ({device, test: compile(rules.computed_on?.[device])}));
	const degraded = new Set<string>();
	let [hasSucceeded, cutLines] = [false, 0];
	let failed: string | null = null;
	let computedOn: LinesLeft['computedOn'] = null;
	let last = 0;

	const readDevice = (text: string): void => {
		for (const {device, test} of devices) {
			const found = test?.exec(text);
			if (found) computedOn = {device, name: found[1] === undefined ? null : quoteLine(found[1])};
		}
	};

	const readPart = (stream: Stream, text: string, at: number): void => {
		for (const {rule, test, series} of metrics) {
			if ((rule.from ?? 'stdout') === stream) addCapture(test.exec(text), series.add);
		}
		stages.read(stream, text, at);
		samples.read(stream, text, at);
		hasSucceeded ||= success?.test(text) ?? false;
		if (failed === null && failure?.test(text)) failed = quoteLine(text);
		if (degraded.size < MOST_REASONS && doubt?.test(text)) degraded.add(`it said: ${quoteLine(text)}`);
		readDevice(text);
	};

	return {
		read: (stream, line, at) => {
			last = at;
			if (line.length > LONGEST_LINE) cutLines++;
			for (const part of cleanLine(line)) readPart(stream, part, at);
		},
		finish: () => ({
			metrics: new Map(metrics.map(({name, series}) => [name, series.finish()])),
			hasSucceeded,
			failure: failed,
			degraded: [...degraded, ...stages.finish(last), ...samples.finish(last)],
			computedOn,
			cutLines,
		}),
	};
}

const compile = (pattern: string | undefined): RegExp | null => (pattern === undefined ? null : new RegExp(pattern));

function listSeries({metrics = {}}: CommandOutput) {
	return Object.entries(metrics).flatMap(([name, said]) => {
		const rule: MetricRule = toMetric(said);
		return rule.pattern === undefined
			? []
			: [{name, rule, test: new RegExp(rule.pattern), series: createSeries(rule.take)}];
	});
}

/** A progress bar writes its line again and again; colours are no part of what is said. */
function cleanLine(line: string): readonly string[] {
	const text = line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line;
	const plain = text.includes('\u001b') ? text.split('\r').map(stripControls).join('\r') : text;
	return plain.includes('\r') ? plain.split('\r') : [plain];
}

const quoteLine = (text: string): string => clipText(toOneLine(text), LONGEST_SAID);

/** The group `value`, or the first that took something. */
function addCapture(found: RegExpExecArray | null, add: (text: string) => void): void {
	const text = found && (found.groups?.value ?? found.slice(1).find((part) => part !== undefined));
	if (typeof text === 'string') add(text);
}

const MS = {s: 1000, ms: 1, us: 0.001, ns: 0.000001} as const;

export const toMs = ({unit = 'ms'}: Pick<SamplesRule, 'unit'>): number => MS[unit];

const MOST_PENDING = 500;
const EVERY_MS = 250;

/** Latencies go on in parcels, because a program may print thousands a second. */
function createSamples({samples}: CommandOutput, say: (line: WorkloadLine, at: number) => void) {
	const rule = samples === undefined ? null : toSamples(samples);
	const test = compile(rule?.pattern);
	let pending: number[] = [];
	let saidAt = Number.NEGATIVE_INFINITY;
	let bad = 0;
	const flush = (at: number): void => {
		if (pending.length > 0) say({event: 'samples', latency_ms: pending}, at);
		pending = [];
		saidAt = at;
	};
	const add = (text: string): void => {
		const read = readValue(text);
		if (read !== null && 'number' in read && read.number >= 0) pending.push(read.number * toMs(rule ?? {}));
		else bad++;
	};
	return {
		read: (stream: Stream, text: string, at: number): void => {
			if (test === null || (rule?.from ?? 'stdout') !== stream) return;
			addCapture(test.exec(text), add);
			if (pending.length >= MOST_PENDING || at - saidAt >= EVERY_MS) flush(at);
		},
		finish: (at: number): readonly string[] => {
			flush(at);
			return bad === 0 ? [] : [`samples: ${bad} of them are no latencies and were left out`];
		},
	};
}
