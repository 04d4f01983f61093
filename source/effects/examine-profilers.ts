import {broken, type Finding, missing, ok} from '../report/finding.ts';
import {NOT_FOUND, readNcu, readNsys} from './profiler-tools.ts';

type Options = {readonly env: NodeJS.ProcessEnv};

/** nsys and ncu, tried as a run tries them: one that starts and can trace nothing is no profiler that is there. */
export const examineProfilers = ({env}: Options): readonly Promise<Finding>[] => [
	readNsys({env}).then((tool) => judge('nsys', tool, 'traces CUDA and NVTX')),
	readNcu({env, hasGpu: false}).then((tool) => judge('ncu', tool, 'may read what counters there are')),
];

function judge(name: string, tool: Awaited<ReturnType<typeof readNsys | typeof readNcu>>, can: string): Finding {
	if (tool.kind === 'usable') return ok(name, `${tool.version}, ${can}`);
	if (tool.reason === NOT_FOUND) return missing(name, 'not on PATH; only profiles need it', tool.advice);
	return broken(name, `it ${tool.reason}`, tool.advice);
}
