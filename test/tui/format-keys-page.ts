import {KEYS, type ScreenName} from '../../source/tui/keys.ts';

const SCREENS: readonly (readonly [ScreenName, string])[] = [
	['picker', 'Picker: `warpdeck`'],
	['dashboard', 'Dashboard: the run as it goes'],
	['results', 'Results: every experiment'],
	['detail', 'Detail: one experiment'],
	['summary', 'Summary: what it means'],
	['campaign', 'Campaign: its phases, gates and cost'],
];

/** docs/keys.md, made from the table of keys, so that the page cannot say anything else than the help. */
export const formatKeysPage = (): string =>
	[
		'# Keys',
		'',
		'Made from `source/tui/keys.ts`, as is the help on `?`; `npm run docs` writes it anew.',
		'Several letters that arrive at once, as over a slow line, are as many keys.',
		'A question is answered by `y`; every other key is a no.',
		'',
		...SCREENS.flatMap(([screen, title]) => [`## ${title}`, '', ...listKeys(screen), '']),
	].join('\n');

const listKeys = (screen: ScreenName): readonly string[] => [
	'| key | does |',
	'|---|---|',
	...KEYS.filter(({where}) => where.includes(screen)).map(({name, does}) => `| ${name} | ${does} |`),
];
