/** Hands the terminal back for as long as the promise lasts, then draws everything anew; Ink's own. */
export type SuspendTerminal = (during: () => void | Promise<void>) => Promise<void>;

/**
 * `kill -TSTP` stops the program on the user's own screen and `kill -CONT` brings its screen back, also after a STOP
 * that nobody could prepare for. The returned function ends the watch.
 */
export function followStops(suspend: SuspendTerminal): () => void {
	const stop = (): void => void suspend(() => void process.kill(process.pid, 'SIGSTOP')).catch(ignore);
	const goOn = (): void => void suspend(() => {}).catch(ignore);
	process.on('SIGTSTP', stop);
	process.on('SIGCONT', goOn);
	return () => {
		process.off('SIGTSTP', stop);
		process.off('SIGCONT', goOn);
	};
}

/** A second stop during the first changes nothing. */
const ignore = (): void => {};
