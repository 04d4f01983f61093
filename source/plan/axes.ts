import {UserError} from '../domain/errors.ts';
import type {Json} from '../domain/json.ts';
import {type Override, type OverrideError, parseOverride, type ZipOverride} from './override.ts';
import type {EncodedValue} from './override-encoding.ts';
import {formatValue} from './override-text.ts';
import {checkSweep, countValues, decodeValue, sweepValues} from './override-values.ts';

/** One concrete change that a job makes to its suite. */
export type Assignment = {
	/** As it is shown and stored: `experiment.test.batch_size=8`. */
	readonly text: string;
	readonly type: 'CHANGE' | 'ADD' | 'FORCE_ADD' | 'DEL';
	readonly key: string;
	/** Absent for a removal without a value. */
	readonly value: Json | undefined;
};

/** A dimension of the sweep; a plain override is one with a single choice. */
export type Axis = {readonly keys: readonly string[]; readonly choices: readonly (readonly Assignment[])[]};

/** Jobs that are planned at once, at most. */
export const MAX_JOBS = 1_000_000;

/** Settings of the whole run, which its jobs cannot have different values of. */
const WHOLE_RUN = /^(experiment\.)?(name|description|max_workers|resume|seed)$|^output\./;

/** The overrides of a command line as axes, in the order of their first appearance. */
export function readAxes(texts: readonly string[], multirun: boolean, seed: number): readonly Axis[] {
	const axes = new Map<string, Axis>();
	for (const text of texts) {
		const override = parse(text, seed);
		if (override.type !== 'ZIP' && isIdle(override.in)) continue;
		const axis = override.type === 'ZIP' ? readZip(override) : readOverride(override, seed);
		if (axis.choices.length > 1) checkSweepable(text, axis, multirun);
		const name = override.type === 'ZIP' ? axis.keys.join(',') : override.keyElement;
		// A key that comes again replaces the earlier one where that stood, as Hydra's sweeper does it.
		axes.set(multirun ? name : `${axes.size}`, axis);
	}
	return [...axes.values()];
}

/** Settings of Hydra that have no effect on a run: how much Hydra says, what its log is called, and that it changes no folder. */
export const isIdle = (text: string): boolean =>
	/^\+{0,2}hydra\.(verbose|job\.name)=|^\+{0,2}hydra\.job\.chdir=false$/i.test(text);

function parse(text: string, seed: number): Override | ZipOverride {
	const override: Override | ZipOverride | OverrideError = parseOverride(text, seed);
	if ('error' in override) {
		throw new UserError(`${text}\n${' '.repeat(Math.max(0, override.column - 1))}^ ${override.error}`, {
			tryThis: [override.hint],
		});
	}
	if (override.type !== 'ZIP') rejectForeignKey(override);
	return override;
}

function rejectForeignKey(override: Override): void {
	const {key, in: text} = override;
	const refuse = (problem: string, fix: string) => new UserError(`${text}: ${problem}.`, {tryThis: [fix]});
	if (key === '') throw refuse('the key is empty', 'experiment.test.batch_size=8');
	if (override.package !== null) throw refuse('packages (@) have no meaning here', `${key}=…`);
	if (key.includes('/')) throw refuse('the only group is experiment', 'experiment=quick_test');
	if (/^hydra(\.|$)/.test(key) && !isIdle(text)) {
		throw refuse(
			'Hydra itself does not run here, so nothing reads its settings',
			'output.base_dir=FOLDER chooses where results go',
		);
	}
}

function readOverride(override: Override, seed: number): Axis {
	const problem = checkSweep(override);
	if (problem) throw new UserError(`${override.in}: ${problem.error}`, {tryThis: [problem.hint]});
	const {key, type} = override;
	refuseHuge(override);
	if (override.valueType === null) return {keys: [key], choices: [[{text: `~${key}`, type, key, value: undefined}]]};
	const choices = [...sweepValues(override, seed)].map((value) => [toAssignment(type, key, value)]);
	return {keys: [key], choices};
}

/** Counted before it is written out, because a range of a few letters can be longer than the memory. */
function refuseHuge(override: Override): void {
	const count = countValues(override);
	if (count <= MAX_JOBS) return;
	throw new UserError(`${override.in} has ${count} values; at most ${MAX_JOBS} jobs are planned at once.`, {
		tryThis: ['give the range a larger step, or split it over several runs'],
	});
}

function readZip({pairs}: ZipOverride): Axis {
	const [first] = pairs;
	const length = first?.[1].length ?? 0;
	const choices = Array.from({length}, (_, index) =>
		pairs.flatMap(([key, values]) => {
			const value = values[index];
			return value === undefined ? [] : [toAssignment('CHANGE', key, value)];
		}),
	);
	return {keys: pairs.map(([key]) => key), choices};
}

const SIGNS = {CHANGE: '', ADD: '+', FORCE_ADD: '++', DEL: '~'} as const;

function toAssignment(type: Assignment['type'], key: string, value: EncodedValue): Assignment {
	const text = `${SIGNS[type]}${key}=${formatValue(value)}`;
	const decoded = decodeValue(value);
	if ('error' in decoded) throw new UserError(`${text}: ${decoded.error}`, {tryThis: [decoded.hint]});
	return {text, type, key, value: decoded.value};
}

function checkSweepable(text: string, axis: Axis, multirun: boolean): void {
	if (!multirun) {
		throw new UserError(`${text} has ${axis.choices.length} values, which makes it a sweep.`, {
			tryThis: [
				`-m '${text}'   runs one job for each value`,
				`${axis.keys[0]}=[…]   is one list`,
				`${axis.keys[0]}='"…"'   is one text with commas`,
			],
		});
	}
	const fixed = axis.keys.find((key) => WHOLE_RUN.test(key));
	if (fixed) {
		throw new UserError(`${text}: ${fixed} belongs to the whole run and cannot be swept.`, {
			tryThis: [`${fixed}=VALUE, and one run for each value`],
		});
	}
}
