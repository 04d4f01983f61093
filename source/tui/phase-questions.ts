import type {PhaseSummary} from '../report/campaign/campaign-summary.ts';
import type {Question} from './screen.ts';

const approve = (phase: string): Question['effect'] => ({kind: 'control', request: {kind: 'approve', phase}});

const RECORD = 'Who said so, and when, stands in the journal of the run.';

export const askToApprove = ({phase}: PhaseSummary, what: string): Question => ({
	lines: [`The gate of phase ${phase.name} asks a person: ${what}`, 'With an OK those behind it may start.', RECORD],
	yes: `give phase ${phase.name} the OK`,
	effect: approve(phase.name),
});

export const askToPassAnyway = ({phase}: PhaseSummary, reasons: readonly string[]): Question => ({
	lines: [
		`The gate of phase ${phase.name} does not hold:`,
		...reasons.map((reason) => `- ${reason}`),
		'Those behind it may start all the same, and rest on what it found.',
		RECORD,
	],
	yes: `let phase ${phase.name} pass in spite of its gate`,
	effect: approve(phase.name),
});

export const askToGoOn = ({phase}: PhaseSummary, why: string): Question => ({
	lines: [`Behind phase ${phase.name} the campaign pauses: ${why}`, 'What comes after it may start then.', RECORD],
	yes: `go on behind phase ${phase.name}`,
	effect: approve(phase.name),
});
