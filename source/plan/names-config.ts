import {isJsonObject, type Json} from '../domain/json.ts';
import type {SuiteFile} from './compose.ts';

const CHOICE = /(?:^|["'\s])\+{0,2}experiment=["']?([\w.,-]+)/g;

/** Whether a suite that these words choose hands a configuration file to its command; a campaign: any suite of its phases. */
export function namesConfig(words: readonly string[], suites: readonly SuiteFile[], defaultSuite: string): boolean {
	if (words.some((word) => /^\+{0,2}(experiment\.)?workload\.config=/.test(word))) return true;
	const chosen = listChosen(words.join('\n'));
	const names = chosen.length > 0 ? chosen : [defaultSuite];
	const files = suites.filter(({name}) => names.includes(name));
	const phases = files.flatMap(({config}) => look(config, ['experiment', 'phases']) ?? []);
	const inPhases = phases.length > 0 ? listChosen(JSON.stringify(phases)) : [];
	return [...files, ...suites.filter(({name}) => inPhases.includes(name))].some(
		({config}) => look(config, ['experiment', 'workload', 'config']) !== undefined,
	);
}

const listChosen = (text: string): readonly string[] =>
	[...text.matchAll(CHOICE)].flatMap(([, names = '']) => names.split(','));

const look = (config: Json, path: readonly string[]): Json | undefined =>
	path.reduce<Json | undefined>((value, part) => (isJsonObject(value) ? value[part] : undefined), config);
