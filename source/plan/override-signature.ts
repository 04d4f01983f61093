import {type EncodedValue, isQuoted, kindOf, type ValueKind} from './override-encoding.ts';
import {OverrideFailure} from './override-failure.ts';

/** One argument as written; `start` is its offset in the override. */
export type Argument = {readonly name: string | undefined; readonly start: number; readonly value: EncodedValue};

export type FunctionCall = {
	readonly name: string;
	readonly start: number;
	readonly arguments: readonly Argument[];
	readonly random: () => number;
};

type Kinds = readonly ValueKind[];

type Parameter = {readonly name: string; readonly accepts: Kinds; readonly required?: boolean};

export type Signature = {
	/** How the function is written, shown to whoever wrote it otherwise. */
	readonly usage: string;
	/** What its unnamed arguments may be; absent where they fill the parameters in order. */
	readonly rest?: Kinds;
	readonly parameters: readonly Parameter[];
};

/** A call whose arguments fit the signature. */
export type BoundCall = {
	readonly rest: readonly EncodedValue[];
	/** The value of a parameter; null where it was left out or is null. */
	readonly get: (name: string) => EncodedValue;
	readonly fail: (message: string, index?: number) => OverrideFailure;
	readonly random: () => number;
};

/** Puts arguments to parameters by Python's rules; quotes around an argument are dropped, as in Hydra. */
export function bindCall(call: FunctionCall, signature: Signature): BoundCall {
	const fail = (message: string, index = call.start) =>
		new OverrideFailure(`${call.name}: ${message}`, index, `write ${signature.usage}`);
	const given = call.arguments.map((argument) => ({...argument, value: dropQuotes(argument.value)}));
	const unnamed = takeUnnamed(given, fail);
	const named = takeNamed(given);
	const values = new Map<string, EncodedValue>();
	if (signature.rest) checkRest(unnamed, signature.rest, fail);
	else assignInOrder(unnamed, named, signature.parameters, values, fail);
	for (const argument of named) assignNamed(argument, signature.parameters, values, fail);
	const missing = signature.parameters.find(({name, required}) => required && !values.has(name));
	if (missing) throw fail(`'${missing.name}' is missing`);
	const rest = signature.rest ? unnamed.map(({value}) => value) : [];
	return {rest, get: (name) => values.get(name) ?? null, fail, random: call.random};
}

type Fail = BoundCall['fail'];

const dropQuotes = (value: EncodedValue): EncodedValue => (isQuoted(value) ? value.$quoted : value);

function takeUnnamed(given: readonly Argument[], fail: Fail): readonly Argument[] {
	const firstNamed = given.findIndex(({name}) => name !== undefined);
	if (firstNamed < 0) return given;
	const late = given.slice(firstNamed).find(({name}) => name === undefined);
	if (late) throw fail('an argument without a name cannot follow a named one', late.start);
	return given.slice(0, firstNamed);
}

/** The last of several arguments of one name counts, as in Hydra. */
function takeNamed(given: readonly Argument[]): readonly Argument[] {
	const named = given.filter(({name}) => name !== undefined);
	return named.filter(({name}, index) => named.findLastIndex((other) => other.name === name) === index);
}

function checkRest(unnamed: readonly Argument[], accepts: Kinds, fail: Fail): void {
	const misfit = unnamed.find(({value}) => !accepts.includes(kindOf(value)));
	if (misfit) throw fail(`${kindOf(misfit.value)} is not taken here, only ${listKinds(accepts)}`, misfit.start);
}

function assignInOrder(
	unnamed: readonly Argument[],
	named: readonly Argument[],
	parameters: readonly Parameter[],
	values: Map<string, EncodedValue>,
	fail: Fail,
): void {
	for (const [index, argument] of unnamed.entries()) {
		const parameter = parameters[index];
		if (!parameter) throw fail(`takes at most ${parameters.length} arguments`, argument.start);
		if (named.some(({name}) => name === parameter.name))
			throw fail(`'${parameter.name}' is given twice`, argument.start);
		assign(argument, parameter, values, fail);
	}
}

function assignNamed(
	argument: Argument,
	parameters: readonly Parameter[],
	values: Map<string, EncodedValue>,
	fail: Fail,
): void {
	const parameter = parameters.find(({name}) => name === argument.name);
	if (!parameter) throw fail(`there is no argument '${argument.name}'`, argument.start);
	assign(argument, parameter, values, fail);
}

function assign(
	{value, start}: Argument,
	{name, accepts}: Parameter,
	values: Map<string, EncodedValue>,
	fail: Fail,
): void {
	if (!accepts.includes(kindOf(value))) {
		throw fail(`'${name}' cannot be ${kindOf(value)}, only ${listKinds(accepts)}`, start);
	}
	values.set(name, value);
}

const listKinds = (kinds: Kinds): string => [...kinds].join(', ').replace(/, ([^,]*)$/, ' or $1');
