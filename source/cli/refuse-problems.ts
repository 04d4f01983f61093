import {UserError} from '../domain/errors.ts';
import type {Problem} from '../plan/plan.ts';

/** Nothing is started that cannot end well, and all that stands against it is said at once. */
export function refuseProblems(problems: readonly Problem[]): void {
	const [first] = problems;
	if (!first) return;
	throw new UserError(`This machine cannot run it.\n${problems.map(({message}) => `  ${message}`).join('\n')}`, {
		tryThis: [first.advice, ...new Set(problems.slice(1).map(({advice}) => advice))].filter(
			(advice, index, all) => all.indexOf(advice) === index,
		) as [string, ...string[]],
		exitCode: 3,
	});
}
