import {type EncodedValue, isDict, isList, isNumber, isQuoted, kindOf} from './override-encoding.ts';
import {toNumeric} from './override-number.ts';

/** Equality in Python's sense: 1, 1.0 and true are the same, nan is never the same as anything. */
export function isSameValue(left: EncodedValue, right: EncodedValue): boolean {
	if (isNumber(left) && isNumber(right)) return isSameNumber(toNumeric(left), toNumeric(right));
	if (isList(left) && isList(right))
		return left.length === right.length && left.every((item, index) => isSameValue(item, right[index] ?? null));
	if (isQuoted(left) && isQuoted(right)) return left.$quoted === right.$quoted && left.quote === right.quote;
	if (isDict(left) && isDict(right))
		return (
			left.$dict.length === right.$dict.length &&
			left.$dict.every(([key, value]) =>
				right.$dict.some((pair) => isSameValue(pair[0], key) && isSameValue(pair[1], value)),
			)
		);
	return left === right;
}

/** Sorted in Python's order, equal ones in their given order; a message instead where two of them have no order. */
export function sortValues(
	list: readonly EncodedValue[],
	reverse: boolean,
): readonly EncodedValue[] | {readonly incomparable: string} {
	const pairs = new Set<string>();
	const compare = (left: EncodedValue, right: EncodedValue): number => {
		const order = compareValues(left, right);
		if (order !== undefined) return order;
		pairs.add(`${kindOf(left)} and ${kindOf(right)}`);
		return 0;
	};
	// Reversed before and after, so that equal values keep their order in a descending sort too.
	const sorted = reverse ? list.toReversed().sort(compare).reverse() : list.toSorted(compare);
	const [incomparable] = pairs;
	return incomparable === undefined ? sorted : {incomparable};
}

export const compareTexts = (left: string, right: string): number => {
	const [one, other] = [[...left], [...right]];
	const differing = one.findIndex((character, index) => character !== other[index]);
	if (differing < 0) return Math.sign(one.length - other.length);
	return Math.sign((one[differing]?.codePointAt(0) ?? 0) - (other[differing]?.codePointAt(0) ?? -1));
};

function compareValues(left: EncodedValue, right: EncodedValue): number | undefined {
	if (isNumber(left) && isNumber(right)) return compareNumbers(toNumeric(left), toNumeric(right));
	if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
	if (isList(left) && isList(right)) return compareLists(left, right);
	return undefined;
}

function compareLists(left: readonly EncodedValue[], right: readonly EncodedValue[]): number | undefined {
	for (const [index, item] of left.entries()) {
		const other = right[index];
		if (other === undefined) return 1;
		if (!isSameValue(item, other)) return compareValues(item, other);
	}
	return Math.sign(left.length - right.length);
}

function compareNumbers(left: bigint | number, right: bigint | number): number {
	if (left < right) return -1;
	return left > right ? 1 : 0;
}

/** Neither smaller nor greater, which nan is not either: it has to be told apart. */
const isSameNumber = (left: bigint | number, right: bigint | number): boolean => left <= right && left >= right;
