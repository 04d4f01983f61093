import type {NsysTool} from '../domain/profiler.ts';

/** CUDA and NVTX alone: sampling the CPU needs a privilege and slows everything down. */
const TRACED = [
	'--force-overwrite=true',
	'--trace=cuda,nvtx',
	'--sample=none',
	'--cpuctxsw=none',
	'--cuda-graph-trace=node',
];

/** Ranges that one process may leave a report of; more than a block has experiments, retries included. */
const MOST_RANGES = 1000;

/** A report for each experiment of a process that serves many: the workload opens and closes the range. */
const REPEATED = ['--capture-range=cudaProfilerApi', `--capture-range-end=repeat:${MOST_RANGES}`];

const nameOf = (option: string): string => option.replace(/=.*/s, '');

/** Of a tool that was not asked everything is expected; an older one is told only what its help has. */
export function listNsysOptions(tool: NsysTool | null, isWarm: boolean): readonly string[] {
	const wanted = [...TRACED, ...(isWarm ? REPEATED : [])];
	return tool === null ? wanted : wanted.filter((option) => tool.options.includes(nameOf(option)));
}

/** Names of the options in what `nsys profile --help` prints, and whether a capture range may come again. */
export function readNsysHelp(text: string): Pick<NsysTool, 'options' | 'canRepeat'> {
	const options = [...text.matchAll(/^\s*(?:\([^)]*\)\s*)?(?:-\w,\s*)?(--[a-z][a-z-]*)/gm)].map(
		([, name]) => name ?? '',
	);
	const ending = /--capture-range-end=[\s\S]*?(?=\n\s*(?:\([^)]*\)\s*)?(?:-\w,\s*)?--[a-z])/.exec(
		`${text}\n\n\t--end`,
	)?.[0];
	return {options: [...new Set(options)], canRepeat: /\brepeat\b/.test(ending ?? '')};
}

/** Without these a report holds nothing that we read. */
export const NEEDED_OPTIONS: readonly string[] = ['--trace', '--force-overwrite'];
