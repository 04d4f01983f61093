import type {Experiment} from '../domain/experiment.ts';
import {findGpu, type Topology} from '../domain/topology.ts';
import type {Claim} from './device-claims.ts';
import {countInside, type DeviceForm} from './tell-device.ts';

export type Verdict = {readonly weight: 'problem' | 'notice'; readonly message: string; readonly advice: string};

type Placed = Pick<Experiment, 'device' | 'gpuId' | 'lane'>;

/** What of a claim cannot be true on the lanes that it is planned for; null where it is. */
export function judgeClaim(
	claim: Claim,
	form: DeviceForm,
	experiments: readonly Placed[],
	topology: Topology,
): Verdict | null {
	const placed = experiments.filter(({device, gpuId}) => device === 'cuda' && gpuId !== null);
	if (claim.kind === 'mps') {
		return notice(`${claim.text} names a device of Macs, and this machine has CUDA or a CPU.`, `write \${device}`);
	}
	if (placed.length === 0) {
		if (claim.kind === 'option' || claim.kind === 'visible') return null;
		return notice(
			`${claim.text} names CUDA, and these experiments see no GPU.`,
			`write \${device}, or give it one: experiment.hardware.gpu_ids=auto`,
		);
	}
	const wrong = placed.filter((one) => contradicts(claim, form, one, topology));
	if (wrong.length === 0) return null;
	const lanes = [...new Set(wrong.map(({lane}) => lane))].join(', ');
	const all = new Set(placed.map(({lane}) => lane)).size;
	return explain(claim, form, wrong.length === placed.length && all === 1 ? lanes : `${lanes} of ${all} lanes`);
}

function contradicts(claim: Claim, form: DeviceForm, {gpuId}: Placed, topology: Topology): boolean {
	if (gpuId === null) return false;
	const inside = countInside(form, gpuId, topology);
	switch (claim.kind) {
		case 'torch':
			return form !== 'none' && claim.index !== inside;
		case 'torch-index':
			return form !== 'none' && gpuId !== inside;
		case 'option':
			return form !== 'none' && claim.index !== (form === 'open' ? gpuId : inside);
		case 'visible':
			return !isSame(claim.value, gpuId, topology);
		default:
			return false;
	}
}

function isSame(value: string, gpuId: number, topology: Topology): boolean {
	const uuid = findGpu(topology, gpuId)?.uuid;
	return value === String(gpuId) || (uuid !== undefined && value.startsWith('GPU-') && uuid.startsWith(value));
}

function explain(claim: Claim, form: DeviceForm, lanes: string): Verdict {
	if (claim.kind === 'visible') {
		return problem(
			`${claim.text} would put what runs on ${lanes} on another GPU than its own.`,
			'leave it out: each lane sets it for its own GPU, and experiment.hardware.gpu_ids=[N] chooses the GPUs',
		);
	}
	if (claim.kind === 'option') {
		return notice(
			`${claim.text} is the same on every lane: ${describeSight(form)} (${lanes}).`,
			form === 'open'
				? `write \${gpu.index} for the number`
				: `write 0 for the number, or use experiment.workload.device=open and \${gpu.index}`,
		);
	}
	return problem(
		`${claim.text} is not the GPU of ${lanes}: ${describeSight(form)}.`,
		`write \${device}, which is each lane’s own`,
	);
}

const describeSight = (form: DeviceForm): string =>
	form === 'open' ? 'the program sees all GPUs, each by its number' : 'the program sees one GPU, which is 0 inside it';

const problem = (message: string, advice: string): Verdict => ({weight: 'problem', message, advice});
const notice = (message: string, advice: string): Verdict => ({weight: 'notice', message, advice});
