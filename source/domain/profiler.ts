/** How a profiling pass is captured, as its plan chose it for the profiler that is here. */
export type CapturePlan = {
	/** What stands between the profiler's name and the program, but for where the report goes. */
	readonly options: readonly string[];
	/** The report's path without its ending, relative to the run's folder. */
	readonly report: string;
};

/** A profiler that cannot be used here, and what mends it. */
export type Unusable = {readonly kind: 'unusable'; readonly reason: string; readonly advice: string};

export type NsysTool = {
	readonly kind: 'usable';
	readonly version: string;
	/** Names of the options that its `--help` has. */
	readonly options: readonly string[];
	/** Whether one process can leave a report for each of its capture ranges. */
	readonly canRepeat: boolean;
};

export type NcuTool = {
	readonly kind: 'usable';
	readonly version: string;
	/** Names of metrics without their endings, as it lists them for this GPU; null where it does not. */
	readonly metrics: readonly string[] | null;
	/** Text of ICD_NCU_CMD, which older guides set; null without. */
	readonly template: string | null;
};

/** What was found of the profilers that a suite asks for; absent ones were not asked. */
export type ProfilerTools = {readonly nsys?: NsysTool | Unusable; readonly ncu?: NcuTool | Unusable};

const PLAYED: Unusable = {kind: 'unusable', reason: 'sees nothing on a simulated host', advice: 'leave --simulate out'};

/** Of a host that is only played: a report of it would be invented. */
export const NOT_PLAYED: ProfilerTools = {nsys: PLAYED, ncu: PLAYED};
