import type {Cell, Experiment, ExperimentResult, LaneId, Outcome} from '../domain/experiment.ts';
import type {Phase} from '../domain/phases.ts';
import type {CampaignState} from './campaign-state.ts';
import {type Counts, NO_COUNTS} from './counts.ts';
import type {Fact, GpuSample, HostSample, Lane, PauseCause, TelemetrySource} from './event.ts';
import type {Positions} from './positions.ts';
import type {Tally} from './tally.ts';
import {createVector, type Vector} from './vector.ts';

/** Where an experiment stands; each member carries exactly what is true in it. Times are epoch ms. */
export type Stage =
	| {
			readonly kind: 'waiting';
			readonly attempts: number;
			/** Why it waits again; absent for a first attempt, and after a resume. */
			readonly requeued?: {readonly reason: string; readonly by: string; readonly at: number};
			/** It does not start before, epoch ms. */
			readonly notBefore?: number;
	  }
	/** Not tried in this run. */
	| {
			readonly kind: 'postponed';
			readonly attempts: number;
			readonly reason: string;
			readonly at: number;
			/** Absent for a guard. */
			readonly by?: string;
	  }
	/** Not tried any more, in a resumed run neither. */
	| {
			readonly kind: 'skipped';
			readonly attempts: number;
			readonly reason: string;
			readonly at: number;
			readonly by: string;
	  }
	| {
			readonly kind: 'launching';
			readonly attempt: number;
			readonly since: number;
			readonly argv: readonly string[];
			/** Who had it ended, alone; absent for nobody. */
			readonly skipped?: {readonly reason: string; readonly by: string};
	  }
	| Running
	| {
			readonly kind: 'ended';
			readonly attempt: number;
			/** null when the process never started. */
			readonly startedAt: number | null;
			readonly endedAt: number;
			readonly outcome: Outcome;
	  }
	| {
			readonly kind: 'committed';
			readonly attempt: number;
			readonly startedAt: number | null;
			readonly endedAt: number;
			readonly outcome: Outcome;
			readonly result: ExperimentResult;
	  };

export type Running = {
	readonly kind: 'running';
	readonly attempt: number;
	readonly since: number;
	readonly process: ProcessIdentity;
	readonly phase: {readonly name: Phase; readonly title?: string; readonly since: number} | null;
	readonly progress: {readonly done: number; readonly total: number} | null;
	/** When the workload last told a phase, a progress or latencies; null while it has told none. */
	readonly lastSaidAt: number | null;
	/** Since when its processes are stopped; absent while they run. */
	readonly suspended?: {readonly since: number; readonly by: string};
	/** How long they were stopped before, ms; absent for never. */
	readonly suspendedMs?: number;
	/** Who had it ended, alone; absent for nobody. */
	readonly skipped?: {readonly reason: string; readonly by: string};
};

/** Tells our process from every other one, also after a restart or from another container. */
export type ProcessIdentity = {
	readonly pid: number;
	readonly startTicks: number;
	readonly bootId: string;
	readonly pidNamespace: string;
};

export type ExperimentRecord = {
	readonly experiment: Experiment;
	readonly stage: Stage;
	/** How often a rule had it tried again since somebody last asked for it, by what it was after; absent for never. */
	readonly retried?: {readonly [after: string]: number};
};

/** A hold that only a person ends. */
export type Pause = {
	readonly reason: string;
	readonly by: string;
	readonly since: number;
	/** What runs is suspended where that is safe. */
	readonly now: boolean;
};

export type LaneState = {
	readonly lane: Lane;
	/** Positions in `experiments`, in the order in which they run. */
	readonly queue: readonly number[];
	/** Everything before this position of the queue no longer waits. */
	readonly next: number;
	/** Position in `experiments` of what launches or runs here. */
	readonly running: number | null;
	readonly waiting: number;
	/** `waiting` by the kind of experiment, see `kindOf`; a kind of which none waits is absent. */
	readonly waitingKinds: ReadonlyMap<string, number>;
	/** Since when nothing runs here; null while something does. */
	readonly freeSince: number | null;
	readonly succeeded: number;
	readonly invalid: number;
	readonly failed: number;
	/** Of the successes here, for the ETA and for what is usual. */
	readonly tally: Tally;
	readonly postponed: number;
	readonly skipped: number;
	/** Why nothing starts here for now; since is epoch ms. */
	readonly held: {readonly cause: PauseCause; readonly reason: string; readonly since: number} | null;
	/** Who holds it beside the guards, until somebody continues it. */
	readonly paused: Pause | null;
	/** When somebody last continued it or the run: failures before do not count against it. */
	readonly continuedAt: number | null;
	/** Why nothing starts here any more. */
	readonly quarantined: {readonly reason: string; readonly since: number} | null;
	/** Latencies of the latest measured experiment, ms, at most MAX_LATENCIES, in order. */
	readonly latest: LatestLatencies | null;
};

/** Kept in parts, because a part that is full is never copied again. */
export type LatestLatencies = {readonly id: string; readonly parts: readonly (readonly number[])[]};

export const listLatencies = ({parts}: LatestLatencies): readonly number[] => parts.flat().slice(-MAX_LATENCIES);

type GpuState = {readonly sample: GpuSample; readonly at: number};

export {type Counts, NO_COUNTS} from './counts.ts';

export type Opened = Extract<Fact, {type: 'opened'}> & {readonly at: number};

export type RunState = {
	readonly opened: Opened | null;
	readonly cells: readonly Cell[];
	readonly experiments: Vector<ExperimentRecord>;
	readonly positions: Positions;
	readonly lanes: ReadonlyMap<LaneId, LaneState>;
	readonly counts: Counts;
	/** How far its phases are and what it costs; null outside of a campaign. */
	readonly campaign: CampaignState | null;
	/** Of the successes of the run, by the kind of experiment. */
	readonly tallies: ReadonlyMap<string, Tally>;
	/** Experiments that were run once more because a result was invalid, and why; by id. */
	readonly repeats: ReadonlyMap<string, {readonly reason: string; readonly at: number}>;
	/** Positions of what was committed last, at most MAX_ENDS, the newest last. */
	readonly ends: readonly number[];
	/** What those that wait are estimated to write. */
	readonly waitingBytes: number;
	readonly gpus: ReadonlyMap<number, GpuState>;
	readonly host: {readonly sample: HostSample; readonly at: number} | null;
	/** The run says so, or a committed result does: one number that no hardware produced marks all of them. */
	readonly simulated: boolean;
	readonly telemetryLost: string | null;
	/** null before the first sample, and in journals from before sources were told apart. */
	readonly telemetrySource: TelemetrySource | null;
	readonly storageProblem: string | null;
	/** Who holds every lane, until somebody continues the run. */
	readonly paused: Pause | null;
	/** From when on nothing more starts. */
	readonly deadline: {readonly at: number; readonly said: string} | null;
	/** Who asked that nothing more starts. */
	readonly draining: string | null;
	/** Who asked that the running ones end. */
	readonly stopping: string | null;
	readonly closed: {readonly reason: Extract<Fact, {type: 'closed'}>['reason']; readonly at: number} | null;
	readonly notes: readonly {readonly level: 'info' | 'warning'; readonly message: string; readonly at: number}[];
	/** Facts that could not be true, at most MAX_ANOMALIES of them. */
	readonly anomalies: readonly string[];
	readonly anomalyCount: number;
	/** The last event's stamp. */
	readonly seq: number;
	readonly at: number;
};

export const MAX_LATENCIES = 2000;
export const MAX_ENDS = 100;
export const MAX_ANOMALIES = 100;

export const initialState: RunState = {
	opened: null,
	cells: [],
	experiments: createVector(),
	positions: [],
	lanes: new Map(),
	counts: NO_COUNTS,
	campaign: null,
	tallies: new Map(),
	repeats: new Map(),
	ends: [],
	waitingBytes: 0,
	gpus: new Map(),
	host: null,
	simulated: false,
	telemetryLost: null,
	telemetrySource: null,
	storageProblem: null,
	paused: null,
	deadline: null,
	draining: null,
	stopping: null,
	closed: null,
	notes: [],
	anomalies: [],
	anomalyCount: 0,
	seq: 0,
	at: 0,
};

export function noteAnomaly(state: RunState, anomaly: string): RunState {
	const kept = state.anomalies.length < MAX_ANOMALIES ? [...state.anomalies, anomaly] : state.anomalies;
	return {...state, anomalies: kept, anomalyCount: state.anomalyCount + 1};
}
