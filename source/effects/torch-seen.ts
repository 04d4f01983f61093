import {createHash} from 'node:crypto';
import {chooseCachePath, readCache, writeCache} from './cache-file.ts';
import {readBoot} from './process-identity.ts';

/** What PyTorch's answer hangs on, beside this boot and the variables that libraries read. */
export type Sight = {
	readonly path: string;
	readonly torch: string | null;
	readonly cuda: string | null;
	readonly driverVersion: string | null;
	readonly gpuUuids: readonly string[];
};

type SeenTorch = {
	/** Whether a PyTorch that is the same in all of this saw a GPU within the hour. */
	readonly isFresh: (sight: Sight) => boolean;
	readonly keep: (sight: Sight) => void;
};

const LASTS_MS = 3_600_000;
const MOST_KEPT = 20;
/** The loader's, CUDA's and Python's own: each can hide a GPU or choose other libraries. */
const READ = /^(CUDA|NVIDIA|NCCL|PYTORCH|TORCH|PYTHON|LD_|VIRTUAL_ENV$|CONDA_PREFIX$)/;

/** Remembers for an hour that PyTorch saw a GPU, because to import it once more takes seconds; a refusal is never kept. */
export function createSeenTorch(env: NodeJS.ProcessEnv, now: () => number): SeenTorch {
	const file = chooseCachePath(env, 'torch-seen.json');
	const name = (sight: Sight): string => {
		const variables = Object.entries(env).filter(([key]) => READ.test(key));
		return createHash('sha256')
			.update(JSON.stringify([readBoot(), sight, variables.sort()]))
			.digest('hex');
	};
	return {
		isFresh: (sight) => {
			const age = now() - (readKept(file)[name(sight)] ?? 0);
			return age >= 0 && age < LASTS_MS;
		},
		keep: (sight) => {
			const others = Object.entries(readKept(file)).sort(([, one], [, other]) => one - other);
			writeCache(file, Object.fromEntries([...others.slice(1 - MOST_KEPT), [name(sight), now()]]));
		},
	};
}

function readKept(file: string): Readonly<Record<string, number>> {
	const isTime = (value: unknown) => typeof value === 'number';
	return Object.fromEntries(Object.entries(readCache(file) ?? {}).filter(([, value]) => isTime(value)));
}
