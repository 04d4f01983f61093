import type {CommandOutput} from '../../domain/command-output-keys.ts';
import type {Failure} from '../../domain/experiment.ts';
import {classifyFailure, type Ending} from '../failure.ts';
import {explainExit} from '../failure-advice.ts';
import {recognizeText} from '../failure-texts.ts';
import {clipText, toOneLine} from '../text.ts';

/** What a suite's rules make of what a command left, beside its numbers. */
export type LeftVerdict = {
	readonly rules: Pick<CommandOutput, 'exit_codes' | 'success_pattern' | 'failure_pattern'>;
	readonly hasSucceeded: boolean;
	/** The line with which it said that it failed. */
	readonly failure: string | null;
	/** Files and numbers that it owed. */
	readonly missing: readonly string[];
	/** Why its numbers are not what the suite asks for; of a failure nobody asks that. */
	readonly doubts: readonly string[];
	/** What to do about what is missing. */
	readonly advice: string;
};

/** Why an attempt is no success, where the suite says what one is; null when it is one. */
export function classifyLeft(ending: Ending, left: LeftVerdict | null): Failure | null {
	const {outcome} = ending;
	if (left === null || outcome.kind !== 'exited') return classifyFailure(ending);
	const {rules, hasSucceeded, failure} = left;
	if (failure !== null) return recognizeText(ending) ?? explainSaid(ending, failure, outcome.code);
	if (!isGoodExit(left, outcome.code)) return explainCode(ending, outcome.code);
	const well: Ending = {...ending, outcome: {kind: 'exited', code: 0}};
	if (rules.success_pattern !== undefined && !hasSucceeded) {
		return classifyFailure(well) ?? recognizeText(ending) ?? explainSilence(outcome.code, rules.success_pattern);
	}
	return classifyFailure(well) ?? explainMissing(left);
}

function isGoodExit({rules, hasSucceeded}: LeftVerdict, code: number): boolean {
	if (rules.exit_codes) return rules.exit_codes.ok.includes(code);
	return code === 0 || (rules.success_pattern !== undefined && hasSucceeded);
}

/** Exit code 0 is a failure only where the suite says so. */
function explainCode(ending: Ending, code: number): Failure {
	const known = code === 0 ? null : classifyFailure(ending);
	return (
		known ?? {...explainExit(ending, code), advice: 'experiment.workload.exit_codes.ok says which codes are good.'}
	);
}

const say = (text: string): string => clipText(toOneLine(text), 300);

const explainSaid = (ending: Ending, line: string, code: number): Failure => ({
	...explainExit(ending, code),
	message: say(`it said: ${line} (exit code ${code})`),
});

const explainSilence = (code: number, pattern: string): Failure => ({
	kind: 'no-result',
	message: say(`exited with code ${code}, and no line of stdout or stderr matched success_pattern ${pattern}`),
	advice: 'Read the end of its logs; if it did well, experiment.workload.success_pattern is what it does not print.',
});

function explainMissing({missing, advice}: LeftVerdict): Failure | null {
	if (missing.length === 0) return null;
	return {kind: 'no-result', message: say(`it left no result: ${missing.join('; ')}`), advice};
}
