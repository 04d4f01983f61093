import {setImmediate as turn} from 'node:timers/promises';
import type {PickerScene, PickerSource, RunChoice} from '../tui/picker-source.ts';
import {PICKER_OPTIONS} from './picker-options.ts';
import type {PickerWorks} from './picker-works.ts';

type FeedOptions = Pick<PickerScene, 'command' | 'simulated'> & {
	/** Of the suites that are here, shown at once. */
	readonly names: readonly string[];
	/** Called once the first frame is drawn, because schema, planner and YAML take longer than all of that frame. */
	readonly loadWorks: () => Promise<PickerWorks>;
};

export type PickerFeed = PickerSource & {
	/** Reads suites, machine and earlier runs, a piece at a time; rejects when the suites cannot be read. */
	readonly read: () => Promise<void>;
	/** What was looked at last; null before the first key. */
	readonly considered: () => RunChoice | null;
	readonly close: () => void;
};

/** Long enough that a value is typed in one go, short enough that nobody waits for its count. */
const PAUSE_MS = 120;

/** Keeps what the picker is drawn from; everything that takes long is done between two keys. */
export function createPickerFeed({command, simulated, names, loadWorks}: FeedOptions): PickerFeed {
	const listeners = new Set<() => void>();
	let scene = startScene(command, simulated, names);
	let considered: RunChoice | null = null;
	let works: PickerWorks | null = null;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	const change = (changes: Partial<PickerScene>) => {
		scene = {...scene, ...changes};
		for (const listener of listeners) listener();
	};
	const workOut = () => {
		const choice = considered ?? startChoice(scene);
		if (works && choice && !isClosed) change({evaluation: {choice, outcome: works.workOut(choice)}});
	};
	const workOutAll = async (loaded: PickerWorks) => {
		workOut();
		for (const {name} of scene.suites) {
			await turn();
			if (isClosed) return;
			const outcome = loaded.workOut({words: [name], multirun: false});
			change({suites: scene.suites.map((row) => (row.name === name ? {name, outcome} : row))});
		}
	};
	return {
		get: () => scene,
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		consider: (choice) => {
			considered = choice;
			clearTimeout(timer);
			timer = setTimeout(workOut, PAUSE_MS);
		},
		considered: () => considered,
		read: async () => {
			await turn();
			const loaded = await loadWorks();
			works = loaded;
			const machine = loaded.askMachine();
			change({options: loaded.options, notices: loaded.notices, suites: listRows(loaded.names)});
			await workOutAll(loaded);
			const {text, notice} = await machine;
			if (isClosed) return;
			change({machine: text, notices: [...scene.notices, ...(notice === null ? [] : [notice])]});
			await workOutAll(loaded);
			if (!isClosed) change({unfinished: await loaded.findUnfinished()});
		},
		close: () => {
			isClosed = true;
			clearTimeout(timer);
		},
	};
}

/** What the screen shows before any key. */
const startChoice = ({suites: [first]}: PickerScene): RunChoice | null =>
	first ? {words: [first.name], multirun: false} : null;

/** First the one that shows in minutes whether this machine runs experiments, so that Enter starts no campaign of days. */
const FIRST = 'quick_test';

const listRows = (names: readonly string[]): PickerScene['suites'] =>
	[...names.filter((name) => name === FIRST), ...names.filter((name) => name !== FIRST)].map((name) => ({
		name,
		outcome: null,
	}));

const startScene = (command: readonly string[], simulated: boolean, names: readonly string[]): PickerScene => ({
	command,
	simulated,
	machine: null,
	suites: listRows(names),
	options: PICKER_OPTIONS,
	evaluation: null,
	unfinished: null,
	notices: [],
});
