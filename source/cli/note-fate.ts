import {readFate} from '../effects/session-fate.ts';
import type {Fact} from '../journal/event.ts';
import {judgeFate, warnOfFate} from '../report/judge-fate.ts';
import type {View} from './terminal.ts';

/** What will end a run although nobody ends it, in one line; null where nothing does. */
export const foretell = async (): Promise<string | null> => warnOfFate(judgeFate(await readFate()));

/** The same as a fact, for a run that is meant to outlive its terminal. */
export async function noteFate(view: View): Promise<readonly Fact[]> {
	const message = view === 'none' ? await foretell() : null;
	return message === null ? [] : [{type: 'noted', level: 'warning', message}];
}
