import type {GpuSample} from '../journal/event.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import {type NvmlRow, type NvmlSlowValues, QUICK_FIELDS} from './nvml-messages.ts';

/** Makes samples of rows by the position of the GPU: slow values are those that were told last. */
export function createRowReader(gpus: readonly WatchedGpu[]): (position: number, row: NvmlRow) => GpuSample {
	const slow = new Map<number, NvmlSlowValues>();
	return (position, [quick, changed, once]) => {
		const known = changed ?? slow.get(position) ?? UNTOLD;
		slow.set(position, known);
		const {unavailable, ...values} = known;
		const hasReasons = unavailable !== undefined && Object.keys(unavailable).length > 0;
		return {
			gpuIndex: gpus[position]?.gpuIndex ?? position,
			...readQuick(quick),
			...values,
			...once,
			...(hasReasons ? {unavailable} : {}),
		};
	};
}

const UNTOLD: NvmlSlowValues = {powerLimitWatts: null};

type Quick = {readonly [field in Exclude<(typeof QUICK_FIELDS)[number], 'throttleReasons'>]: number | null};

function readQuick(values: NvmlRow[0]): Quick & Pick<GpuSample, 'throttleReasons'> {
	const numbers = Object.fromEntries(QUICK_FIELDS.map((field, at) => [field, values[at] ?? null])) as Quick;
	return {...numbers, throttleReasons: formatMask(values.at(-1) ?? null)};
}

/** As nvidia-smi writes it. */
const formatMask = (mask: number | null): string | null =>
	mask === null ? null : `0x${mask.toString(16).padStart(16, '0')}`;
