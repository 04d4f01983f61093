import {findNearest, UserError} from '../domain/errors.ts';
import {isJsonObject, type Json} from '../domain/json.ts';
import {findKnownKeys} from '../domain/suite-keys.ts';
import {formatValue, quote} from './override-text.ts';

/** Whether any chosen suite hands a configuration file of its own to its command. */
type OverrideGround = {readonly hasConfig: boolean};

/**
 * `--override key.path=json` as words of ours. A key that begins with `experiment.` or `output.` is the suite's; where
 * the command has a configuration file, every other key is that file's; where it has none, a key of `experiment` may
 * stand alone. Nothing is tried the other way when it does not fit.
 */
export function placeJsonOverrides(texts: readonly string[], {hasConfig}: OverrideGround): readonly string[] {
	const read = texts.map(readJsonOverride);
	const isSuites = ({key}: JsonOverride) => (hasConfig ? LONG : SHORT_OR_LONG)(key.split(/[.[]/)[0] ?? '');
	const ofFile = read.filter((one) => !isSuites(one));
	const [stray] = ofFile;
	if (stray && !hasConfig) throw refuseStray(stray);
	const words = read.filter(isSuites).map((one) => `${one.key}=${writeValue(one.value)}`);
	// One word for all of them: of two equal words in a sweep the later one would replace the earlier one.
	return ofFile.length === 0 ? words : [...words, `++${CONFIG_OVERRIDES}=${writePairs(mergePairs(ofFile))}`];
}

type JsonOverride = {readonly text: string; readonly key: string; readonly value: Json};

const CONFIG_OVERRIDES = 'experiment.workload.config_overrides';

const LONG = (first: string): boolean => first === 'experiment' || first === 'output';
const SHORT_OR_LONG = (first: string): boolean => LONG(first) || isShort(first);
const isShort = (first: string): boolean => findKnownKeys(['experiment'])?.includes(first) ?? false;

const KEY = /^\+?[A-Za-z_][\w-]*(\.[\w-]+|\[\d+\])*$/;

function readJsonOverride(text: string): JsonOverride {
	const [, key = '', value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
	if (value === undefined) {
		throw new UserError(`--override ${text} has no value.`, {tryThis: [`--override ${text}=VALUE`]});
	}
	if (!KEY.test(key)) {
		throw new UserError(`--override ${text}: ${key === '' ? 'the key is empty' : `${key} is no key`}.`, {
			tryThis: ['--override measure.power_enable=true', "--override 'conditions.0.tag=facts'   (an element of a list)"],
		});
	}
	return {text, key, value: readValue(text, value)};
}

/** What begins like JSON has to be JSON; everything else that is none is a text. */
function readValue(text: string, value: string): Json {
	try {
		return JSON.parse(value, refuseHuge);
	} catch (error) {
		if (error instanceof RangeError) {
			throw new UserError(`--override ${text}: a number in it is too large to be kept as it is.`, {
				tryThis: [`--override '${text.slice(0, -value.length)}"${value}"'   (as a text)`],
			});
		}
		if (!/^\s*["[{]/.test(value) && !/^\s*-?(NaN|Infinity)\s*$/.test(value)) return value;
	}
	throw new UserError(`--override ${text}: ${value} is no JSON.`, {
		tryThis: [
			"quote it for the shell, texts inside in double quotes: --override 'seeds=[0,1]'",
			`--override '${text.slice(0, -value.length)}${JSON.stringify(value)}'   (as a text)`,
		],
	});
}

function refuseHuge(_: string, value: unknown): unknown {
	if (typeof value !== 'number') return value;
	if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw new RangeError();
	return value;
}

/** In the grammar of overrides, where a text in quotes stays a text. */
function writeValue(value: Json): string {
	if (typeof value === 'string') return quote({$quoted: value, quote: 'double'});
	if (Array.isArray(value)) return `[${value.map(writeValue).join(',')}]`;
	return isJsonObject(value) ? writePairs(Object.entries(value)) : JSON.stringify(value);
}

const writePairs = (pairs: Iterable<readonly [string, Json]>): string =>
	`{${[...pairs].map(([key, value]) => `${formatValue(key)}:${writeValue(value)}`).join(',')}}`;

/** Of two for one key the later one holds, as it did where these come from. */
const mergePairs = (overrides: readonly JsonOverride[]): ReadonlyMap<string, Json> =>
	new Map(overrides.map(({key, value}) => [key.replaceAll(/\[(\d+)\]/g, '.$1'), value]));

function refuseStray({key, text}: JsonOverride): UserError {
	const [first = ''] = key.replace(/^\+/, '').split(/[.[]/);
	const nearest = findNearest(first, ['experiment', 'output', ...(findKnownKeys(['experiment']) ?? [])]);
	const instead = nearest && text.replace(first, nearest);
	return new UserError(
		`--override ${text}: no key of a suite begins with ${first}, and no suite here hands its command a configuration file.`,
		{
			tryThis: [
				instead ? `--override '${instead}'   (the nearest known key)` : 'docs/writing-a-suite.md lists every key',
				`experiment.workload.config=FILE   (with \${config} in experiment.workload.command, a copy of FILE is changed)`,
			],
		},
	);
}
