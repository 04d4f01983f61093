/** A value of an override as plain data that loses nothing: integers of any size, Python's floats, quotes, key types. */
export type EncodedValue =
	| null
	| boolean
	| string
	| EncodedInt
	| EncodedFloat
	| EncodedQuoted
	| EncodedDict
	| EncodedSweep
	| readonly EncodedValue[];

/** Decimal digits with an optional minus sign, of any length. */
export type EncodedInt = {readonly $int: string};

/** As Python prints it: `1.0`, `1e-07`, `inf`, `-inf`, `nan`. */
export type EncodedFloat = {readonly $float: string};

export type EncodedQuoted = {readonly $quoted: string; readonly quote: 'single' | 'double'};

/** Pairs in the order in which their keys first appeared; keys differ in Python's sense (1, 1.0 and true are one key). */
export type EncodedDict = {readonly $dict: readonly (readonly [EncodedValue, EncodedValue])[]};

export type EncodedSweep = ChoiceSweep | RangeSweep;

/** `simple` is the comma form `a,b`; `choice(a,b)` is not. `shuffle` asks for an order from the run's seed. */
type ChoiceSweep = {
	readonly $sweep: 'choice';
	readonly simple: boolean;
	readonly shuffle: boolean;
	readonly tags: readonly string[];
	readonly list: readonly EncodedValue[];
};

/** Half open: `stop` itself is not taken. */
export type RangeSweep = {
	readonly $sweep: 'range';
	readonly start: EncodedNumber;
	readonly stop: EncodedNumber;
	readonly step: EncodedNumber;
	readonly shuffle: boolean;
	readonly tags: readonly string[];
};

/** Booleans count as numbers, because they do in Python. */
export type EncodedNumber = EncodedInt | EncodedFloat | boolean;

export type ValueKind = 'null' | 'bool' | 'str' | 'int' | 'float' | 'quoted' | 'list' | 'dict' | 'choice' | 'range';

/** The word for a value's type, as messages and function signatures use it. */
export function kindOf(value: EncodedValue): ValueKind {
	if (value === null) return 'null';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'string') return 'str';
	if (isList(value)) return 'list';
	if ('$int' in value) return 'int';
	if ('$float' in value) return 'float';
	if ('$quoted' in value) return 'quoted';
	if ('$dict' in value) return 'dict';
	return value.$sweep;
}

export const isList = (value: EncodedValue): value is readonly EncodedValue[] => Array.isArray(value);

export const isInt = (value: EncodedValue): value is EncodedInt => kindOf(value) === 'int';

export const isFloat = (value: EncodedValue): value is EncodedFloat => kindOf(value) === 'float';

export const isQuoted = (value: EncodedValue): value is EncodedQuoted => kindOf(value) === 'quoted';

export const isDict = (value: EncodedValue): value is EncodedDict => kindOf(value) === 'dict';

export const isSweep = (value: EncodedValue): value is EncodedSweep => isChoice(value) || isRange(value);

export const isChoice = (value: EncodedValue): value is ChoiceSweep => kindOf(value) === 'choice';

export const isRange = (value: EncodedValue): value is RangeSweep => kindOf(value) === 'range';

export const isNumber = (value: EncodedValue): value is EncodedNumber =>
	typeof value === 'boolean' || isInt(value) || isFloat(value);

export const makeChoice = (list: readonly EncodedValue[], simple: boolean): ChoiceSweep => ({
	$sweep: 'choice',
	simple,
	shuffle: false,
	tags: [],
	list,
});
