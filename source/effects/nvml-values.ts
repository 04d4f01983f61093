import type {GpuSample} from '../journal/event.ts';
import type {Device} from './nvml-device.ts';
import {CODES} from './nvml-library.ts';
import {readMig} from './nvml-lists.ts';
import {readMemory} from './nvml-memory.ts';
import {type Answer, readCounter, readNumber, scale} from './nvml-numbers.ts';

/** What changes seldom; NVML takes 60 microseconds for it, where there is a fan 400. */
type SteadyValues = Pick<GpuSample, 'pcieWidth' | 'eccCorrected' | 'eccUncorrected' | 'fanPercent'>;

/** What only an administrator changes; NVML takes 0.6 ms for it. */
type FixedValues = Pick<GpuSample, 'powerLimitWatts' | 'mig'>;

/** NVML takes 8 ms for them. */
type CounterValues = Required<Pick<GpuSample, 'energyJ' | 'violationMs'>>;

/** nvmlTemperatureSensors_t */
const DIE = 0;
/** nvmlClockType_t */
const CLOCK = {sm: 1, memory: 2} as const;
/** nvmlMemoryErrorType_t */
const ECC = {corrected: 0, uncorrected: 1} as const;
/** nvmlEccCounterType_t */
const SINCE_DRIVER_LOADED = 0;
/** nvmlPerfPolicyType_t */
const POLICY = {power: 0, thermal: 1, syncBoost: 2, boardLimit: 3, lowUtilization: 4, reliability: 5} as const;
/** nvmlPcieUtilCounter_t */
const TRAFFIC = {tx: 0, rx: 1} as const;
/** NVML_PSTATE_UNKNOWN */
const UNKNOWN_P_STATE = 32;

const pair: Answer = new Uint32Array(2);

/** Writes the values of QUICK_FIELDS into `row`, which the caller has and keeps: 3 microseconds each. */
export function readQuickValues(device: Device, row: (number | null)[]): void {
	const {ask, askFor} = device;
	const memory = readMemory(device);
	row[0] = readNumber(askFor('celsius', 'nvmlDeviceGetTemperature', DIE));
	const utilization = readUtilization(device);
	row[1] = readNumber(utilization);
	row[2] = readNumber(utilization, 1);
	row[3] = memory.memoryUsedMiB;
	row[4] = memory.memoryTotalMiB;
	row[5] = scale(readNumber(ask('powerWatts', 'nvmlDeviceGetPowerUsage')), 1e-3);
	row[6] = readNumber(askFor('smClockMHz', 'nvmlDeviceGetClockInfo', CLOCK.sm));
	row[7] = readNumber(askFor('memoryClockMHz', 'nvmlDeviceGetClockInfo', CLOCK.memory));
	row[8] = readPState(device);
	row[9] = readNumber(ask('pcieGeneration', 'nvmlDeviceGetCurrPcieLinkGeneration'));
	row[10] = readThrottleReasons(device);
}

export function readSteadyValues(device: Device, hasFan: boolean): SteadyValues {
	return {
		pcieWidth: readNumber(device.ask('pcieWidth', 'nvmlDeviceGetCurrPcieLinkWidth')),
		eccCorrected: readEcc(device, 'eccCorrected', ECC.corrected),
		eccUncorrected: readEcc(device, 'eccUncorrected', ECC.uncorrected),
		fanPercent: hasFan ? readNumber(device.ask('fanPercent', 'nvmlDeviceGetFanSpeed')) : null,
	};
}

export function readFixedValues(device: Device): FixedValues {
	const limit = device.ask('powerLimitWatts', 'nvmlDeviceGetPowerManagementLimit');
	return {powerLimitWatts: scale(readNumber(limit), 1e-3), mig: readMig(device)};
}

/** Energy first, so that it lies next to the edge that it is read for. */
export function readCounterValues(device: Device): CounterValues {
	const energyMJ = readCounter(device.ask('energyJ', 'nvmlDeviceGetTotalEnergyConsumption'));
	return {energyJ: scale(energyMJ, 1e-3), violationMs: readViolations(device)};
}

/** Takes the driver 20 ms a counter, in which it samples the link. */
export function readPcieTraffic({askFor}: Device): Pick<GpuSample, 'pcieRxMiBPerS' | 'pcieTxMiBPerS'> {
	const rx = readNumber(askFor('pcieRxMiBPerS', 'nvmlDeviceGetPcieThroughput', TRAFFIC.rx));
	const tx = readNumber(askFor('pcieTxMiBPerS', 'nvmlDeviceGetPcieThroughput', TRAFFIC.tx));
	return {pcieRxMiBPerS: scale(rx, 1 / 1024), pcieTxMiBPerS: scale(tx, 1 / 1024)};
}

function readUtilization({nvml, handle, note}: Device): Answer | null {
	const code = nvml.call('nvmlDeviceGetUtilizationRates', handle, pair);
	note('utilizationPercent', code);
	note('memoryUtilizationPercent', code);
	return code === CODES.success ? pair : null;
}

/** Drivers before 535 have only the older name. */
function readThrottleReasons({ask, nvml}: Device): number | null {
	const name = nvml.has('nvmlDeviceGetCurrentClocksEventReasons')
		? 'nvmlDeviceGetCurrentClocksEventReasons'
		: 'nvmlDeviceGetCurrentClocksThrottleReasons';
	return readCounter(ask('throttleReasons', name));
}

function readPState({ask}: Device): number | null {
	const state = readNumber(ask('pState', 'nvmlDeviceGetPerformanceState'));
	return state === UNKNOWN_P_STATE ? null : state;
}

function readEcc({nvml, handle, note}: Device, field: 'eccCorrected' | 'eccUncorrected', type: number): number | null {
	const code = nvml.call('nvmlDeviceGetTotalEccErrors', handle, type, SINCE_DRIVER_LOADED, pair);
	note(field, code);
	return code === CODES.success ? readCounter(pair) : null;
}

/** nvmlViolationTime_t: a reference in microseconds, then the time in nanoseconds. */
function readViolations({askFor}: Device): CounterValues['violationMs'] {
	const read = (policy: keyof typeof POLICY) =>
		scale(readCounter(askFor(`violationMs.${policy}`, 'nvmlDeviceGetViolationStatus', POLICY[policy]), 2), 1e-6);
	return {
		power: read('power'),
		thermal: read('thermal'),
		syncBoost: read('syncBoost'),
		boardLimit: read('boardLimit'),
		lowUtilization: read('lowUtilization'),
		reliability: read('reliability'),
	};
}
