import {
	type EncodedNumber,
	type EncodedValue,
	isChoice,
	isDict,
	isFloat,
	isInt,
	isList,
	isNumber,
	isQuoted,
	isRange,
	kindOf,
} from './override-encoding.ts';
import {encodeFloat, encodeInt, longestInteger, printFloat, toFloat, toNumeric} from './override-number.ts';

export type CastName = 'int' | 'float' | 'str' | 'bool';

/** Why a value cannot be cast, as an exception that the caller words and places. */
type Fail = (message: string) => Error;

/** Casts as Python does, through lists, dict values and sweeps. */
export function castValue(name: CastName, value: EncodedValue, fail: Fail): EncodedValue {
	const cast = (inner: EncodedValue) => castValue(name, inner, fail);
	if (isQuoted(value)) return cast(value.$quoted);
	if (isList(value)) return value.map(cast);
	if (isDict(value)) return {$dict: value.$dict.map(([key, item]) => [key, cast(item)] as const)};
	if (isChoice(value)) return {...value, list: value.list.map(cast)};
	if (!isRange(value)) return castScalar(name, value, fail);
	if (name !== 'int' && name !== 'float') throw fail('a range can only become int or float');
	const bound = (number: EncodedNumber) => castScalar(name, number, fail) as EncodedNumber;
	return {...value, start: bound(value.start), stop: bound(value.stop), step: bound(value.step)};
}

function castScalar(name: CastName, value: EncodedValue, fail: Fail): EncodedValue {
	if (name === 'bool') return castToBool(value, fail);
	if (value === null || !(typeof value === 'string' || isNumber(value)))
		throw fail(`${kindOf(value)} cannot become ${name}`);
	if (name === 'int') return castToInt(value, fail);
	return name === 'float' ? castToFloat(value, fail) : castToText(value);
}

function castToInt(value: string | EncodedNumber, fail: Fail): EncodedValue {
	if (typeof value === 'string') return readInt(value, fail);
	if (!isFloat(value)) return {$int: String(toNumeric(value))};
	const size = toFloat(value);
	if (!Number.isFinite(size)) throw fail(`${value.$float} cannot become int`);
	return {$int: String(BigInt(Math.trunc(size)))};
}

function readInt(text: string, fail: Fail): EncodedValue {
	const trimmed = text.trim();
	const readable = /^[+-]?\d(?:_?\d)*$/.test(trimmed) && trimmed.replace(/\D/g, '').length <= longestInteger;
	if (!readable) throw fail(`'${text}' is no integer`);
	return encodeInt(trimmed);
}

function castToFloat(value: string | EncodedNumber, fail: Fail): EncodedValue {
	if (typeof value === 'string') return readFloat(value, fail);
	if (isFloat(value)) return value;
	const size = Number(toNumeric(value));
	if (!Number.isFinite(size)) throw fail('the integer is too large for a float');
	return {$float: printFloat(size)};
}

const floatText =
	/^[+-]?(?:(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?|inf(?:inity)?|nan)$/i;

function readFloat(text: string, fail: Fail): EncodedValue {
	const trimmed = text.trim();
	if (!floatText.test(trimmed)) throw fail(`'${text}' is no number`);
	return encodeFloat(trimmed);
}

function castToText(value: string | EncodedNumber): string {
	if (typeof value === 'object') return isInt(value) ? value.$int : value.$float;
	return String(value);
}

function castToBool(value: EncodedValue, fail: Fail): boolean {
	if (value === null) return false;
	if (isNumber(value)) return typeof value === 'boolean' ? value : isTruthy(toNumeric(value));
	const text = typeof value === 'string' ? value.toLowerCase() : '';
	if (text !== 'true' && text !== 'false') throw fail(`'${String(value)}' is neither true nor false`);
	return text === 'true';
}

/** In Python everything but zero is true, nan too. */
const isTruthy = (size: bigint | number): boolean => size < 0 || size > 0 || Number.isNaN(size);
