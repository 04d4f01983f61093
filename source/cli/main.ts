import {UserError} from '../domain/errors.ts';
import {readArguments} from './arguments.ts';
import {dispatch} from './dispatch.ts';

// A reader that went away (`warpdeck plan | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));

try {
	process.exitCode = await dispatch(process.argv.slice(2), readArguments);
} catch (error) {
	process.exitCode = report(error);
}

function report(error: unknown): number {
	if (error instanceof UserError) {
		process.stderr.write(`${error.message}\n${error.tryThis.map((advice) => `  try: ${advice}\n`).join('')}`);
		return error.exitCode;
	}
	const stack = error instanceof Error ? error.stack : String(error);
	process.stderr.write(`This is a fault of warpdeck, not yours; please report it with this text.\n${stack}\n`);
	return 70;
}
