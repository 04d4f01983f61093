import type {Gpu, GpuChoice} from '../domain/topology.ts';
import {askTool} from './ask-tool.ts';

type Chosen = {
	/** Absent where nothing restricts the choice. */
	readonly gpuChoice?: GpuChoice;
	/** As they were, but for a GPU of which only a MIG instance may be used: that one has the instance's UUID. */
	readonly gpus: readonly Gpu[];
};

type Environment = {readonly [name: string]: string | undefined};

/** By UUID of an instance, that of its GPU. */
type MigParents = ReadonlyMap<string, string>;

/** What CUDA or Slurm leave to this process. Source: CUDA C++ Programming Guide, "CUDA Environment Variables". */
export async function readGpuChoice(
	gpus: readonly Gpu[],
	env: Environment,
	listMig: () => Promise<MigParents> = queryMigParents,
): Promise<Chosen> {
	const visible = env.CUDA_VISIBLE_DEVICES;
	if (visible === undefined) return {...chooseSlurm(gpus, env), gpus};
	const parents = visible.includes('MIG-') ? await listMig() : new Map<string, string>();
	const found = takeKnown(visible.split(','), gpus, parents);
	const instances = new Map(found.map(({index, uuid}) => [index, uuid]));
	return {
		gpuChoice: {indexes: [...instances.keys()], source: `CUDA_VISIBLE_DEVICES=${visible}`},
		gpus: gpus.map((gpu) => ({...gpu, uuid: instances.get(gpu.index) ?? gpu.uuid})),
	};
}

type Found = {readonly index: number; readonly uuid: string};

/** Up to the first entry that names nothing, as CUDA reads it; of several instances of a GPU the first one. */
function takeKnown(entries: readonly string[], gpus: readonly Gpu[], parents: MigParents): readonly Found[] {
	const found: Found[] = [];
	for (const entry of entries) {
		const one = findEntry(entry.trim(), gpus, parents);
		if (!one) break;
		if (!found.some(({index}) => index === one.index)) found.push(one);
	}
	return found;
}

/** `1`, `GPU-8a…` (or its beginning), `MIG-8a…`, and `MIG-GPU-8a…/1/0` of drivers before 470. */
function findEntry(entry: string, gpus: readonly Gpu[], parents: MigParents): Found | undefined {
	if (/^\d+$/.test(entry)) return gpus[Number(entry)];
	if (entry.startsWith('MIG-')) {
		const parent = /^MIG-(GPU-[^/]+)\//.exec(entry)?.[1] ?? parents.get(entry);
		const gpu = gpus.find(({uuid}) => uuid === parent);
		return gpu && {index: gpu.index, uuid: entry};
	}
	const named = gpus.filter(({uuid}) => entry.startsWith('GPU-') && uuid.startsWith(entry));
	return named.length === 1 ? named[0] : undefined;
}

/** A job's devices may be the only ones that are here at all, and are counted anew then. */
function chooseSlurm(gpus: readonly Gpu[], env: Environment): Pick<Chosen, 'gpuChoice'> {
	const name = ['SLURM_STEP_GPUS', 'SLURM_JOB_GPUS'].find((variable) => env[variable]);
	if (name === undefined) return {};
	const listed = (env[name] ?? '').split(',').map(Number).filter(Number.isInteger);
	if (gpus.length <= listed.length) return {};
	const indexes = gpus.map(({index}) => index).filter((index) => listed.includes(index));
	return {gpuChoice: {indexes, source: `${name}=${env[name]}`}};
}

const LIMIT_MS = 30_000;

async function queryMigParents(): Promise<MigParents> {
	const answer = await askTool('nvidia-smi', ['-L'], {timeoutMs: LIMIT_MS});
	return parseMigParents(answer.kind === 'answered' ? answer.stdout : '');
}

/** `GPU 0: NAME (UUID: GPU-…)` and below it `  MIG 1g.10gb Device 0: (UUID: MIG-…)`. */
export function parseMigParents(listing: string): MigParents {
	const parents = new Map<string, string>();
	let gpu: string | null = null;
	for (const line of listing.split('\n')) {
		const uuid = /\(UUID: ([^)]+)\)/.exec(line)?.[1];
		if (uuid?.startsWith('GPU-')) gpu = uuid;
		else if (uuid && gpu) parents.set(uuid, gpu);
	}
	return parents;
}
