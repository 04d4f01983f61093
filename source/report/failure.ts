import type {Failure} from '../domain/experiment.ts';
import {
	type Ending,
	explainExit,
	explainHostMemory,
	explainKill,
	explainSignal,
	explainTimeout,
	findBoundNode,
} from './failure-advice.ts';
import {recognizeSaid, recognizeText} from './failure-texts.ts';

export type {Ending} from './failure-advice.ts';

/** Why an attempt is no success, with what to type next; null when it is one. The first cause wins. */
export function classifyFailure(ending: Ending): Failure | null {
	const {outcome} = ending;
	switch (outcome.kind) {
		case 'stopped':
			return {kind: 'stopped', message: `stopped by ${outcome.by}`, advice: 'To run it after all: warpdeck resume'};
		case 'timed-out':
			return explainTimeout(ending, outcome.limitMs);
		case 'abandoned':
			return {
				kind: 'lost',
				message: outcome.message,
				advice: 'nvidia-smi and ps show what is left; then: warpdeck resume',
			};
		case 'not-spawned':
			return explainNotSpawned(ending, outcome.message);
		case 'signalled':
			return recognize(ending) ?? judgeSignal(ending, outcome.signal);
		case 'exited':
			return outcome.code === 0 ? judgeSuccess(ending) : (recognize(ending) ?? judgeExit(ending, outcome.code));
		case 'imported':
			return null;
		default:
			return outcome satisfies never;
	}
}

const recognize = (ending: Ending): Failure | null => recognizeSaid(ending) ?? recognizeText(ending);

/** Exit code 0 is a success only when the workload neither reported an error nor owes a result. */
function judgeSuccess(ending: Ending): Failure | null {
	if (ending.said) return recognizeSaid(ending) ?? {...explainExit(ending, 0), message: ending.said.message};
	if (!ending.expectsResult || ending.hasResult) return null;
	return {
		kind: 'no-result',
		message: 'exited with code 0 but printed no result line',
		advice:
			'Look at the end of its stdout log: a wrapper or the program itself swallowed the line "::warpdeck {…result…}".',
	};
}

/** SIGKILL is memory only where the output speaks of it. */
function judgeSignal(ending: Ending, signal: string): Failure {
	if (signal !== 'SIGKILL') return explainSignal(signal);
	const clue = `${ending.stderrTail}\n${ending.stdoutTail}`.match(
		/.*(?:out of memory|oom[-_ ]?kill|\bKilled\b).*/i,
	)?.[0];
	if (clue === undefined) return explainKill('ended by SIGKILL');
	return explainHostMemory(ending, `killed by SIGKILL, and its output says: ${clue}`);
}

const SHELL_KILLED = 137;

/** A shell in between tells a SIGKILL by its code; within the memory of one node it is most likely that memory. */
function judgeExit(ending: Ending, code: number): Failure {
	if (code !== SHELL_KILLED) return explainExit(ending, code);
	if (findBoundNode(ending.argv) !== undefined) return explainHostMemory(ending, 'exited with code 137 (SIGKILL)');
	return explainKill("exited with code 137, a shell's word for SIGKILL");
}

function explainNotSpawned({argv}: Ending, message: string): Failure {
	const program = argv[0] ?? 'the program';
	return {
		kind: 'not-spawned',
		message: `${program} could not be started: ${message}`,
		advice: `Check that it is there: command -v ${program}`,
	};
}
