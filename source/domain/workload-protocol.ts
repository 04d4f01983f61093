import {z} from 'zod';
import type {JsonObject} from './json.ts';
import {PHASES} from './phases.ts';

const finite = z.number();
const count = z.int().nonnegative();
const json = z.json() as z.ZodType<JsonObject[string]>;

/** With `--serve`, which request of the process a line belongs to. */
const request = {run_id: z.string().optional()};

/** What a workload says on stdout after `::warpdeck `, one JSON object a line; see docs/workload-protocol.md. */
const workloadLineSchema = z.discriminatedUnion('event', [
	z.object({
		...request,
		event: z.literal('ready'),
		device: z.enum(['cuda', 'cpu', 'cpu-reference']),
		device_name: z.string().optional(),
		gpu_uuid: z.string().nullish(),
		versions: z.record(z.string(), z.string().nullable()).default({}),
		cpus_allowed: z.string().optional(),
		interpreter: z.string().optional(),
	}),
	z.object({
		...request,
		event: z.literal('phase'),
		name: z.enum(PHASES),
		/** What the program itself calls it. */
		title: z.string().optional(),
	}),
	z.object({...request, event: z.literal('progress'), done: count, total: count}),
	z.object({...request, event: z.literal('samples'), latency_ms: z.array(finite)}),
	z.object({
		...request,
		event: z.literal('placement'),
		what: z.string().optional(),
		/** Pages of the measured buffer by NUMA node. */
		node_pages: z.record(z.string(), count),
		page_kib: finite.optional(),
		cpus_allowed: z.string().optional(),
		reason: z.string().optional(),
	}),
	z.object({
		...request,
		event: z.literal('result'),
		metrics: z.record(z.string(), json),
		effective: z.record(z.string(), json).default({}),
	}),
	z.object({...request, event: z.literal('degraded'), reason: z.string()}),
	z.object({...request, event: z.literal('error'), kind: z.string(), message: z.string()}),
	/** The end of a request to a workload that serves. */
	z.object({
		event: z.literal('done'),
		run_id: z.string(),
		ok: z.boolean(),
		/** The process can serve no more and ends. */
		broken: z.boolean().default(false),
		/** What the request left behind, in words; null when the memory is back at its start. */
		leak: z.string().nullish(),
	}),
]);

export type WorkloadLine = z.infer<typeof workloadLineSchema>;

type ParsedLine =
	| {readonly kind: 'said'; readonly line: WorkloadLine}
	| {readonly kind: 'malformed'; readonly problem: string}
	/** Well-formed, and it cannot be true. */
	| {readonly kind: 'impossible'; readonly problem: string}
	| {readonly kind: 'other'};

const PREFIX = '::warpdeck ';

/** Reads one line of stdout; a protocol line that cannot be used is reported, never thrown or taken as silence. */
export function parseWorkloadLine(text: string): ParsedLine {
	if (!text.startsWith(PREFIX)) return {kind: 'other'};
	try {
		const parsed = workloadLineSchema.safeParse(JSON.parse(text.slice(PREFIX.length)));
		if (parsed.success) return judgeLine(parsed.data);
		return {
			kind: 'malformed',
			problem: `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
		};
	} catch (error) {
		return {kind: 'malformed', problem: error instanceof Error ? error.message : String(error)};
	}
}

function judgeLine(line: WorkloadLine): ParsedLine {
	const problem = findImpossible(line);
	return problem === null ? {kind: 'said', line} : {kind: 'impossible', problem};
}

function findImpossible(line: WorkloadLine): string | null {
	if (line.event === 'progress' && line.done > line.total) return `progress of ${line.done} out of ${line.total}`;
	if (line.event !== 'samples') return null;
	const impossible = line.latency_ms.find((latencyMs) => latencyMs < 0);
	return impossible === undefined ? null : `a latency of ${impossible} ms`;
}
