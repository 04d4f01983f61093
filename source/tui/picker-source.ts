/** What the user picked, as the words that a command line would have. */
export type RunChoice = {
	/** `experiment=quick_test` and further overrides. */
	readonly words: readonly string[];
	readonly multirun: boolean;
};

/** What the picker is drawn from; grows while counts and the machine are still being read. */
export type PickerScene = {readonly host: string};

/** Where the picker's scene comes from. */
export type PickerSource = {
	readonly get: () => PickerScene | null;
	readonly subscribe: (listener: () => void) => () => void;
};
