import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

/** What scipy said, see test/report/scipy-goldens.py. */
export const readGolden = <T>(name: string): T =>
	JSON.parse(readFileSync(new URL(`../../fixtures/statistics/${name}.json`, import.meta.url), 'utf8')) as T;

/** Equal but for the rounding of two ways to compute the same. */
export function isNear(actual: number, expected: number, relative = 1e-9): void {
	const room = 1e-12 + relative * Math.abs(expected);
	assert.ok(Math.abs(actual - expected) <= room, `${actual} is not ${expected}`);
}

/** The statistic, which must not have been refused. */
export function expectFound<T extends {readonly kind: string}>(found: T): Exclude<T, {readonly kind: 'refused'}> {
	assert.notEqual(found.kind, 'refused', JSON.stringify(found));
	return found as Exclude<T, {readonly kind: 'refused'}>;
}

/** The refusal, which there must be. */
export function expectRefused<T extends {readonly kind: string}>(found: T): Extract<T, {readonly kind: 'refused'}> {
	assert.equal(found.kind, 'refused', JSON.stringify(found));
	return found as Extract<T, {readonly kind: 'refused'}>;
}

/** A stream of chance that makes the draws of these indexes among `count`. */
export function replayIndexes(indexes: readonly number[], count: number): () => number {
	let next = 0;
	return () => (Number(indexes[next++]) + 0.5) / count;
}

export const zip = (a: readonly number[], b: readonly number[]): readonly (readonly [number, number])[] =>
	a.map((value, index) => [value, Number(b[index])]);
