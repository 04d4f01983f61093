import type {Invocation} from './dispatch.ts';

/** `--profiler P` is the override that it stands for, so that a run's own words tell of it. */
export function withProfiler({words, flags: {profiler, ...flags}}: Invocation): Invocation {
	return profiler === undefined ? {words, flags} : {words: [...words, `experiment.profiler=${profiler}`], flags};
}
