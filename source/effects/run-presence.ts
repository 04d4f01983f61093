import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {judgeHolder, type LockHolder, parseHolder, readSelf} from './lock-holder.ts';

/** Whether a runner works on a run, as far as can be seen from here; `free`: nobody holds its folder. */
export type Presence =
	| {readonly kind: 'free'}
	| {readonly kind: 'alive' | 'dead'; readonly holder: LockHolder}
	| {readonly kind: 'unseen'; readonly holder: LockHolder; readonly why: string};

export function readPresence(folder: string, now: number): Presence {
	const holder = readHolder(folder);
	if (holder === null) return {kind: 'free'};
	const vitality = judgeHolder(holder, readSelf(), now);
	return {...vitality, holder};
}

/** A lock that is just being written names nobody yet. */
function readHolder(folder: string): LockHolder | null {
	try {
		return parseHolder(readFileSync(join(folder, 'run.lock'), 'utf8'));
	} catch {
		return null;
	}
}
