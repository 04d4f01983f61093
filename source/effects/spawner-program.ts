/** A program to start, with its output appended to files that are open already. */
export type SpawnOrder = {
	readonly number: number;
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env: {readonly [name: string]: string | undefined};
	/** Paths below /proc/PID/fd, so that the files are the very ones that the runner follows. */
	readonly stdout: string;
	readonly stderr: string;
};

export type SpawnAnswer =
	/** `stat` is the text of /proc/PID/stat, read before the process can have been reaped. */
	| {readonly kind: 'started'; readonly number: number; readonly pid: number; readonly stat: string}
	| {readonly kind: 'refused'; readonly number: number; readonly message: string; readonly code: string | undefined}
	| {
			readonly kind: 'ended';
			readonly number: number;
			readonly code: number | null;
			readonly signal: NodeJS.Signals | null;
	  };

/** Runs in a process of its own as text, so it may use nothing of this file and nothing that is imported. */
function serveSpawns(): void {
	const {spawn} = process.getBuiltinModule('node:child_process');
	const {closeSync, openSync, readFileSync} = process.getBuiltinModule('node:fs');
	const answer = (message: SpawnAnswer) => {
		// The runner may have gone meanwhile; what it started lives on without us.
		if (process.connected) process.send?.(message, () => {});
	};

	const start = async ({number, program, args, cwd, env, stdout, stderr}: SpawnOrder) => {
		const files: number[] = [];
		try {
			for (const path of [stdout, stderr]) files.push(openSync(path, 'a'));
			const [out = 'ignore', err = 'ignore'] = files;
			const child = spawn(program, args, {cwd, env, detached: true, stdio: ['ignore', out, 'ignore', err]});
			child.once('exit', (code, signal) => answer({kind: 'ended', number, code, signal}));
			const {pid} = child;
			if (pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
			answer({kind: 'started', number, pid, stat: readFileSync(`/proc/${pid}/stat`, 'utf8')});
		} catch (error) {
			const {message, code} = error as NodeJS.ErrnoException;
			answer({kind: 'refused', number, message, code});
		} finally {
			files.forEach(closeSync);
		}
	};

	process.on('message', (order: SpawnOrder) => void start(order));
	process.on('disconnect', () => process.exit());
}

/** Loaders for development give functions their names with a call of this name, which the text then needs. */
export const spawnerProgram = `const __name = (named) => named; (${serveSpawns})();`;
