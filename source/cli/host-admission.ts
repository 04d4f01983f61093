import {resolve} from 'node:path';
import type {LaneId} from '../domain/experiment.ts';
import {owesResult} from '../domain/workload.ts';
import {createAdmission} from '../effects/admission.ts';
import {createForeignPrograms} from '../effects/foreign-programs.ts';
import {createMemoryReader} from '../effects/free-memory.ts';
import {buryLeasesOf} from '../effects/gpu-lease.ts';
import {findLeaseFolder} from '../effects/lease-files.ts';
import {createMemoryGuard} from '../effects/memory-guard.ts';
import type {Admission, Clock} from '../engine/ports.ts';
import type {Fact, Lane} from '../journal/event.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {NO_PEAKS, type Peaks} from '../plan/memory-needs.ts';
import {VERSION} from './arguments.ts';
import {identify} from './estimate.ts';

type HostAdmissionOptions = {
	readonly clock: Clock;
	readonly token: string;
	/** The run's folder. */
	readonly run: string;
	readonly context: Pick<CommandContext, 'workloadOf'>;
	readonly peaks: ReadonlyMap<string, Peaks>;
	readonly lanes: readonly Lane[];
	/** Workers of ours that are alive on a lane. */
	readonly countWorkers: (lane: LaneId) => number;
};

type HostAdmission = {
	readonly admission: Admission;
	/** What it cannot see from here. */
	readonly limits: readonly Fact[];
};

const chooseLeaseFolder = (): string | null => process.env.WARPDECK_LEASES || findLeaseFolder();

/** What the run's killed runners left in the way of nobody. */
export const buryOwnLeases = (run: string, clock: Clock): Promise<void> =>
	buryLeasesOf(resolve(run), chooseLeaseFolder(), clock.now());

/** Who else is on this machine, and what they leave: leases, programs of others, memory. */
export function createHostAdmission(options: HostAdmissionOptions): HostAdmission {
	const {clock, token, run, context, peaks, lanes, countWorkers} = options;
	const leaseFolder = chooseLeaseFolder();
	const foreign = createForeignPrograms({token});
	const memory = createMemoryGuard({
		reader: createMemoryReader(),
		isBundled: ({job}) => owesResult(context.workloadOf(job)),
		findPeaks: (experiment) => peaks.get(identify(experiment)) ?? NO_PEAKS,
	});
	const admission = createAdmission({
		leaseFolder,
		clock,
		warpdeck: VERSION,
		run: resolve(run),
		foreign,
		memory,
		countWorkers,
	});
	const limits = lanes.some(({gpuUuid}) => gpuUuid !== null) ? listLimits(leaseFolder, foreign.canTell) : [];
	return {admission, limits: limits.map((message) => ({type: 'noted', level: 'info', message}))};
}

function listLimits(leaseFolder: string | null, canTell: boolean): readonly string[] {
	if (leaseFolder === null) {
		return ['GPUs are not leased, because no folder here is shared safely by all users: others may time on them too.'];
	}
	if (canTell) return [];
	return [
		`In this container a GPU is leased from those who share ${leaseFolder} with it, and from nobody else; WARPDECK_LEASES=FOLDER names a folder that other containers have too.`,
		'The numbers of GPU programs are not those of this container: others are noticed before an experiment starts, and not while it runs.',
	];
}
