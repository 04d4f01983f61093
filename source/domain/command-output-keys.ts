/** Keys of `experiment.workload` that say what a command leaves: numbers, stages, files. */
export const commandOutputKeys = {} as const;
