import {quoteShellWord} from '../../../report/shell-words.ts';
import {clean, cutColumns} from '../../parts/fit.ts';
import {type Line, rule} from '../../parts/line.ts';
import type {CommandModel} from './model.ts';
import {layNote, type PageLayout} from './page.ts';

/** The command as a shell takes it, and what was set in its environment. */
export function layCommand(command: CommandModel | null, layout: PageLayout): readonly Line[] {
	const {width, glyphs} = layout;
	if (!command)
		return layNote('Not launched yet, or the journal could not be read: its command is not known here.', layout);
	const {attempt, env, shell} = command;
	const variables = Object.entries(env);
	return [
		rule(`command of attempt ${attempt}, y copies it`, width, glyphs),
		...layShell(shell, layout),
		[],
		rule('environment as it was set; the rest is inherited and never stored', width, glyphs),
		...(variables.length === 0 ? layNote('none', layout) : []),
		...variables.flatMap(([name, value]) => layShell(`${name}=${quoteShellWord(value)}`, layout)),
		[],
		...layNote(
			'The folder that it ran in is not in the journal: where warpdeck was started, unless the suite names another.',
			layout,
		),
	];
}

/** Broken at the edge like a terminal breaks it, without a sign that a copied command must not have. */
const layShell = (text: string, {width, glyphs}: PageLayout): readonly Line[] =>
	cutColumns(clean(text, glyphs.ascii), width).map((piece) => [{text: piece, tone: 'plain'}]);
