import {type CastName, castValue} from './override-casts.ts';
import {
	type EncodedNumber,
	type EncodedValue,
	isChoice,
	isDict,
	isList,
	isRange,
	isSweep,
	makeChoice,
	type RangeSweep,
	type ValueKind,
} from './override-encoding.ts';
import {OverrideFailure} from './override-failure.ts';
import {sortValues} from './override-order.ts';
import {resolveRange, reverseRange} from './override-range.ts';
import {type BoundCall, bindCall, type FunctionCall, type Signature} from './override-signature.ts';
import {shuffle} from './random.ts';

type Definition = {readonly signature: Signature; readonly evaluate: (call: BoundCall) => EncodedValue};

/** The value of a call such as `range(0,8,2)`; the functions are Hydra's, without those that make no sense here. */
export function callFunction(call: FunctionCall): EncodedValue {
	const refusal = refused.get(call.name);
	if (refusal) throw new OverrideFailure(`${call.name}(…) is not supported`, call.start, refusal);
	const definition = definitions.get(call.name);
	if (!definition) throw refuseUnknown(call);
	return definition.evaluate(bindCall(call, definition.signature));
}

const refused = new Map([
	['interval', 'name the values: key=range(0,1,0.1) or key=choice(0.1,0.5)'],
	['glob', 'name the options: key=a,b'],
	['tag', 'leave the tags out: key=choice(a,b)'],
	['json_str', `write the JSON as a quoted text: key='{"a": 1}'`],
	['extend_list', 'write the whole list: key=[a,b,c]'],
]);

const numbers: readonly ValueKind[] = ['int', 'float', 'bool'];
const elements: readonly ValueKind[] = ['str', ...numbers, 'list', 'dict'];
const sweepOrNull: readonly ValueKind[] = ['choice', 'range', 'null'];
const everything: readonly ValueKind[] = ['null', 'quoted', ...elements, 'choice', 'range'];

const listParameters = [
	{name: 'sweep', accepts: sweepOrNull},
	{name: 'list', accepts: ['list', 'null']},
] as const;

const definitions = new Map<string, Definition>([
	[
		'choice',
		{signature: {usage: 'choice(a,b,c)', rest: [...elements, 'choice'], parameters: []}, evaluate: makeChoices},
	],
	['range', {signature: describeRange(), evaluate: makeRange}],
	[
		'sort',
		{
			signature: {
				usage: 'sort(3,1,2), sort([3,1,2]) or sort(range(0,4),reverse=true)',
				rest: [...elements, 'choice', 'range'],
				parameters: [...listParameters, {name: 'reverse', accepts: ['bool']}],
			},
			evaluate: sort,
		},
	],
	[
		'shuffle',
		{
			signature: {
				usage: 'shuffle(a,b,c), shuffle([a,b,c]) or shuffle(range(0,4))',
				rest: [...elements, 'choice', 'range'],
				parameters: listParameters,
			},
			evaluate: shuffleValues,
		},
	],
	...(['int', 'float', 'str', 'bool'] as const).map((name) => [name, defineCast(name)] as const),
]);

function describeRange(): Signature {
	return {
		usage: 'range(stop), range(start,stop) or range(start,stop,step)',
		parameters: [
			{name: 'start', accepts: numbers, required: true},
			{name: 'stop', accepts: [...numbers, 'null']},
			{name: 'step', accepts: numbers},
		],
	};
}

function defineCast(name: CastName): Definition {
	return {
		signature: {usage: `${name}(value)`, rest: everything, parameters: [{name: 'value', accepts: everything}]},
		evaluate: (call) => castValue(name, pickCastValue(call), call.fail),
	};
}

function pickCastValue({rest, get, fail}: BoundCall): EncodedValue {
	const named = get('value');
	if (rest.length > 0 && named !== null) throw fail('takes its value either with a name or without');
	if (named !== null) return named;
	const [first] = rest;
	if (first === undefined) throw fail('a value is missing');
	return rest.length === 1 ? first : joinChoices(rest, fail);
}

function makeChoices({rest, fail}: BoundCall): EncodedValue {
	const [first] = rest;
	if (first === undefined) throw fail('at least one value is needed');
	if (rest.length === 1 && isChoice(first) && first.simple) return {...first, simple: false};
	if (rest.some(isSweep)) throw fail('a choice cannot hold another sweep');
	return makeChoice(rest, false);
}

function makeRange({get}: BoundCall): RangeSweep {
	const number = (name: string) => get(name) as EncodedNumber | null;
	const [first, stop, step] = [number('start') ?? {$int: '0'}, number('stop'), number('step') ?? {$int: '1'}];
	const bounds = stop === null ? {start: {$int: '0'}, stop: first} : {start: first, stop};
	return {$sweep: 'range', ...bounds, step, shuffle: false, tags: []};
}

function shuffleValues({rest, get, fail, random}: BoundCall): EncodedValue {
	const only = get('list') ?? get('sweep') ?? (rest.length === 1 ? rest[0] : undefined);
	if (only === undefined) return {...joinChoices(rest, fail), shuffle: true};
	if (isSweep(only)) return {...only, shuffle: true};
	return isList(only) ? shuffle(only, random) : [only];
}

function sort(call: BoundCall): EncodedValue {
	const {rest, get, fail} = call;
	const only = get('list') ?? get('sweep') ?? (rest.length === 1 ? rest[0] : undefined);
	const reverse = get('reverse') === true;
	if (only === undefined) return sortAll(call, reverse);
	if (isRange(only)) return sortRange(only, reverse, fail);
	if (isChoice(only)) return {...only, list: sortList(only.list, reverse, fail)};
	return isList(only) ? sortList(only, reverse, fail) : only;
}

function sortAll({rest, fail}: BoundCall, reverse: boolean): EncodedValue {
	if (rest.length === 0) throw fail('at least one value is needed');
	if (rest.some((value) => isList(value) || isDict(value))) throw fail('several lists or dicts have no order');
	const choice = joinChoices(rest, fail);
	return {...choice, list: sortList(choice.list, reverse, fail)};
}

function sortList(list: readonly EncodedValue[], reverse: boolean, fail: BoundCall['fail']): readonly EncodedValue[] {
	const sorted = sortValues(list, reverse);
	if ('incomparable' in sorted) throw fail(`${sorted.incomparable} have no order`);
	return sorted;
}

function sortRange(sweep: RangeSweep, reverse: boolean, fail: BoundCall['fail']): RangeSweep {
	const range = resolveRange(sweep);
	if (range.kind === 'invalid') throw fail(range.reason);
	const ascending = range.kind === 'constant' || range.step > 0n;
	if (ascending !== reverse || range.count < 2) return sweep;
	if (range.kind === 'constant' || !Number.isFinite(range.count)) throw fail('a range without an end cannot be sorted');
	return reverseRange(sweep, range);
}

function joinChoices(values: readonly EncodedValue[], fail: BoundCall['fail']) {
	if (values.some(isSweep)) throw fail('a sweep cannot stand beside other values');
	return makeChoice(values, true);
}

function refuseUnknown({name, start}: FunctionCall): OverrideFailure {
	const known = [...definitions.keys()].join(', ');
	return new OverrideFailure(
		`there is no function '${name}'`,
		start,
		`the functions are ${known}; for a text with parentheses write ${name}\\(…\\)`,
	);
}
