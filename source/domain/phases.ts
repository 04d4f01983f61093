/** What a workload goes through, in order; apart from the protocol, so that a screen need not load what checks it. */
export const PHASES = ['load', 'compile', 'warmup', 'measure', 'report'] as const;
export type Phase = (typeof PHASES)[number];
