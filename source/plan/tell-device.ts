import type {Experiment} from '../domain/experiment.ts';
import {findGpu, type Topology} from '../domain/topology.ts';
import type {CommandWorkload} from '../domain/workload.ts';

export type DeviceForm = NonNullable<CommandWorkload['device']>;

type Placed = Pick<Experiment, 'device' | 'gpuId'>;

/**
 * What of the environment says which GPU a program gets. By UUID, because indexes depend on an order that CUDA and
 * nvidia-smi do not share; where indexes are used, that order is fixed too.
 */
export function tellDevice(form: DeviceForm, {device, gpuId}: Placed, topology: Topology) {
	const common: {readonly [name: string]: string} = {PYTHONUNBUFFERED: '1'};
	if (form === 'none') return common;
	if (device !== 'cuda' || gpuId === null) return {...common, CUDA_VISIBLE_DEVICES: ''};
	const uuid = findGpu(topology, gpuId)?.uuid ?? String(gpuId);
	const visible = {
		uuid,
		index: String(gpuId),
		open: listInOrder(topology)
			.map((gpu) => gpu.uuid)
			.join(','),
	}[form];
	return {...common, CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: visible};
}

/** As PyTorch names the GPU inside the program: the only one that it sees is 0, whatever it is outside. */
export function nameTorchDevice(form: DeviceForm, {device, gpuId}: Placed, topology: Topology): string {
	if (device !== 'cuda' || gpuId === null) return 'cpu';
	return `cuda:${countInside(form, gpuId, topology)}`;
}

/** The number that the GPU has inside the program. */
export function countInside(form: DeviceForm, gpuId: number, topology: Topology): number {
	if (form === 'uuid' || form === 'index') return 0;
	const place = listInOrder(topology).findIndex(({index}) => index === gpuId);
	return place === -1 ? gpuId : place;
}

const listInOrder = ({gpus}: Topology) => gpus.toSorted((a, b) => a.index - b.index);
