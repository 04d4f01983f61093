import type {Campaign} from '../domain/campaign.ts';
import type {Foreign} from '../domain/foreign.ts';
import type {JsonObject} from '../domain/json.ts';
import type {RunPolicy} from '../domain/policy.ts';
import type {Workload} from '../domain/suite.ts';
import type {NodeBinding, Topology} from '../domain/topology.ts';
import type {JobRecord, Lane} from './event.ts';

/** The first fact of a run: what it is, where it runs, and under which rules. */
export type OpenedFact = {
	readonly type: 'opened';
	readonly version: number;
	readonly warpdeck: string;
	/** Names this run in the tags of its processes. */
	readonly token: string;
	readonly suite: string;
	readonly overrides: readonly string[];
	/** The composed configuration of the first job. */
	readonly config: JsonObject;
	/** What each job of a sweep changed, in the order of their numbers; later ones come with `planned`. */
	readonly jobs: readonly JobRecord[];
	/** Every different workload of the jobs. */
	readonly workloads: readonly Workload[];
	/** Where the run writes, relative to its folder; `archiveDir`, absolute, is where it is kept once it has ended. */
	readonly output: {readonly logsDir: string; readonly resultsFile: string; readonly archiveDir?: string};
	readonly topology: Topology;
	readonly bindings: {readonly [node: string]: NodeBinding};
	readonly seed: number;
	readonly maxWorkers: number;
	readonly lanes: readonly Lane[];
	/** How many the `planned` facts behind this one hold, so that a plan that was cut off is known; absent in old journals. */
	readonly experiments?: number;
	/** Where the interpreter, tools and workload were found, with versions and hashes. */
	readonly provenance: JsonObject;
	readonly notices: readonly string[];
	/** What is done about failures; absent in journals from before there was any. */
	readonly policy?: RunPolicy;
	/** Its phases and what it may cost; absent outside of a campaign. */
	readonly campaign?: Campaign;
	readonly simulated: boolean;
	/** What another program measured and `import` read; absent for what warpdeck ran itself. */
	readonly foreign?: Foreign;
};
