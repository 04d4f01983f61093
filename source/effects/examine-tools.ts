import {existsSync} from 'node:fs';
import {delimiter, isAbsolute, join} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {broken, type Finding, missing, note, ok} from '../report/finding.ts';
import {askTool, type ToolAnswer} from './ask-tool.ts';
import {findProgram} from './find-program.ts';
import {NVML_LIBRARIES} from './nvml-process.ts';

type Tool = {
	readonly name: string;
	/** A call that touches no GPU and ends with 0. */
	readonly args: readonly string[];
	readonly without: string;
	readonly mend: string;
};

const TOOLS: readonly Tool[] = [
	{
		name: 'numactl',
		args: ['--show'],
		without: 'nothing can be bound strictly',
		mend: 'apt-get install numactl   (dnf install numactl)',
	},
];

type ToolOptions = {readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number};

/** Each tool is really run, so that one that cannot start is no tool that is there. */
export const examineTools = (options: ToolOptions): readonly Promise<Finding>[] =>
	TOOLS.map((tool) => examineTool(tool, options));

async function examineTool({name, args, without, mend}: Tool, options: ToolOptions): Promise<Finding> {
	const answer = await askTool(name, args, options);
	if (answer.kind === 'absent') return missing(name, `not on PATH; ${without}`, mend);
	if (answer.kind === 'answered' && answer.code === 0) return ok(name, readVersion(answer.stdout) ?? 'it answers');
	return broken(name, describeFailure(answer), `${name} ${args.join(' ')}`);
}

function describeFailure(answer: Exclude<ToolAnswer, {kind: 'absent'}>): string {
	if (answer.kind === 'hung') return `it did not answer within ${answer.afterMs / 1000} s`;
	if (answer.kind === 'failed') return `it could not be run (${answer.problem})`;
	const said = `${answer.stderr}\n${answer.stdout}`.trim().split('\n')[0]?.replace(/\.$/, '');
	return `it ended with code ${answer.code}: ${said || 'it printed nothing'}`;
}

const readVersion = (text: string): string | null => /[Vv]ersion:? (\d[\w.]*)/.exec(text)?.[1] ?? null;

/** The newest CUDA that the driver serves, from the table that nvidia-smi prints; null where it does not say. */
export async function readDriverCuda(options: ToolOptions): Promise<string | null> {
	const answer = await askTool('nvidia-smi', [], options);
	return answer.kind === 'answered' ? (/CUDA Version: (\d+\.\d+)/.exec(answer.stdout)?.[1] ?? null) : null;
}

/** Whether nvidia-smi is there; what it answers is the topology's matter. */
export function examineNvidiaSmi(env: NodeJS.ProcessEnv, isNeeded: boolean): Finding {
	const path = findOnPath('nvidia-smi', env);
	if (path !== null) return ok('nvidia-smi', path);
	if (!isNeeded) return note('nvidia-smi', 'not on PATH; without a driver there is nothing for it to show');
	return missing('nvidia-smi', 'not on PATH; it comes with the driver', 'export PATH=$PATH:FOLDER_OF_NVIDIA_SMI');
}

/** The file that a name on PATH stands for, or null. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | null {
	try {
		return findProgram(name, env, '/');
	} catch (error) {
		if (error instanceof UserError) return null;
		throw error;
	}
}

/** NVIDIA's management library where a run will look for it. */
export function findManagementLibrary(env: NodeJS.ProcessEnv): string | null {
	const folders = (env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(isAbsolute);
	const preferred = folders.map((folder) => join(folder, 'libnvidia-ml.so.1'));
	return [...preferred, ...NVML_LIBRARIES.filter(isAbsolute)].find((path) => existsSync(path)) ?? null;
}
