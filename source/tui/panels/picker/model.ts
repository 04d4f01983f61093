import {isSweepWord} from '../../../plan/override.ts';
import {splitTypedLine, type TypedLine, type TypedWord} from '../../../plan/typed-line.ts';
import type {TextField} from '../../parts/text-field.ts';
import {
	formatCommand,
	type Outcome,
	type PickerOption,
	type PickerScene,
	type RunChoice,
	type SuiteRow,
} from '../../picker-source.ts';

/** What the picker's user chose. */
export type PickerOwn = {
	/** null until chosen: the first one. */
	readonly suite: string | null;
	/** Where the keys go; the overrides take them while `before` is set. */
	readonly pane: 'suites' | 'options';
	readonly option: number;
	readonly line: TextField;
	/** The overrides as they were when they were opened; null while they are closed. */
	readonly before: TextField | null;
	/** Lines of the plan that are scrolled away. */
	readonly scroll: number;
};

/** The option as it stands: of the typed overrides, else of the suite; null while nobody knows. */
export type ShownOption = PickerOption & {readonly value: string | null; readonly word: TypedWord | undefined};

export type PickerModel = {
	readonly scene: PickerScene;
	/** Position of the chosen suite; -1 where there is none. */
	readonly cursor: number;
	readonly choice: RunChoice | null;
	/** The equivalent command, quoted; null where nothing can be chosen. */
	readonly command: string | null;
	readonly typed: TypedLine;
	/** Of exactly this choice; null while it is being worked out. */
	readonly outcome: Outcome | null;
	readonly options: readonly ShownOption[];
};

export function selectModel(scene: PickerScene, own: PickerOwn): PickerModel {
	const {suites, evaluation, command} = scene;
	const cursor = Math.max(
		0,
		suites.findIndex(({name}) => name === own.suite),
	);
	const row = suites[cursor];
	const typed = splitTypedLine(own.line.text);
	const choice = row ? makeChoice(row.name, own.line.text) : null;
	const outcome = choice && evaluation && isSame(choice, evaluation.choice) ? evaluation.outcome : null;
	return {
		scene,
		cursor: row ? cursor : -1,
		choice,
		command: choice && formatCommand(command, choice),
		typed,
		outcome,
		options: scene.options.map((option) => showOption(option, typed, outcome, row)),
	};
}

/** The words that the command line would have; a sweep asks for `-m` by itself. */
export function makeChoice(suite: string, line: string): RunChoice {
	const {words} = splitTypedLine(line);
	const overrides = listOverrides(words).map(({text}) => text);
	const multirun = overrides.length < words.length || overrides.some(isSweepWord);
	return {words: [suite, ...overrides], multirun};
}

/** All words but `-m`. */
export const listOverrides = (words: readonly TypedWord[]): readonly TypedWord[] =>
	words.filter(({text}) => text !== '-m' && text !== '--multirun');

const isSame = (a: RunChoice, b: RunChoice): boolean =>
	a.multirun === b.multirun &&
	a.words.length === b.words.length &&
	a.words.every((word, index) => word === b.words[index]);

function showOption(
	option: PickerOption,
	{words}: TypedLine,
	outcome: Outcome | null,
	row: SuiteRow | undefined,
): ShownOption {
	const word = words.findLast(({text}) => keyOf(text) === option.key);
	const typed = word?.text.slice(word.text.indexOf('=') + 1);
	return {
		...option,
		word,
		value: typed ?? readSetting(outcome, option.key) ?? readSetting(row?.outcome ?? null, option.key),
	};
}

/** The full key of an override that changes a value; `hardware.device` is short for it. */
function keyOf(text: string): string | null {
	const key = /^(?:\+\+)?([A-Za-z_][\w.]*)=/.exec(text)?.[1];
	return key === undefined ? null : /^(experiment|output)\b/.test(key) ? key : `experiment.${key}`;
}

/** What the suite itself says. */
export const readSetting = (outcome: Outcome | null, key: string): string | null =>
	outcome?.kind === 'planned' || outcome?.kind === 'counted' ? (outcome.settings[key] ?? null) : null;
