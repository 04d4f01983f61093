import type {JsonObject} from './json.ts';

/** What a suite asks of a search; every value is a whole number. */
export type SearchSettings = {
	readonly key: string;
	readonly from: number;
	readonly to: number;
	readonly step: number;
	readonly largest: boolean;
	readonly fastest: boolean;
	readonly repeat: number;
};

/** The place of an experiment in a search. */
export type SearchMark = SearchSettings & {
	/** The same for all of one search, and for no other of its job: the name of its cells without the value. */
	readonly series: string;
	readonly value: number;
	/** What grows with the value, as it was declared. */
	readonly grown: JsonObject;
};

/** What is known of one execution of a value. */
export type Probe = {
	readonly value: number;
	readonly end:
		| {readonly kind: 'fits'; readonly samplesPerS: number | null}
		| {readonly kind: 'too-much'}
		| {readonly kind: 'pending'}
		/** It says neither that the value fits nor that it does not. */
		| {readonly kind: 'unknown'; readonly why: string};
};

export type Step =
	/** `block` counts the executions of this value, from 1. */
	| {readonly kind: 'try'; readonly value: number; readonly block: number}
	| {readonly kind: 'wait'}
	| {readonly kind: 'done'}
	| {readonly kind: 'given-up'; readonly why: string};

/** What comes next in a search; the same probes always give the same answer, in whatever order they came. */
export function findNextStep(settings: SearchSettings, probes: readonly Probe[]): Step {
	const unknown = probes.find(({end}) => end.kind === 'unknown');
	if (unknown?.end.kind === 'unknown') return {kind: 'given-up', why: `${unknown.value}: ${unknown.end.why}`};
	if (probes.some(({end}) => end.kind === 'pending')) return {kind: 'wait'};
	const known = summarizeProbes(probes);
	const next = growOrHalve(settings, known) ?? narrow(settings, known) ?? refine(settings, known);
	if (next !== null) return {kind: 'try', value: next, block: 1};
	return repeat(settings, known) ?? {kind: 'done'};
}

type Tried = {readonly value: number; readonly count: number; readonly samplesPerS: number | null};

type Known = {
	/** By value, the smallest first; the rate is the mean of its executions. */
	readonly fits: readonly Tried[];
	/** The smallest that does not fit. */
	readonly tooMuch: number | null;
};

/** A value of which one execution did not fit does not fit, and nothing larger does. */
export function summarizeProbes(probes: readonly Probe[]): Known {
	const failed = probes.filter(({end}) => end.kind === 'too-much').map(({value}) => value);
	const tooMuch = failed.length > 0 ? Math.min(...failed) : null;
	const fitting = probes.filter(({value, end}) => end.kind === 'fits' && (tooMuch === null || value < tooMuch));
	const fits = [...Map.groupBy(fitting, ({value}) => value)].map(([value, own]): Tried => {
		const rates = own.flatMap(({end}) => (end.kind === 'fits' && end.samplesPerS !== null ? [end.samplesPerS] : []));
		return {value, count: own.length, samplesPerS: rates.length > 0 ? sum(rates) / rates.length : null};
	});
	return {fits: fits.toSorted((a, b) => a.value - b.value), tooMuch};
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Twice as much until it is too much; where the first is too much, half as much until it fits. */
function growOrHalve({from, to, step}: SearchSettings, {fits, tooMuch}: Known): number | null {
	const most = fits.at(-1)?.value;
	if (most === undefined) {
		if (tooMuch === null) return from;
		return tooMuch > step ? align(tooMuch / 2, step) : null;
	}
	if (tooMuch !== null || most >= to) return null;
	const next = most * 2 >= to ? alignBelow(to, step) : align(most * 2, step);
	return next > most ? next : null;
}

/** Halves the gap between what fits and what does not. */
function narrow({largest, step}: SearchSettings, {fits, tooMuch}: Known): number | null {
	const most = fits.at(-1)?.value;
	if (!largest || most === undefined || tooMuch === null) return null;
	return findBetween(most, tooMuch, step);
}

/** How much finer than the value itself nobody needs to know the fastest. */
const FINE = 1 / 4;

function refine({fastest, step}: SearchSettings, {fits}: Known): number | null {
	const best = findFastest(fits);
	if (!fastest || !best) return null;
	const place = fits.indexOf(best);
	const gaps = [fits[place - 1], fits[place + 1]].flatMap((other) =>
		other ? [[best.value, other.value] as const] : [],
	);
	for (const [own, other] of gaps) {
		const [low, high] = [Math.min(own, other), Math.max(own, other)];
		const between = high - low > own * FINE ? findBetween(low, high, step) : null;
		if (between !== null) return between;
	}
	return null;
}

/** What comes so close to the fastest may be as fast. */
const CLOSE = 0.95;
const MOST_REPEATED = 3;

function repeat({fastest, repeat: wanted}: SearchSettings, {fits}: Known): Step | null {
	const best = findFastest(fits);
	if (!fastest || best?.samplesPerS == null) return null;
	const least = best.samplesPerS * CLOSE;
	const close = fits.filter(({samplesPerS}) => (samplesPerS ?? 0) >= least);
	const few = close.toSorted((a, b) => (b.samplesPerS ?? 0) - (a.samplesPerS ?? 0)).slice(0, MOST_REPEATED);
	const rarest = few.toSorted((a, b) => a.count - b.count)[0];
	return rarest && rarest.count < wanted ? {kind: 'try', value: rarest.value, block: rarest.count + 1} : null;
}

/** Of equal ones the smallest; null where nobody said a rate. */
export function findFastest(fits: readonly Tried[]): Tried | null {
	const told = fits.filter(({samplesPerS}) => samplesPerS !== null);
	return told.reduce<Tried | null>(
		(best, one) => (best === null || (one.samplesPerS ?? 0) > (best.samplesPerS ?? 0) ? one : best),
		null,
	);
}

function findBetween(low: number, high: number, step: number): number | null {
	const middle = align((low + high) / 2, step);
	if (middle > low && middle < high) return middle;
	const next = alignBelow(low + step, step);
	return next > low && next < high ? next : null;
}

/** Down to a multiple, but never to nothing. */
const align = (value: number, step: number): number => Math.max(step, alignBelow(value, step));

const alignBelow = (value: number, step: number): number => Math.floor(value / step) * step;

/** About as many executions as a search takes at most. */
export function countMost({from, to, step, largest, fastest, repeat: wanted}: SearchSettings): number {
	const doublings = Math.ceil(Math.log2(Math.max(to / from, from))) + 1;
	const halvings = largest ? Math.max(0, Math.ceil(Math.log2(Math.max(1, to / 2 / step)))) : 0;
	const around = fastest ? REFINEMENTS + (wanted - 1) * MOST_REPEATED : 0;
	return doublings + halvings + around;
}

/** From twice to a quarter on both sides of the fastest, which may change meanwhile. */
const REFINEMENTS = 8;
