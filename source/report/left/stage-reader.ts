import type {CommandOutput, StageRule, Stream} from '../../domain/command-output-keys.ts';
import type {Phase} from '../../domain/phases.ts';
import type {WorkloadLine} from '../../domain/workload-protocol.ts';
import {clipText, toOneLine} from '../text.ts';

type Say = (line: WorkloadLine, at: number) => void;

/** Of a program without an end to its stages the later ones are not told. */
const MOST_STAGES = 1000;
const LONGEST_NAME = 24;
const EVERY_MS = 100;

type Stage = {readonly phase: Phase; readonly title: string | null; readonly part: number};
type Progress = {readonly done: number; readonly total: number};

/** Phases and progress, by the lines that mean them. */
export function createStages({stages = [], progress}: CommandOutput, say: Say) {
	const rules = stages.map((rule) => ({rule, test: new RegExp(rule.pattern)}));
	const counter = typeof progress === 'string' ? {pattern: progress} : progress;
	const counts = counter ? new RegExp(counter.pattern) : null;
	const doubts = new Set<string>();
	let stage: Stage | null = null;
	let told = 0;
	let known: Progress | null = null;
	let pending: Progress | null = null;
	let saidAt = Number.NEGATIVE_INFINITY;

	const enter = (next: Stage, at: number): void => {
		stage = next;
		[known, pending] = [null, null];
		saidAt = Number.NEGATIVE_INFINITY;
		if (told++ < MOST_STAGES) say({event: 'phase', name: next.phase, ...nameStage(next)}, at);
		else doubts.add(`stages: it began more than ${MOST_STAGES}, of which the later ones are not shown`);
	};

	const tell = (at: number): void => {
		if (pending) say({event: 'progress', ...pending}, at);
		pending = null;
		saidAt = at;
	};

	const count = (next: Progress, at: number): void => {
		if (next.done > next.total) {
			doubts.add(`inconsistent: progress of ${next.done} out of ${next.total}`);
			return;
		}
		// Without a word of the program's a counter that begins again is all that tells a new stage.
		const {phase, title, part}: Stage = stage ?? {phase: 'measure', title: null, part: 0};
		if (stage === null || (known && next.done < known.done)) enter({phase, title, part: part + 1}, at);
		known = next;
		pending = next;
		if (next.done === next.total || at - saidAt >= EVERY_MS) tell(at);
	};

	const readStage = (stream: Stream, text: string, at: number): void => {
		for (const {rule, test} of rules) {
			const found = (rule.from ?? 'stdout') === stream ? test.exec(text) : null;
			if (!found) continue;
			const next = describeStage(rule, found);
			if (!stage || stage.phase !== next.phase || stage.title !== next.title) enter(next, at);
			return;
		}
	};

	return {
		read: (stream: Stream, text: string, at: number): void => {
			readStage(stream, text, at);
			const found = counts && (counter?.from ?? 'stdout') === stream ? counts.exec(text) : null;
			const next = found && readProgress(found);
			if (next) count(next, at);
		},
		finish: (at: number): readonly string[] => {
			tell(at);
			return [...doubts];
		},
	};
}

/** A program that does not say which of its stages is timed is taken to be timed in all of them. */
function describeStage({phase = 'measure', name}: StageRule, found: RegExpExecArray): Stage {
	const title = clipText(toOneLine(found.groups?.stage ?? name ?? ''), LONGEST_NAME);
	return {phase, title: title === '' ? null : title, part: 1};
}

function nameStage({title, part}: Stage): {readonly title?: string} {
	if (part < 2) return title === null ? {} : {title};
	return {title: `${title ?? 'part'} ${part}`};
}

/** Groups by name, or by their order: one is percent, two are done and total, three have the percent before them. */
function readProgress(found: RegExpExecArray): Progress | null {
	const {done, total, percent} = found.groups ?? {};
	if (done !== undefined && total !== undefined) return toProgress(Number(done), Number(total));
	const captured = found.slice(1).filter((part) => part !== undefined);
	if (percent !== undefined || captured.length === 1) return toProgress(Number(percent ?? captured[0]), 100);
	const [before, last] = captured.slice(0, 3).slice(-2).map(Number);
	return toProgress(before ?? Number.NaN, last ?? Number.NaN);
}

const toProgress = (done: number, total: number): Progress | null =>
	Number.isFinite(done) && Number.isFinite(total) && done >= 0 && total > 0
		? {done: Math.floor(done), total: Math.ceil(total)}
		: null;
