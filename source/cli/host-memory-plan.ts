import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {owesResult} from '../domain/workload.ts';
import {createMemoryReader} from '../effects/free-memory.ts';
import type {Composition} from '../plan/compose.ts';
import {type HostMemory, type HostNeed, type HostRoom, judgeHostMemory} from '../plan/host-memory.ts';
import {measureNeeds, NO_PEAKS, type Peaks} from '../plan/memory-needs.ts';
import type {Plan} from '../plan/plan.ts';
import {readRoom} from './check-room.ts';
import {identify} from './estimate.ts';
import type {MemoryLimit} from './estimate-time.ts';
import {chooseBaseDir} from './outputs.ts';
import {readPeaks} from './past-durations.ts';
import type {Preparation} from './prepare.ts';

type Planned = Pick<Preparation, 'plan' | 'composition' | 'machine'>;

type PlannedMemory = {
	readonly judged: HostMemory;
	/** What keeps experiments apart in time; undefined where nothing does. */
	readonly limit: MemoryLimit | undefined;
};

/** What the run's own admission will say, beforehand: the same needs against what is free now. */
export async function planHostMemory({plan, composition, machine}: Planned): Promise<PlannedMemory> {
	const isHere = machine.topology.origin === 'measured';
	const {memoryMiB} = readRoom(machine, composition);
	const room = isHere ? await createMemoryReader().readHost() : {totalMiB: memoryMiB, freeMiB: null};
	return weighHostMemory(plan, composition, readPeaks(chooseBaseDir(composition), plan.suite), room);
}

/** As `plan --json` has it. */
export const exportHostMemory = ({totalMiB, roomMiB, lanesAtOnce, atOnce, limits, apart}: HostMemory): JsonObject => ({
	total_mib: totalMiB,
	room_mib: roomMiB,
	at_once: atOnce,
	at_once_without_limit: lanesAtOnce,
	limits: limits.map(({neededMiB, source, experiments, ids, atOnce: fitting, isNever}) => ({
		needed_mib: neededMiB,
		...{source, experiments, ids, at_once: fitting, never: isNever},
	})),
	apart: apart.map(({id, mib}) => ({id, needed_mib: mib})),
});

function weighHostMemory(
	plan: Plan,
	{jobs}: Composition,
	peaks: ReadonlyMap<string, Peaks>,
	room: HostRoom,
): PlannedMemory {
	const bundled = new Map(jobs.map(({number, suite}) => [number, owesResult(suite.experiment.workload)]));
	const needOf = (experiment: Experiment): HostNeed => {
		const known = peaks.size === 0 ? NO_PEAKS : (peaks.get(identify(experiment)) ?? NO_PEAKS);
		const {hostMiB, hostSource} = measureNeeds(experiment, bundled.get(experiment.job) ?? false, known);
		return {mib: hostMiB, source: hostSource};
	};
	const judged = judgeHostMemory(plan, needOf, room);
	const {roomMiB, apart} = judged;
	if (apart.length === 0 || roomMiB === null) return {judged, limit: undefined};
	return {judged, limit: {roomMiB, needOf: (experiment) => needOf(experiment).mib}};
}
