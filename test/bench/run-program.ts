import {spawn} from 'node:child_process';
import {closeSync, openSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export type Finished = {
	/** From before the spawn to the end. */
	readonly wallMs: number;
	readonly stdout: string;
	/** Largest resident size that was seen of the program itself; 0 when it was too short to be seen. */
	readonly peakKiB: number;
};

type Running = {
	readonly cwd?: string;
	/** Goes to standard input. */
	readonly input?: string;
	/** Takes standard output instead of the result. */
	readonly outputFile?: string;
	/** Exit statuses that are no failure; default 0. */
	readonly codes?: readonly (number | null)[];
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const memoryEveryMs = 100;

/** Runs a program to its end; anything but exit status 0 breaks the benchmark, because its time would mean nothing. */
export async function runProgram(
	program: string,
	args: readonly string[],
	{cwd, input = '', outputFile, codes = [0]}: Running = {},
): Promise<Finished> {
	const output = outputFile === undefined ? null : openSync(outputFile, 'w');
	const startedAt = performance.now();
	const child = spawn(program, args, {cwd, stdio: ['pipe', output ?? 'pipe', 'pipe']});
	const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
	const memory = watchMemory(child.pid);
	child.stdin?.end(input);
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	const wallMs = performance.now() - startedAt;
	if (output !== null) closeSync(output);
	if (!codes.includes(code)) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${stderr()}`);
	return {wallMs, stdout: stdout(), peakKiB: memory()};
}

/** Bundles a file of the benchmark as the program is bundled, so that no loader is measured, and returns its path. */
export async function bundle(name: string, folder: string): Promise<string> {
	const target = join(folder, name.replace(/\.tsx?$/, '.mjs'));
	await runProgram(process.execPath, [join(root, 'bin/build.mjs'), join(root, 'test/bench', name), target]);
	return target;
}

export const builtProgram = join(root, 'dist/main.js');

function collect(stream: NodeJS.ReadableStream | null): () => string {
	const chunks: Buffer[] = [];
	stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
	return () => Buffer.concat(chunks).toString();
}

function watchMemory(pid: number | undefined): () => number {
	let peakKiB = 0;
	const look = () => {
		peakKiB = Math.max(peakKiB, readPeakKiB(pid));
	};
	const timer = setInterval(look, memoryEveryMs);
	return () => {
		clearInterval(timer);
		return peakKiB;
	};
}

function readPeakKiB(pid: number | undefined): number {
	try {
		return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
	} catch {
		return 0;
	}
}
