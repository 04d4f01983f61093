import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {Admission, Clock, Verdict} from '../engine/ports.ts';
import type {GpuSample, Lane} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {queryComputePrograms} from './compute-programs.ts';
import type {ForeignPrograms, GpuProcess} from './foreign-programs.ts';
import {type Lease, leaseGpu} from './gpu-lease.ts';
import type {MemoryGuard} from './memory-guard.ts';

type AdmissionOptions = {
	/** Host-wide folder of the leases; null where there is no safe one. */
	readonly leaseFolder: string | null;
	readonly clock: Clock;
	readonly warpdeck: string;
	/** The run's folder, absolute. */
	readonly run: string;
	readonly foreign: ForeignPrograms;
	readonly memory: MemoryGuard;
	/** Workers of ours that are alive on a lane while nothing runs there. */
	readonly countWorkers: (lane: LaneId) => number;
	/** Default: one nvidia-smi. */
	readonly queryPrograms?: typeof queryComputePrograms;
};

/** A sample that is older says nothing about now. */
const FRESH_MS = 5000;
/** Asking nvidia-smi disturbs what is measured beside it, so lanes that start together share an answer. */
const SHARED_MS = 2000;

/** Asks in turn whether others hold the GPU, compute on it, or use the memory; what is unknown stands in nobody's way. */
export function createAdmission(options: AdmissionOptions): Admission {
	const {clock, foreign, memory} = options;
	const leases = new Map<LaneId, Lease>();
	const ask = createProgramReader(options);

	const askLane = async (experiment: Experiment, lane: Lane, state: RunState): Promise<Asked> => {
		const leased = await leaseLane(lane, leases, options);
		if (leased.verdict.kind !== 'admitted') return leased;
		const programs =
			experiment.conditions?.foreign === 'ignore'
				? []
				: foreign.listAll(await ask(lane, state), options.countWorkers(lane.id));
		if (programs.length > 0) return {verdict: describeUsed(lane, programs), notes: leased.notes};
		return {verdict: await memory.judge(experiment, state, clock.now()), notes: leased.notes};
	};

	return {
		ask: (experiment, lane, state) => askLane(experiment, lane, state),
		leave: async (lane) => {
			const lease = leases.get(lane);
			leases.delete(lane);
			await lease?.release();
		},
		listForeign: (sample) => foreign.list(sample.processes ?? []),
	};
}

type Asked = {readonly verdict: Verdict; readonly notes: readonly string[]};

const ADMITTED: Asked = {verdict: {kind: 'admitted'}, notes: []};

async function leaseLane(
	lane: Lane,
	leases: Map<LaneId, Lease>,
	{leaseFolder: folder, clock, warpdeck, run}: AdmissionOptions,
): Promise<Asked> {
	if (lane.gpuUuid === null || folder === null || leases.has(lane.id)) return ADMITTED;
	const answer = await leaseGpu(lane.gpuUuid, {folder, clock, warpdeck, run}).catch(() => null);
	// A full or forbidden folder must not keep a machine idle that nobody else may want.
	if (!answer)
		return {...ADMITTED, notes: [`${lane.label} could not be leased in ${folder}: others may time on it too.`]};
	if (answer.kind === 'held') {
		return {verdict: {kind: 'wait', cause: 'busy', reason: `${lane.label} is timed on by ${answer.by}`}, notes: []};
	}
	leases.set(lane.id, answer.lease);
	const notes = answer.lease.takenOver.map((gone) => `${lane.label}: took over the lease of ${gone}; it is gone.`);
	return {...ADMITTED, notes};
}

const describeUsed = ({label}: Lane, programs: readonly string[]): Verdict => ({
	kind: 'wait',
	cause: 'busy',
	reason: `${label} is used by ${programs.join(', ')}; experiment.foreign=ignore would start beside it`,
});

type ProgramReader = (lane: Lane, state: RunState) => Promise<readonly GpuProcess[]>;

function createProgramReader({clock, queryPrograms = queryComputePrograms}: AdmissionOptions): ProgramReader {
	let shared: {readonly at: number; readonly answer: ReturnType<typeof queryPrograms>} | null = null;
	return async ({gpuId, gpuUuid}, {gpus}) => {
		if (gpuId === null || gpuUuid === null) return [];
		const known = gpus.get(gpuId);
		if (known && clock.now() - known.at <= FRESH_MS && tellsPrograms(known.sample)) return known.sample.processes ?? [];
		if (!shared || clock.now() - shared.at > SHARED_MS) shared = {at: clock.now(), answer: queryPrograms()};
		return (await shared.answer)?.get(gpuUuid) ?? [];
	};
}

const tellsPrograms = ({processes}: GpuSample): boolean => processes !== undefined && processes !== null;
