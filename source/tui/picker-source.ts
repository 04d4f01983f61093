import type {Executions} from '../plan/executions.ts';
import {quoteForShell} from '../plan/override-text.ts';
import type {Plan} from '../plan/plan.ts';

/** What the user picked, as the words that a command line would have. */
export type RunChoice = {
	/** The suite, then its overrides. */
	readonly words: readonly string[];
	readonly multirun: boolean;
};

/** What a person would type for a choice, quoted for the shell; `command` is what stands before it. */
export const formatCommand = (command: readonly string[], {words, multirun}: RunChoice): string =>
	[...command, ...(multirun && !command.includes('-m') ? ['-m'] : []), ...words].map(quoteForShell).join(' ');

/** How much a choice is. */
export type Counts = Executions & {
	readonly cells: number;
	readonly distinct: number;
	readonly jobs: number;
};

/** What a choice comes to, as far as it is known. */
export type Outcome =
	/** Before the machine has answered; counts are null where they depend on it. */
	| {readonly kind: 'counted'; readonly counts: Counts | null; readonly settings: Settings}
	| {
			readonly kind: 'planned';
			readonly counts: Counts;
			readonly plan: Plan;
			/** `3 min`, `3 min for 2/3`, `not known`. */
			readonly time: string;
			readonly diskMiB: number;
			/** Host memory that is pinned at once, at most. */
			readonly pinnedMiB: number;
			/** Where the time comes from, and what order is drawn: sentences of `warpdeck plan`. */
			readonly remarks: readonly string[];
			readonly settings: Settings;
	  }
	/** Too much to be counted while somebody types. */
	| {readonly kind: 'unplanned'; readonly reason: string}
	| {
			readonly kind: 'refused';
			readonly error: string;
			readonly hints: readonly string[];
			/** Which of the choice's words is at fault, and where in it (1-based, in characters); null for none of them. */
			readonly place: {readonly word: number; readonly column: number} | null;
	  };

/** Values in a composed suite, by their dotted key: those of the options, and the suite's description. */
type Settings = {readonly [key: string]: string};

export const DESCRIPTION_KEY = 'experiment.description';

export type SuiteRow = {
	readonly name: string;
	/** Of the suite without any override; null until it was read. */
	readonly outcome: Outcome | null;
};

/** A setting with few values, to be chosen without typing. */
export type PickerOption = {
	readonly key: string;
	readonly name: string;
	/** What the suite's schema allows, empty where it knows no such key; null until it was read. */
	readonly values: readonly string[] | null;
	/** What should be known beside it. */
	readonly note: string;
};

/** What the picker is drawn from; grows while counts and the machine are still being read. */
export type PickerScene = {
	/** What stands before the choice in the equivalent command: `warpdeck run --suites mine`. */
	readonly command: readonly string[];
	/** `pod-a12, 4 x NVIDIA H200`; null until it has answered. */
	readonly machine: string | null;
	readonly simulated: boolean;
	readonly suites: readonly SuiteRow[];
	readonly options: readonly PickerOption[];
	/** The latest choice that was worked out. */
	readonly evaluation: {readonly choice: RunChoice; readonly outcome: Outcome} | null;
	/** A run that somebody may rather want to go on with; `command` resumes it. */
	readonly unfinished: {readonly suite: string; readonly left: number; readonly command: string} | null;
	/** What could not be read, and why. */
	readonly notices: readonly string[];
};

/** Where the picker's scene comes from. */
export type PickerSource = {
	readonly get: () => PickerScene | null;
	readonly subscribe: (listener: () => void) => () => void;
	/** Works a choice out, soon; a later choice replaces it. */
	readonly consider: (choice: RunChoice) => void;
};
