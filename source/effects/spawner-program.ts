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
	/** It gets a pipe to read from, which closes with the spawner; otherwise its input is empty. */
	readonly hasInput?: boolean;
};

/** For a program with an input: text for it to read; null closes it. */
export type InputOrder = {readonly number: number; readonly input: string | null};

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
	const inputs = new Map<number, NodeJS.WritableStream>();
	const answer = (message: SpawnAnswer) => {
		// The runner may have gone meanwhile; what it started lives on without us.
		if (process.connected) process.send?.(message, () => {});
	};

	const start = async ({number, program, args, cwd, env, stdout, stderr, hasInput}: SpawnOrder) => {
		const files: number[] = [];
		try {
			for (const path of [stdout, stderr]) files.push(openSync(path, 'a'));
			const [out = 'ignore', err = 'ignore'] = files;
			const stdin = hasInput ? 'pipe' : 'ignore';
			const child = spawn(program, args, {cwd, env, detached: true, stdio: [stdin, out, 'ignore', err]});
			if (child.stdin) keepInput(number, child.stdin);
			child.once('exit', (code, signal) => {
				inputs.delete(number);
				answer({kind: 'ended', number, code, signal});
			});
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

	const keepInput = (number: number, input: NodeJS.WritableStream) => {
		// It may have gone before it reads what is written to it.
		input.on('error', () => {});
		inputs.set(number, input);
	};

	const feed = ({number, input}: InputOrder) => {
		if (input === null) inputs.get(number)?.end();
		else inputs.get(number)?.write(input);
	};

	process.on('message', (order: SpawnOrder | InputOrder) => void ('input' in order ? feed(order) : start(order)));
	process.on('disconnect', () => process.exit());
}

/** Loaders for development give functions their names with a call of this name, which the text then needs. */
export const spawnerProgram = `const __name = (named) => named; (${serveSpawns})();`;
