import type {Placement} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {Phase} from '../domain/phases.ts';
import {parseWorkloadLine, type WorkloadLine} from '../domain/workload-protocol.ts';
import type {Measurement} from '../journal/event.ts';
import {clipText, toOneLine} from '../report/text.ts';

/** Everything that one attempt's workload said about itself. */
export type Observation = {
	readonly ready: Extract<WorkloadLine, {event: 'ready'}> | null;
	readonly result: {readonly metrics: JsonObject; readonly effective: JsonObject} | null;
	readonly error: {readonly kind: string; readonly message: string} | null;
	readonly degraded: readonly string[];
	readonly placements: readonly Placement[];
	readonly latencyMs: readonly number[];
	readonly phasesS: {readonly [name in Phase]?: number};
	/** Seconds by the name that the program itself has for a stage. */
	readonly stagesS?: {readonly [title: string]: number};
};

export type Observer = {
	/** One line of stdout at a time, epoch ms. */
	readonly read: (line: string, at: number) => void;
	/** What a line means that is none of the protocol. */
	readonly say: (line: WorkloadLine, at: number) => void;
	readonly finish: (at: number) => Observation;
};

/** More would be kept in the runner's memory than a latency chart or a percentile needs; samples/ has them all. */
const MAX_KEPT = 1_000_000;
const MAX_REASONS = 100;
const MAX_STAGES = 100;
const LONGEST_TITLE = 24;

export function createObserver(id: string, measure: (measurement: Measurement) => void): Observer {
	let seen: Observation = {
		ready: null,
		result: null,
		error: null,
		degraded: [],
		placements: [],
		latencyMs: [],
		phasesS: {},
	};
	const latencyMs: number[] = [];
	let phase: {readonly name: Phase; readonly title: string | null; readonly since: number} | null = null;

	const endPhase = (at: number): void => {
		if (!phase) return;
		const {name, title, since} = phase;
		const {stagesS = {}} = seen;
		const spentS = (at - since) / 1000;
		seen = {...seen, phasesS: {...seen.phasesS, [name]: (seen.phasesS[name] ?? 0) + spentS}};
		if (title === null || Object.keys(stagesS).length >= MAX_STAGES) return;
		seen = {...seen, stagesS: {...stagesS, [title]: (stagesS[title] ?? 0) + spentS}};
	};
	const beginPhase = (name: Phase, title: string, at: number): void => {
		endPhase(at);
		phase = {name, title: title === '' ? null : title, since: at};
		measure({type: 'phase', id, name, ...(title === '' ? {} : {title})});
	};
	const degrade = (reason: string): void => {
		if (seen.degraded.length < MAX_REASONS) seen = {...seen, degraded: [...seen.degraded, reason]};
	};
	/** The first error is the cause of those behind it. */
	const fail = (kind: string, message: string): void => {
		seen = {...seen, error: seen.error ?? {kind, message}};
	};

	const take = (line: WorkloadLine, at: number): void => {
		switch (line.event) {
			case 'ready':
				seen = {...seen, ready: line};
				return;
			case 'phase':
				beginPhase(line.name, clipText(toOneLine(line.title ?? ''), LONGEST_TITLE), at);
				return;
			case 'progress':
				measure({type: 'progress', id, done: line.done, total: line.total});
				return;
			case 'samples':
				// One by one, because a call takes only so many arguments.
				for (const latency of line.latency_ms) if (latencyMs.length < MAX_KEPT) latencyMs.push(latency);
				measure({type: 'samples', id, latencyMs: line.latency_ms});
				return;
			case 'placement':
				seen = {...seen, placements: [...seen.placements, toPlacement(line)]};
				return;
			case 'result':
				seen = {...seen, result: {metrics: line.metrics, effective: line.effective}};
				return;
			case 'degraded':
				degrade(line.reason);
				return;
			case 'error':
				fail(line.kind, line.message);
				return;
			case 'done':
				if (line.leak) degrade(`leak: ${line.leak}`);
				if (line.broken) fail('other', 'its device cannot be used any more in the process that ran it');
				return;
			default:
				line satisfies never;
		}
	};

	return {
		read: (text, at) => {
			const parsed = parseWorkloadLine(text);
			if (parsed.kind === 'said') take(parsed.line, at);
			if (parsed.kind === 'malformed') degrade(`a ::warpdeck line could not be read: ${parsed.problem}`);
			if (parsed.kind === 'impossible') degrade(`inconsistent: ${parsed.problem}`);
		},
		say: take,
		finish: (at) => {
			endPhase(at);
			return {...seen, latencyMs};
		},
	};
}

const toPlacement = (line: Extract<WorkloadLine, {event: 'placement'}>): Placement => ({
	what: line.what ?? 'buffer',
	nodePages: line.node_pages,
	pageKiB: line.page_kib ?? null,
	cpusAllowed: line.cpus_allowed ?? null,
	reason: line.reason ?? null,
});
