import type {Json} from '../domain/json.ts';
import {askPython} from './ask-python.ts';

/** What PyTorch says after it was really imported. */
export type TorchAnswer =
	| {
			readonly torch: string;
			/** CUDA that it was built for; null for a build for CPUs only. */
			readonly cuda: string | null;
			readonly cudaAvailable: boolean;
			readonly deviceCount: number;
			/** Of the GPUs that it sees, as nvidia-smi writes them; absent where PyTorch is too old to tell. */
			readonly uuids?: readonly string[];
			/** Whether Python keeps what it compiles of it; else each start takes seconds longer. */
			readonly isKeptCompiled: boolean;
	  }
	| {readonly problem: string};

type TorchOptions = {
	/** Default: ours. */
	readonly env?: NodeJS.ProcessEnv;
	/** Default 120 s: a cold import takes more than ten. */
	readonly timeoutMs?: number;
};

const ASK_TORCH = `
import importlib.util, json, os, torch
available = torch.cuda.is_available()
count = torch.cuda.device_count() if available else 0
uuids = [getattr(torch.cuda.get_device_properties(i), "uuid", None) for i in range(count)]
print("::answer " + json.dumps({
    "torch": str(torch.__version__),
    "cuda": torch.version.cuda,
    "cudaAvailable": available,
    "deviceCount": count,
    "uuids": None if None in uuids else [str(uuid) for uuid in uuids],
    "compiled": os.path.exists(importlib.util.cache_from_source(torch.__file__)),
}))
`;

/** Imports torch in a process of its own and asks it for the GPUs that it can use. */
export async function askTorch(path: string, options: TorchOptions = {}): Promise<TorchAnswer> {
	const {env = process.env, timeoutMs = 120_000} = options;
	const answer = await askPython(path, ASK_TORCH, {env: {...env, CUDA_DEVICE_ORDER: 'PCI_BUS_ID'}, timeoutMs});
	if (answer.kind === 'failed') return {problem: `${answer.problem} Type ${path} -c 'import torch' to see it all.`};
	const {torch, cuda, cudaAvailable, deviceCount, uuids, compiled} = answer.value;
	return {
		torch: String(torch),
		cuda: typeof cuda === 'string' ? cuda : null,
		cudaAvailable: cudaAvailable === true,
		deviceCount: Number(deviceCount),
		...readUuids(uuids),
		isKeptCompiled: compiled === true,
	};
}

function readUuids(uuids: Json | undefined): {readonly uuids?: readonly string[]} {
	if (!Array.isArray(uuids)) return {};
	return {uuids: uuids.map(String).map((uuid) => (/^(GPU|MIG)-/.test(uuid) ? uuid : `GPU-${uuid}`))};
}
