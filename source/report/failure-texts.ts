import type {Failure} from '../domain/experiment.ts';
import {
	type Ending,
	explainBinding,
	explainConfiguration,
	explainExit,
	explainGpuMemory,
	explainHostMemory,
	explainMissingModule,
	explainNoDevice,
} from './failure-advice.ts';

type Explain = (ending: Ending, text: string, found: RegExpMatchArray) => Failure;

type Text = {
	readonly pattern: RegExp;
	readonly explain: Explain;
	/** Said by a wrapper, so it is no cause once the workload itself has spoken. */
	readonly beforeWorkload?: true;
};

/** What tools and libraries print, most specific first; recorded examples are in fixtures/messages. */
const TEXTS: readonly Text[] = [
	{
		pattern:
			/CUDA out of memory|torch(?:\.cuda)?\.OutOfMemoryError|CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED/,
		explain: (ending, text) => explainGpuMemory(ending, text),
	},
	{
		pattern: /^(?:ModuleNotFoundError|ImportError|\S*python[\d.]*): No module named '?([\w.]+)/m,
		explain: (ending, _text, [, module = '']) => explainMissingModule(ending, module),
	},
	{
		pattern:
			/No CUDA GPUs are available|no CUDA-capable device|Torch not compiled with CUDA|CUDA not available|Found no NVIDIA driver|invalid device ordinal|CUDA driver version is insufficient/,
		explain: (_ending, _text, [found]) => explainNoDevice(found),
	},
	{
		pattern:
			/^MemoryError\b.*|can't allocate memory.*|not enough memory: you tried to allocate.*|std::bad_alloc|Cannot allocate memory|^Killed$|\d+ Killed\b/m,
		explain: (ending, _text, [found]) => explainHostMemory(ending, found),
	},
	{
		pattern:
			/libnuma: Warning: .*out of range|set_mempolicy: .*|setting membind: .*|sched_setaffinity: .*|does not support NUMA policy|No NUMA support available/,
		explain: (ending, _text, [found]) => explainBinding(ending, found),
		beforeWorkload: true,
	},
	{
		pattern: /numactl: execution of `(.+)': (.+)/,
		explain: (_ending, _text, [, program = '', problem = '']) => ({
			kind: 'not-spawned',
			message: `numactl could not start ${program}: ${problem}`,
			advice: `Check that it is there: command -v ${program}`,
		}),
	},
	{
		pattern: /error: ((?:unrecognized arguments|the following arguments are required|argument [^:\n]+:).*)/,
		explain: (_ending, _text, [, problem = '']) => explainConfiguration(problem),
	},
];

/** The failure that its output names, or null when nothing in it is known. */
export function recognizeText(ending: Ending): Failure | null {
	const text = [ending.said?.message ?? '', ending.stderrTail, ending.stdoutTail].join('\n');
	const hasSpoken = ending.said !== null || ending.stdoutTail.includes('::warpdeck ');
	for (const {pattern, explain, beforeWorkload} of TEXTS) {
		if (beforeWorkload && hasSpoken) continue;
		const found = text.match(pattern);
		if (found) return explain(ending, text, found);
	}
	return null;
}

/** The failure that the workload itself names in its `error` line; null when it says none or an unknown kind. */
export function recognizeSaid(ending: Ending): Failure | null {
	if (!ending.said) return null;
	const {kind, message} = ending.said;
	switch (kind) {
		case 'cuda_oom':
			return explainGpuMemory(ending, `${message}\n${ending.stderrTail}`);
		case 'host_oom':
			return explainHostMemory(ending, message);
		case 'no_torch':
			return {...explainMissingModule(ending, 'torch'), message};
		case 'no_cuda':
			return explainNoDevice(message);
		case 'config':
			return explainConfiguration(message);
		case 'compile':
			return {
				...explainExit(ending, 1),
				message: `compiling failed: ${message}`,
				advice: 'To run it uncompiled: experiment.test.compile_model=false',
			};
		case 'wrong-output':
			return {
				...explainExit(ending, 1),
				message,
				advice:
					'Its numbers mean nothing. To see what spoils them: experiment.test.execution=eager, then experiment.test.compile_model=false',
			};
		default:
			return null;
	}
}
