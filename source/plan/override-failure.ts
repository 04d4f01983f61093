/** What is wrong with an override, where (1-based column, in characters), and what to type instead. */
export type OverrideError = {readonly error: string; readonly column: number; readonly hint: string};

/** Travels from the place of a fault in an override up to the parser's entry, which turns it into an OverrideError. */
export class OverrideFailure extends Error {
	override readonly name = 'OverrideFailure';
	/** Offset into the override in UTF-16 units. */
	readonly index: number;
	readonly hint: string;

	constructor(message: string, index: number, hint: string) {
		super(message);
		this.index = index;
		this.hint = hint;
	}
}

/** Runs one parsing step and gives its failure as data; any other exception is our own bug and passes through. */
export function catchFailure<Result>(text: string, parse: () => Result): Result | OverrideError {
	try {
		return parse();
	} catch (failure) {
		if (!(failure instanceof OverrideFailure)) throw failure;
		const {message, index, hint} = failure;
		return {error: message, column: findColumn(text, index), hint};
	}
}

/** Counts characters, because a caret under the text must stand below what the user sees. */
export const findColumn = (text: string, index: number): number => [...text.slice(0, index)].length + 1;
