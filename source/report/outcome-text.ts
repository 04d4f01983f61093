import type {Outcome} from '../domain/experiment.ts';

/** How a process ended, in words that stand in a sentence. */
export function describeOutcome(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'exited':
			return `exited with code ${outcome.code}`;
		case 'signalled':
			return `ended by ${outcome.signal}`;
		case 'timed-out':
			return `ended after its limit of ${outcome.limitMs / 1000} s`;
		case 'stopped':
			return `stopped by ${outcome.by}`;
		case 'not-spawned':
			return `not started: ${outcome.message}`;
		case 'abandoned':
			return `lost: ${outcome.message}`;
		case 'imported':
			return 'run by another program';
		default:
			return outcome satisfies never;
	}
}
