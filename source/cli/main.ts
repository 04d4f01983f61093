import type {Arguments} from './arguments.ts';
import {dispatch} from './dispatch.ts';
import {reportFault} from './report-fault.ts';

// A reader that went away (`warpdeck plan | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));

try {
	process.exitCode = await dispatch(process.argv.slice(2), readArguments);
} catch (error) {
	process.exitCode = reportFault(error);
}

/** Loaded when there is something to read: without any argument the first screen is drawn sooner. */
async function readArguments(argv: readonly string[]): Promise<Arguments> {
	return (await import('./arguments.ts')).readArguments(argv);
}
