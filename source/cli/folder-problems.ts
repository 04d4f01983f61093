import type {UserError} from '../domain/errors.ts';
import type {Recorder} from '../engine/recorder.ts';

/** Says what could not be written beside the journal: on stderr until a recorder is there to keep it. */
export type ProblemTeller = {
	readonly tell: (problem: UserError) => void;
	readonly listen: (recorder: Recorder) => void;
};

export function createProblemTeller(): ProblemTeller {
	let say = (message: string): void => {
		process.stderr.write(`warning: ${message}\n`);
	};
	return {
		tell: (problem) => say(problem.message),
		listen: (recorder) => {
			say = (message) => void recorder.record({type: 'noted', level: 'warning', message});
		},
	};
}

/** Two writers would tear the journal; whoever took the lock over has ended what ran here, or goes on with it. */
export function leaveToOther(): void {
	process.stderr.write('Another warpdeck took this run over; this one leaves it alone.\n  try: warpdeck list\n');
	process.exit(3);
}
