import type {GpuSample} from '../journal/event.ts';
import type {Device} from './nvml-device.ts';
import {readMig, readProcesses} from './nvml-lists.ts';
import {readMemory} from './nvml-memory.ts';
import {readCounter, readNumber, scale} from './nvml-numbers.ts';

/** What changes from one moment to the next, and the counter whose differences belong to a window. */
type QuickValues = Pick<
	GpuSample,
	| 'celsius'
	| 'utilizationPercent'
	| 'memoryUtilizationPercent'
	| 'memoryUsedMiB'
	| 'memoryTotalMiB'
	| 'powerWatts'
	| 'smClockMHz'
	| 'throttleReasons'
	| 'energyJ'
>;

/** What changes seldom, or costs the driver more. */
export type SlowValues = Pick<
	GpuSample,
	| 'powerLimitWatts'
	| 'memoryClockMHz'
	| 'pState'
	| 'pcieGeneration'
	| 'pcieWidth'
	| 'fanPercent'
	| 'eccCorrected'
	| 'eccUncorrected'
	| 'violationMs'
	| 'processes'
	| 'mig'
>;

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

export function readQuickValues(device: Device): QuickValues {
	const {ask} = device;
	return {
		celsius: readNumber(ask('celsius', 'nvmlDeviceGetTemperature', [DIE])),
		...readUtilization(device),
		...readMemory(device),
		powerWatts: scale(readNumber(ask('powerWatts', 'nvmlDeviceGetPowerUsage')), 1e-3),
		smClockMHz: readNumber(ask('smClockMHz', 'nvmlDeviceGetClockInfo', [CLOCK.sm])),
		throttleReasons: readThrottleReasons(device),
		energyJ: scale(readCounter(ask('energyJ', 'nvmlDeviceGetTotalEnergyConsumption')), 1e-3),
	};
}

export function readSlowValues(device: Device): SlowValues {
	const {ask} = device;
	const limit = ask('powerLimitWatts', 'nvmlDeviceGetPowerManagementLimit');
	return {
		powerLimitWatts: scale(readNumber(limit), 1e-3),
		memoryClockMHz: readNumber(ask('memoryClockMHz', 'nvmlDeviceGetClockInfo', [CLOCK.memory])),
		pState: readPState(device),
		pcieGeneration: readNumber(ask('pcieGeneration', 'nvmlDeviceGetCurrPcieLinkGeneration')),
		pcieWidth: readNumber(ask('pcieWidth', 'nvmlDeviceGetCurrPcieLinkWidth')),
		fanPercent: readNumber(ask('fanPercent', 'nvmlDeviceGetFanSpeed')),
		eccCorrected: readEcc(device, 'eccCorrected', ECC.corrected),
		eccUncorrected: readEcc(device, 'eccUncorrected', ECC.uncorrected),
		violationMs: readViolations(device),
		processes: readProcesses(device),
		mig: readMig(device),
	};
}

/** Takes the driver 20 ms a counter, in which it samples the link. */
export function readPcieTraffic({ask}: Device): Pick<GpuSample, 'pcieRxMiBPerS' | 'pcieTxMiBPerS'> {
	const rx = readNumber(ask('pcieRxMiBPerS', 'nvmlDeviceGetPcieThroughput', [TRAFFIC.rx]));
	const tx = readNumber(ask('pcieTxMiBPerS', 'nvmlDeviceGetPcieThroughput', [TRAFFIC.tx]));
	return {pcieRxMiBPerS: scale(rx, 1 / 1024), pcieTxMiBPerS: scale(tx, 1 / 1024)};
}

function readUtilization({ask}: Device): Pick<QuickValues, 'utilizationPercent' | 'memoryUtilizationPercent'> {
	const answer = ask(['utilizationPercent', 'memoryUtilizationPercent'], 'nvmlDeviceGetUtilizationRates');
	return {utilizationPercent: readNumber(answer), memoryUtilizationPercent: readNumber(answer, 4)};
}

/** Drivers before 535 have only the older name. */
function readThrottleReasons({ask, nvml}: Device): string | null {
	const name = nvml.has('nvmlDeviceGetCurrentClocksEventReasons')
		? 'nvmlDeviceGetCurrentClocksEventReasons'
		: 'nvmlDeviceGetCurrentClocksThrottleReasons';
	const mask = ask('throttleReasons', name)?.readBigUInt64LE();
	return mask === undefined ? null : `0x${mask.toString(16).padStart(16, '0')}`;
}

function readPState({ask}: Device): number | null {
	const state = readNumber(ask('pState', 'nvmlDeviceGetPerformanceState'));
	return state === UNKNOWN_P_STATE ? null : state;
}

const readEcc = ({ask}: Device, field: 'eccCorrected' | 'eccUncorrected', type: number): number | null =>
	readCounter(ask(field, 'nvmlDeviceGetTotalEccErrors', [type, SINCE_DRIVER_LOADED]));

/** nvmlViolationTime_t: a reference in microseconds, then the time in nanoseconds. */
function readViolations({ask}: Device): NonNullable<SlowValues['violationMs']> {
	const read = (policy: keyof typeof POLICY) =>
		scale(readCounter(ask(`violationMs.${policy}`, 'nvmlDeviceGetViolationStatus', [POLICY[policy]]), 8), 1e-6);
	return {
		power: read('power'),
		thermal: read('thermal'),
		syncBoost: read('syncBoost'),
		boardLimit: read('boardLimit'),
		lowUtilization: read('lowUtilization'),
		reliability: read('reliability'),
	};
}
