import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {openPty, type PtyOptions, type PtyScreen} from './pty-screen.ts';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));
export const fixtureSuites = join(checkout, 'fixtures/suites');
export const fourGpuHost = join(checkout, 'fixtures/hosts/four-gpus-four-nodes.json');

/** Overrides with which the bundled pipeline takes a second on any machine. */
export const FEW_SAMPLES = [
	'experiment.test.num_samples=20',
	'experiment.test.warmup_samples=5',
	'experiment.test.memory_size_mb=16',
	'experiment.test.tensor_shape=[3,64,64]',
	'experiment.test.min_window_s=0',
	'experiment.test.measure_floors=false',
] as const;

/** Overrides that leave one execution a cell of a study: for what is not about comparing. */
export const ONE_EACH = [
	'experiment.blocks=1',
	'experiment.warmup_blocks=0',
	'experiment.control=false',
	'experiment.exclusive=gpu',
] as const;

type Environment = {readonly [name: string]: string};

/** A folder of a user's own: what warpdeck keeps and writes stays inside it. */
export type Workplace = {
	readonly folder: string;
	readonly env: Environment;
	readonly remove: () => void;
};

export type Ended = {
	/** null after a signal. */
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
};

export type RunningProgram = {
	readonly pid: number;
	/** What it has printed so far. */
	readonly stdout: () => string;
	readonly signal: (name: NodeJS.Signals) => void;
	/** Nobody reads what it prints from here on. */
	readonly closeOutput: () => void;
	readonly ended: Promise<Ended>;
};

type ProgramOptions = {
	readonly env?: Environment;
	/** Default: the built program of this checkout. */
	readonly program?: string;
	/** Default: the Node that runs the tests. */
	readonly node?: string;
	/** Default: none. */
	readonly nodeArguments?: readonly string[];
	readonly timeoutMs?: number;
};

const PATIENCE_MS = 180_000;
/** These say that a program runs in a test or on a server, and would make it behave as nowhere else. */
const UNWANTED = /^(CI|CONTINUOUS_INTEGRATION|TMUX|NO_COLOR|FORCE_COLOR|NODE_.*|WARPDECK_.*)$/;

/** Path of the built program; an old build would be a test of something else. */
export function requireBuild(): string {
	const built = join(checkout, 'dist/main.js');
	if (!existsSync(built)) throw new Error('dist/main.js is not there. Type: npm run build');
	const builtAt = statSync(built).mtimeMs;
	const newer = listSources().find((path) => statSync(path).mtimeMs > builtAt);
	if (newer) throw new Error(`dist/main.js is older than ${newer}. Type: npm run build`);
	return built;
}

const listSources = (): readonly string[] =>
	['source', 'suites'].flatMap((name) =>
		readdirSync(join(checkout, name), {recursive: true, withFileTypes: true})
			.filter((entry) => entry.isFile() && /\.(tsx?|ya?ml|py)$/.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name)),
	);

export function makeWorkplace(): Workplace {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-journey-'));
	const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
	const env = {
		...Object.fromEntries(inherited.filter(([name]) => !UNWANTED.test(name))),
		WARPDECK_CONFIG_DIR: join(folder, 'settings'),
		XDG_CACHE_HOME: join(folder, 'cache'),
		LANG: 'C.UTF-8',
		TZ: 'UTC',
		/** Where the suites of fixtures/suites find their programs. */
		WORKLOADS: join(checkout, 'fixtures/workloads'),
		MESSAGES: join(checkout, 'fixtures/messages'),
	};
	return {folder, env, remove: () => rmSync(folder, {recursive: true, force: true, maxRetries: 5})};
}

/** Starts warpdeck without a terminal, as a script or a service does. */
export function startProgram(
	{folder, env}: Workplace,
	args: readonly string[],
	options: ProgramOptions = {},
): RunningProgram {
	const {program = requireBuild(), node = process.execPath, nodeArguments = [], timeoutMs = PATIENCE_MS} = options;
	const child = spawn(node, [...nodeArguments, program, ...args], {
		cwd: folder,
		env: {...env, ...options.env},
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: timeoutMs,
		killSignal: 'SIGKILL',
	});
	const {ended, stdout} = collect(child);
	return {
		pid: child.pid ?? 0,
		stdout,
		ended,
		signal: (name) => void child.kill(name),
		closeOutput: () => void child.stdout?.destroy(),
	};
}

export const runProgram = (place: Workplace, args: readonly string[], options?: ProgramOptions): Promise<Ended> =>
	startProgram(place, args, options).ended;

/** Starts warpdeck on a terminal of its own. */
export const openProgram = ({folder, env}: Workplace, args: readonly string[], options: PtyOptions = {}): PtyScreen =>
	openPty(process.execPath, [requireBuild(), ...args], {
		cwd: folder,
		timeoutMs: PATIENCE_MS,
		...options,
		env: {...env, ...options.env},
	});

function collect(child: ChildProcess): Pick<RunningProgram, 'stdout' | 'ended'> {
	const texts = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const)
		child[name]?.setEncoding('utf8').on('data', (text: string) => {
			texts[name] += text;
		});
	const ended = new Promise<Ended>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({code, ...texts}));
	});
	return {stdout: () => texts.stdout, ended};
}
