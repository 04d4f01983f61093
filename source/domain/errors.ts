/** 2: usage or configuration. 3: this machine cannot do it. */
type UserErrorExitCode = 2 | 3;

type Advice = {
	readonly tryThis: readonly [string, ...string[]];
	readonly exitCode?: UserErrorExitCode;
	readonly cause?: unknown;
};

/** Something that the user can put right: printed as message and advice on stderr, without a stack. */
export class UserError extends Error {
	override readonly name = 'UserError';
	/** Never empty, because an error without advice leaves the user alone. */
	readonly tryThis: readonly [string, ...string[]];
	readonly exitCode: UserErrorExitCode;

	constructor(message: string, {tryThis, exitCode = 2, cause}: Advice) {
		super(message, {cause});
		this.tryThis = tryThis;
		this.exitCode = exitCode;
	}
}

/** The candidate nearest to a mistyped word (at most a third of its letters wrong), or undefined. */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
	let nearest: string | undefined;
	let nearestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const distance = measureEdits(word, candidate);
		if (distance < nearestDistance) [nearest, nearestDistance] = [candidate, distance];
	}
	return nearest;
}

function measureEdits(from: string, to: string): number {
	let previous = Array.from({length: to.length + 1}, (_, index) => index);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const substituted = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
			current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[to.length] ?? 0;
}
