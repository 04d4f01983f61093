import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {createProcesses, createProcessTools, type ProcessOptions} from '../../source/effects/processes.ts';
import {createWarmProcesses} from '../../source/effects/warm-processes.ts';
import type {LaunchedProcess, ProcessReport, ServedRequest, WarmProcesses} from '../../source/engine/ports.ts';
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
	/** Other requests that are wanted soon. */
	readonly soon?: readonly Pick<Asked, 'key' | 'argv'>[];
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

	const word = (id: string, asked: Asked, onLine: (line: string) => void): ServedRequest => {
		const {key = 'a', steps = [], done = {}, argv = []} = asked;
		const files = {
			stdout: join(folder, `${id}.stdout`),
			stderr: join(folder, `${id}.stderr`),
			exitStatus: `${folder}/x`,
		};
		const line = JSON.stringify({run_id: id, steps, done});
		return {
			argv: [process.execPath, workload('serve.mjs'), ...argv],
			env: {},
			cwd: folder,
			files,
			tag: `${token}:${id}:1`,
			onLine,
			worker: {key, lane: 'gpu0', tag: `${token}:worker:${key}:`, line},
		};
	};
	const ask = async (id: string, asked: Asked = {}): Promise<Served> => {
		const lines: string[] = [];
		const request = word(id, asked, (line) => lines.push(line));
		const soon = (asked.soon ?? []).map((one, index) => word(`soon${index}`, one, () => {}));
		const launched = await warm.launch(request, soon);
		return {...launched, lines, stdout: request.files.stdout, stderr: request.files.stderr};
	};
	const finish = async (id: string, asked: Asked = {}) => {
		const served = await ask(id, asked);
		return {...served, report: await served.finished};
	};
	return {folder, token, warm, ask, finish};
}
