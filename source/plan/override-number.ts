import type {EncodedFloat, EncodedInt, EncodedNumber} from './override-encoding.ts';

/** Python's own limit for turning text into an integer; Hydra fails beyond it, and so do we. */
export const longestInteger = 4300;

/** @param text optional sign, digits, single underscores between digits, leading zeros allowed */
export function encodeInt(text: string): EncodedInt {
	const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
	const size = BigInt(digits);
	return {$int: String(text.startsWith('-') ? -size : size)};
}

/** @param text what Python's float() takes once white space is trimmed, `inf`, `infinity` and `nan` in any case included */
export function encodeFloat(text: string): EncodedFloat {
	const plain = text.replaceAll('_', '').toLowerCase();
	const special = /^([+-]?)(inf|nan)/.exec(plain);
	if (special?.[2] === 'nan') return {$float: 'nan'};
	if (special) return {$float: special[1] === '-' ? '-inf' : 'inf'};
	return {$float: printFloat(Number(plain))};
}

/** The shortest digits that read back as the same number, in Python's layout: `1.0`, `1e-07`, `1e+16`. */
export function printFloat(value: number): string {
	if (Number.isNaN(value)) return 'nan';
	if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
	const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e');
	const exponent = Number(power);
	const digits = mantissa.replace('.', '');
	const sign = value < 0 || Object.is(value, -0) ? '-' : '';
	return sign + (exponent < -4 || exponent >= 16 ? printScientific(digits, exponent) : printFixed(digits, exponent));
}

/** Integers as bigint and floats as number: JavaScript compares the two exactly, as Python does. */
export function toNumeric(value: EncodedNumber): bigint | number {
	if (typeof value === 'boolean') return value ? 1n : 0n;
	return '$int' in value ? BigInt(value.$int) : toFloat(value);
}

export function toFloat({$float}: EncodedFloat): number {
	if ($float === 'inf') return Number.POSITIVE_INFINITY;
	if ($float === '-inf') return Number.NEGATIVE_INFINITY;
	return Number($float);
}

function printScientific(digits: string, exponent: number): string {
	const fraction = digits.slice(1);
	const power = String(Math.abs(exponent)).padStart(2, '0');
	return `${digits[0]}${fraction && `.${fraction}`}e${exponent < 0 ? '-' : '+'}${power}`;
}

function printFixed(digits: string, exponent: number): string {
	if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
	const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
	return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}
