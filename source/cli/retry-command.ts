import {UserError} from '../domain/errors.ts';
import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck retry ID…`, `retry --failed` or `retry --kind K`: waits again at its old place. */
export async function run({words: ids, flags}: Invocation): Promise<number> {
	checkFlags('retry', flags, ['run', 'failed', 'kind', 'reason']);
	const named = [ids.length > 0, flags.failed === true, flags.kind !== undefined].filter(Boolean).length;
	if (named !== 1) {
		throw new UserError(named === 0 ? 'What should be tried again?' : 'Name one of them: IDs, --failed or --kind.', {
			tryThis: ['warpdeck retry ID', 'warpdeck retry --failed', 'warpdeck retry --kind timeout'],
		});
	}
	const what = ids.length > 0 ? {ids} : flags.kind === undefined ? 'failed' : {failure: flags.kind};
	return askRun(flags.run, {kind: 'retry', what, ...(flags.reason && {reason: flags.reason})});
}
