/** Keys of `experiment.workload` that say what a command is given: files, environment, folder, device. */
export const commandKeys = {} as const;
