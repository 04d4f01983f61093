import {existsSync, readFileSync, statfsSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import type {Machine} from '../domain/topology.ts';
import {parseMeminfo} from '../effects/meminfo.ts';
import type {Composition} from '../plan/compose.ts';
import type {Plan, Problem} from '../plan/plan.ts';
import {sayMiB} from '../plan/room.ts';
import {estimateDiskMiB, estimatePinnedMiB} from './estimate.ts';
import {chooseBaseDir} from './outputs.ts';

/** What this machine has, MiB; null where nobody can say. */
export type Room = {readonly memoryMiB: number | null; readonly diskFreeMiB: number | null; readonly baseDir: string};

/** The room of the machine that a plan is for; the disk is only this machine's own. */
export function readRoom({topology}: Machine, composition: Composition): Room {
	const baseDir = chooseBaseDir(composition);
	const isHere = topology.origin === 'measured';
	const nodes = topology.nodes.reduce((sum, {memoryTotalMiB}) => sum + (memoryTotalMiB ?? 0), 0);
	// Virtual machines show nodes of a wrong size, so the larger of both is believed.
	const memoryMiB = Math.max(nodes, isHere ? readMemoryMiB() : 0);
	return {memoryMiB: memoryMiB > 0 ? memoryMiB : null, diskFreeMiB: isHere ? readFreeMiB(baseDir) : null, baseDir};
}

/** What can only fail, whatever the order: more pinned memory than the host has, more output than the disk takes. */
export function findRoomProblems(plan: Plan, {memoryMiB, diskFreeMiB, baseDir}: Room): readonly Problem[] {
	const [pinned, disk] = [estimatePinnedMiB(plan), estimateDiskMiB(plan)];
	const problems: Problem[] = [];
	if (memoryMiB !== null && pinned > memoryMiB)
		problems.push({
			message: `Up to ${pinned} MiB of host memory would be pinned at once, and the host has ${memoryMiB} MiB.`,
			advice: 'a smaller experiment.test.memory_size_mb, or experiment.max_workers=1',
			cells: 1,
		});
	const needs = plan.experiments.map(({conditions}) => conditions?.hostMiB ?? 0);
	const least = needs.reduce((low, need) => Math.min(low, need), Number.POSITIVE_INFINITY);
	// Where only some are too large they are postponed, and the others run.
	if (memoryMiB !== null && needs.length > 0 && least > memoryMiB)
		problems.push({
			message: `Each experiment needs ${sayMiB(least)} of host memory (experiment.memory.host_mb), and the host has ${sayMiB(memoryMiB)}.`,
			advice: 'a machine with more memory, or a smaller experiment.memory.host_mb if it needs less',
			cells: needs.length,
		});
	if (diskFreeMiB !== null && disk > diskFreeMiB)
		problems.push({
			message: `Up to ${disk} MiB would be written, and ${baseDir} has ${diskFreeMiB} MiB free.`,
			advice: 'output.base_dir=FOLDER on another disk',
			cells: 1,
		});
	return problems;
}

function readMemoryMiB(): number {
	try {
		return parseMeminfo(readFileSync('/proc/meminfo', 'utf8')).get('MemTotal') ?? 0;
	} catch {
		return 0;
	}
}

/** Of the file system that will hold the folder, which may not be there yet; null where it does not tell. */
function readFreeMiB(folder: string): number | null {
	let existing = resolve(folder);
	while (!existsSync(existing)) existing = dirname(existing);
	try {
		const {bavail, bsize, blocks} = statfsSync(existing);
		return blocks > 0 ? Math.floor((bavail * bsize) / 2 ** 20) : null;
	} catch {
		return null;
	}
}
