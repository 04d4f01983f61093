import {UserError} from '../domain/errors.ts';
import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

const PLACES = ['first', 'last', 'up', 'down'];

/** `warpdeck move ID LANE` or `move ID first|last|up|down`: another lane, or another place in the queue. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('move', flags, ['run']);
	const [id, ...where] = words;
	const place = where.find((word) => PLACES.includes(word));
	const [lane, ...more] = where.filter((word) => word !== place);
	if (id === undefined || where.length === 0 || more.length > 0) {
		throw new UserError('What should be moved, and where to?', {
			tryThis: ['warpdeck move ID gpu1', 'warpdeck move ID first', 'warpdeck move ID gpu1 first'],
		});
	}
	return askRun(flags.run, {kind: 'move', id, ...(lane && {lane}), ...(place && {place})});
}
