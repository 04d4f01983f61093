import {createDevice, type Device} from '../../../source/effects/nvml-device.ts';
import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import {CODES, openNvml} from '../../../source/effects/nvml-library.ts';
import {NVML_LIBRARIES} from '../../../source/effects/nvml-process.ts';
import {readPcieTraffic, readQuickValues, readSlowValues} from '../../../source/effects/nvml-values.ts';
import {median, type Row} from '../figures.ts';

const TIMES = 50;

/** What each function of NVML takes for one GPU, in the order in which a sample asks them. */
export function measureCalls({uuid}: WatchedGpu): readonly Row[] {
	const nvml = openNvml(NVML_LIBRARIES);
	const code = nvml.call('nvmlInit_v2');
	if (code !== CODES.success) throw new Error(nvml.explain(code));
	const handle = Buffer.alloc(8);
	nvml.call('nvmlDeviceGetHandleByUUID', uuid, handle);
	const tookUs = new Map<string, number[]>();
	const timed: typeof nvml.call = (name, ...args) => {
		const startedAt = performance.now();
		const answer = nvml.call(name, ...args);
		const label = [name, ...args.filter((argument) => typeof argument === 'number')].join(' ');
		tookUs.set(label, [...(tookUs.get(label) ?? []), (performance.now() - startedAt) * 1000]);
		return answer;
	};
	const device: Device = createDevice({...nvml, call: timed}, handle.readBigUInt64LE());
	for (let time = 0; time < TIMES; time++) {
		readQuickValues(device);
		readSlowValues(device);
	}
	readPcieTraffic(device);
	return [...tookUs].map(([label, values]) => ({label, value: `${median(values).toFixed(1).padStart(8)} us`}));
}
