import {UserError} from '../domain/errors.ts';
import type {Device} from '../domain/experiment.ts';
import {findGpu, type Machine, type Topology} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';
import type {Job} from './compose.ts';
import type {PlanContext, ProblemList} from './plan.ts';

/** What a job's experiments are measured on. A machine whose GPUs cannot be asked is no machine without GPUs. */
export function chooseDevice(job: Job, {machine, python}: PlanContext): Device {
	const {workload, hardware} = job.suite.experiment;
	const {gpus, gpuProblem} = machine.topology;
	const wantsGpu =
		hardware.device === 'cuda' || (hardware.device === 'auto' && (gpus.length > 0 || gpuProblem !== null));
	if (hardware.device === 'cuda' && needsNoGpu(job)) throw refuseNoGpu(job);
	if (wantsGpu && !needsNoGpu(job)) return 'cuda';
	return workload === 'vit_pipeline' && python === null ? 'cpu-reference' : 'cpu';
}

const refuseNoGpu = ({suiteName}: Job): UserError =>
	new UserError(
		`${suiteName}: experiment.hardware.device=cuda needs a GPU, and experiment.hardware.gpu_ids names none.`,
		{
			tryThis: ['experiment.hardware.gpu_ids=auto', 'experiment.hardware.device=auto'],
		},
	);

/** An empty list of GPUs asks for CPU lanes, on a machine with GPUs too. */
export const needsNoGpu = ({suite}: Job): boolean => suite.experiment.hardware.gpu_ids.length === 0;

/** GPU indexes of a job; null stands for no GPU, which an empty list asks for. */
export function resolveGpuIds(job: Job, device: Device, {machine}: PlanContext): readonly (number | null)[] {
	const {gpu_ids} = job.suite.experiment.hardware;
	if (gpu_ids !== 'auto') return gpu_ids.length > 0 ? gpu_ids : [null];
	const present = listAllowed(machine);
	return device === 'cuda' && present.length > 0 ? present : [null];
}

const listAllowed = ({topology, gpuChoice}: Machine): readonly number[] =>
	topology.gpus.map(({index}) => index).filter((index) => gpuChoice?.indexes.includes(index) ?? true);

export function checkGpu(
	id: number | null,
	job: Job,
	device: Device,
	{machine}: PlanContext,
	problems: ProblemList,
): void {
	if (device !== 'cuda') return;
	const {gpus, gpuProblem} = machine.topology;
	const isHere = id !== null && findGpu(machine.topology, id) !== undefined;
	const allowed = listAllowed(machine);
	if (isHere && allowed.includes(id)) return;
	const present = gpus.map(({index}) => index);
	if (machine.gpuChoice && (isHere || (id === null && present.length > 0))) {
		refuseChoice(nameGpu(id, job), allowed, {source: machine.gpuChoice.source, key: nameKey(job)}, problems);
	} else if (present.length > 0) {
		problems.add(
			`${nameGpu(id, job)} is not here; this machine has ${present.join(', ')}.`,
			`${nameKey(job)}=[${present.join(',')}]`,
		);
	} else {
		const cause = gpuProblem ? `its GPUs cannot be asked: ${gpuProblem}` : 'it has no NVIDIA GPU';
		problems.add(
			`This machine cannot run on CUDA: ${cause}.`,
			'nvidia-smi   shows the driver; experiment.hardware.device=cpu runs on the CPU',
		);
	}
}

/** A phase that is pinned names its GPUs itself, and that is where they are corrected. */
const nameGpu = (id: number | null, {phase}: Job): string =>
	phase?.isPinned ? `GPU ${id}, which phase ${phase.name} is pinned to,` : `GPU ${id}`;

const nameKey = ({phase}: Job): string =>
	phase?.isPinned ? `experiment.phases.${phase.index}.gpus` : 'experiment.hardware.gpu_ids';

type Choice = {readonly source: string; readonly key: string};

function refuseChoice(gpu: string, allowed: readonly number[], {source, key}: Choice, problems: ProblemList): void {
	if (allowed.length === 0) {
		problems.add(
			`No GPU of this machine may be used: ${source}.`,
			'experiment.hardware.device=cpu runs on the CPU; a variable is taken back with: unset CUDA_VISIBLE_DEVICES',
		);
		return;
	}
	problems.add(`${gpu} may not be used: ${source} leaves ${allowed.join(', ')}.`, `${key}=[${allowed.join(',')}]`);
}

/** One lane a GPU; one for the CPU, whose experiments would only slow each other; or as many as a suite without GPUs asks for. */
export function createLane(gpuId: number | null, device: Device, ordinal: number, topology: Topology): Lane {
	if (device !== 'cuda')
		return {id: `cpu${ordinal}`, gpuId: null, gpuUuid: null, label: ordinal === 0 ? 'CPU' : `CPU ${ordinal}`};
	const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
	return {
		id: `gpu${gpuId ?? 0}`,
		gpuId,
		gpuUuid: gpu?.uuid ?? null,
		label: `GPU ${gpuId ?? 0}${gpu ? ` ${gpu.name}` : ''}`,
	};
}
