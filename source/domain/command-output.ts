import type {CommandOutput, FileRule, MetricRule, SamplesRule} from './command-output-keys.ts';

/** Apart from what checks them, so that a screen need not load it. */
const KEYS: {readonly [key in keyof CommandOutput]-?: true} = {
	metrics: true,
	samples: true,
	stages: true,
	progress: true,
	files: true,
	exit_codes: true,
	success_pattern: true,
	failure_pattern: true,
	degraded_pattern: true,
	computed_on: true,
};

/** Those of its keys that a command has; null where it says nothing of what it leaves. */
export function pickOutput(workload: CommandOutput): CommandOutput | null {
	const said = (Object.keys(KEYS) as (keyof CommandOutput)[]).filter((key) => workload[key] !== undefined);
	return said.length === 0 ? null : Object.fromEntries(said.map((key) => [key, workload[key]]));
}

export const toMetric = (rule: string | MetricRule): MetricRule => (typeof rule === 'string' ? {pattern: rule} : rule);

export const toSamples = (rule: string | SamplesRule): SamplesRule =>
	typeof rule === 'string' ? {pattern: rule} : rule;

export const toFile = (rule: string | FileRule): FileRule => (typeof rule === 'string' ? {path: rule} : rule);
