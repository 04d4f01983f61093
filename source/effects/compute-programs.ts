import {askTool} from './ask-tool.ts';
import type {GpuProcess} from './foreign-programs.ts';
import {parseNumber} from './telemetry-format.ts';

const ARGUMENTS = ['--query-compute-apps=gpu_uuid,pid,used_memory', '--format=csv,noheader,nounits'];
const LIMIT_MS = 10_000;

/** Programs that compute, by the UUID of their GPU; null when nvidia-smi does not tell, which is not the same as none. */
export async function queryComputePrograms(
	env: NodeJS.ProcessEnv = process.env,
): Promise<ReadonlyMap<string, readonly GpuProcess[]> | null> {
	const answer = await askTool('nvidia-smi', ARGUMENTS, {timeoutMs: LIMIT_MS, env});
	return answer.kind === 'answered' && answer.code === 0 ? parseComputePrograms(answer.stdout) : null;
}

/** `GPU-8a…, 4242, 1843` a line; a message instead of that, as on a machine without any, is none. */
export function parseComputePrograms(csv: string): ReadonlyMap<string, readonly GpuProcess[]> {
	const rows = csv.split('\n').flatMap((line) => {
		const [uuid = '', pid = '', memory] = line.split(',').map((column) => column.trim());
		return /^(GPU|MIG)-/.test(uuid) && /^\d+$/.test(pid)
			? [{uuid, process: {pid: Number(pid), memoryMiB: parseNumber(memory)}}]
			: [];
	});
	const byGpu = Map.groupBy(rows, ({uuid}) => uuid);
	return new Map([...byGpu].map(([uuid, own]) => [uuid, own.map(({process}) => process)]));
}
