import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {createProcesses, createProcessTools, type ProcessOptions} from '../../source/effects/processes.ts';
import {createWarmProcesses} from '../../source/effects/warm-processes.ts';
import type {LaunchedProcess, ProcessReport, WarmProcesses} from '../../source/engine/ports.ts';
import {makeFolder, workload} from './launching.ts';

type Step = {
	readonly say?: string;
	readonly tell?: {readonly [key: string]: unknown};
	readonly as?: string;
	readonly complain?: string;
	readonly waitMs?: number;
	readonly exit?: number;
	readonly stubborn?: true;
};

export type Asked = {
	readonly key?: string;
	readonly steps?: readonly Step[];
	readonly done?: {readonly [key: string]: unknown};
	readonly argv?: readonly string[];
};

export type Served = LaunchedProcess & {
	readonly lines: readonly string[];
	readonly stdout: string;
	readonly stderr: string;
};

export type Bench = {
	readonly folder: string;
	/** Begins the tags of its workers. */
	readonly token: string;
	readonly warm: WarmProcesses;
	readonly ask: (id: string, asked?: Asked) => Promise<Served>;
	/** Launches and waits for the end. */
	readonly finish: (id: string, asked?: Asked) => Promise<Served & {readonly report: ProcessReport}>;
};

/** Real workers that do what each request says; whatever is left of them is ended after the test. */
export function openBench(test: TestContext, options: ProcessOptions = {}): Bench {
	const folder = makeFolder(test);
	const token = `test ${folder}`;
	const tools = createProcessTools(options);
	const warm = createWarmProcesses(tools);
	test.after(() => createProcesses({}, tools).endTagged(`${token}:`, 0));

	const ask = async (id: string, {key = 'a', steps = [], done = {}, argv = []}: Asked = {}): Promise<Served> => {
		const files = {
			stdout: join(folder, `${id}.stdout`),
			stderr: join(folder, `${id}.stderr`),
			exitStatus: `${folder}/x`,
		};
		const lines: string[] = [];
		const launched = await warm.launch({
			argv: [process.execPath, workload('serve.mjs'), ...argv],
			env: {},
			cwd: folder,
			files,
			tag: `${token}:${id}:1`,
			onLine: (line) => lines.push(line),
			worker: {
				key,
				lane: 'gpu0',
				tag: `${token}:worker:${key}:`,
				line: JSON.stringify({run_id: id, steps, done}),
			},
		});
		return {...launched, lines, stdout: files.stdout, stderr: files.stderr};
	};
	const finish = async (id: string, asked: Asked = {}) => {
		const served = await ask(id, asked);
		return {...served, report: await served.finished};
	};
	return {folder, token, warm, ask, finish};
}
