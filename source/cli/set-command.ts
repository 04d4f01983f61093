import {UserError} from '../domain/errors.ts';
import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck set max_workers=N`, and `budget.stop_usd`, `budget.stop_hours` of a campaign: from now on. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('set', flags, ['run']);
	const [word = '', ...more] = words;
	const budget = readBudget(word);
	if (budget && more.length === 0) return askRun(flags.run, {kind: 'set-budget', ...budget});
	const maxWorkers = Number(/^max_workers=(\d+)$/.exec(word)?.[1]);
	if (more.length > 0 || !(maxWorkers > 0)) {
		throw new UserError(
			'max_workers can be set, to a whole number above 0, and budget.stop_usd or budget.stop_hours of a campaign, to a number above 0 or none.',
			{
				tryThis: [
					'warpdeck set max_workers=2',
					'warpdeck set budget.stop_usd=150',
					'warpdeck set budget.stop_hours=none',
				],
			},
		);
	}
	return askRun(flags.run, {kind: 'set', maxWorkers});
}

/** null for another word, and for a number that is none. */
function readBudget(word: string): {readonly stopUsd: number | null} | {readonly stopHours: number | null} | null {
	const [, key, value = ''] = /^budget\.(stop_usd|stop_hours)=(none|\d+(?:\.\d+)?)$/.exec(word) ?? [];
	const bound = value === 'none' ? null : Number(value);
	if (key === undefined || bound === 0) return null;
	return key === 'stop_usd' ? {stopUsd: bound} : {stopHours: bound};
}
