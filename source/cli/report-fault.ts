import {UserError} from '../domain/errors.ts';

/** Says what happened and what to type next; a stack means our own bug. Returns the exit code. */
export function reportFault(error: unknown): number {
	if (error instanceof UserError) {
		process.stderr.write(`${error.message}\n${error.tryThis.map((advice) => `  try: ${advice}\n`).join('')}`);
		return error.exitCode;
	}
	process.stderr.write(
		`This is a fault of warpdeck, not yours; please report it with this text.\n${describe(error)}\n`,
	);
	return 70;
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/**
 * Gives the terminal back before a fault that nobody caught is reported: its text would be lost with the screen, and
 * the shell would stay without echo. The returned function ends the watch.
 */
export function guardScreen(leave: AbortController, advice = ''): () => void {
	const onFault = (error: unknown): void => {
		leave.abort();
		const code = reportFault(error);
		if (advice !== '') process.stderr.write(`  try: ${advice}\n`);
		process.exit(code);
	};
	process.on('uncaughtException', onFault);
	return () => process.off('uncaughtException', onFault);
}
