import koffi from 'koffi';

/** What of NVML is used, by the kinds of its arguments; every one of these functions returns a code. */
const FUNCTIONS = {
	nvmlInit_v2: [],
	nvmlDeviceGetHandleByUUID: ['text', 'buffer'],
	nvmlDeviceGetUUID: ['handle', 'buffer', 'number'],
	nvmlDeviceGetTemperature: ['handle', 'number', 'buffer'],
	nvmlDeviceGetUtilizationRates: ['handle', 'buffer'],
	nvmlDeviceGetMemoryInfo_v2: ['handle', 'buffer'],
	nvmlDeviceGetMemoryInfo: ['handle', 'buffer'],
	nvmlDeviceGetPowerUsage: ['handle', 'buffer'],
	nvmlDeviceGetPowerManagementLimit: ['handle', 'buffer'],
	nvmlDeviceGetClockInfo: ['handle', 'number', 'buffer'],
	nvmlDeviceGetCurrentClocksEventReasons: ['handle', 'buffer'],
	nvmlDeviceGetCurrentClocksThrottleReasons: ['handle', 'buffer'],
	nvmlDeviceGetPerformanceState: ['handle', 'buffer'],
	nvmlDeviceGetCurrPcieLinkGeneration: ['handle', 'buffer'],
	nvmlDeviceGetCurrPcieLinkWidth: ['handle', 'buffer'],
	nvmlDeviceGetPcieThroughput: ['handle', 'number', 'buffer'],
	nvmlDeviceGetFanSpeed: ['handle', 'buffer'],
	nvmlDeviceGetTotalEccErrors: ['handle', 'number', 'number', 'buffer'],
	nvmlDeviceGetTotalEnergyConsumption: ['handle', 'buffer'],
	nvmlDeviceGetViolationStatus: ['handle', 'number', 'buffer'],
	nvmlDeviceGetComputeRunningProcesses_v3: ['handle', 'buffer', 'buffer'],
	nvmlDeviceGetComputeRunningProcesses_v2: ['handle', 'buffer', 'buffer'],
	nvmlDeviceGetMigMode: ['handle', 'buffer', 'buffer'],
	nvmlDeviceGetMaxMigDeviceCount: ['handle', 'buffer'],
	nvmlDeviceGetMigDeviceHandleByIndex: ['handle', 'number', 'buffer'],
	nvmlEventSetCreate: ['buffer'],
	nvmlDeviceRegisterEvents: ['handle', 'mask', 'handle'],
	nvmlEventSetWait_v2: ['handle', 'buffer', 'number'],
} as const satisfies {readonly [name: string]: readonly Kind[]};

type Kind = 'handle' | 'number' | 'mask' | 'buffer' | 'text';

const TYPES: {readonly [kind in Kind]: string} = {
	handle: 'uintptr_t',
	number: 'uint32_t',
	mask: 'uint64_t',
	buffer: 'void *',
	text: 'str',
};

export type NvmlFunction = keyof typeof FUNCTIONS;

type Argument = number | string | Uint8Array | Uint32Array;

type Call = (...args: readonly Argument[]) => number;

export type Nvml = {
	/** Returns NVML's code, FUNCTION_NOT_FOUND where this library is older than the function. */
	readonly call: (name: NvmlFunction, ...args: readonly Argument[]) => number;
	readonly has: (name: NvmlFunction) => boolean;
	/** A code in NVML's own words. */
	readonly explain: (code: number) => string;
};

export const CODES = {
	success: 0,
	notSupported: 3,
	notFound: 6,
	insufficientSize: 7,
	timeout: 10,
	functionNotFound: 13,
	gpuIsLost: 15,
	resetRequired: 16,
} as const;

/** Loads the first library that loads; throws an error whose message says why none does. */
export function openNvml(paths: readonly string[]): Nvml {
	const library = loadFirst(paths);
	// All at once, because the first call of each would else look as if the driver took its time.
	const bound: {readonly [name: string]: Call | null} = Object.fromEntries(
		Object.entries(FUNCTIONS).map(([name, kinds]) => {
			const parameters = kinds.map((kind: Kind) => TYPES[kind]);
			return [name, attempt((): Call => library.func(name, 'int', parameters))];
		}),
	);
	const errorString = attempt(() => library.func('nvmlErrorString', 'str', ['int']));
	return {
		call: (name, ...args) => bound[name]?.(...args) ?? CODES.functionNotFound,
		has: (name) => Boolean(bound[name]),
		explain: (code) => String(errorString?.(code) ?? `error ${code}`),
	};
}

const STANDARD_INPUT = 0;
/** Source: poll.h */
const POLLIN = 1;

/**
 * Returns a function that waits for something to read on standard input, for `ms` at most, and tells whether there is;
 * at its end there is, too. The system's own call, because a turn of Node's loop costs more than a sample.
 */
export function openInputWait(): (ms: number) => boolean {
	const poll: Call = koffi.load(null).func('poll', 'int', ['void *', 'uint64_t', 'int']);
	// struct pollfd: the second word holds what is waited for and what came.
	const waited = new Uint32Array([STANDARD_INPUT, POLLIN]);
	return (ms) => poll(waited, 1, Math.ceil(ms)) > 0;
}

function loadFirst(paths: readonly string[]): ReturnType<typeof koffi.load> {
	const problems: string[] = [];
	for (const path of paths) {
		try {
			return koffi.load(path);
		} catch (error) {
			problems.push((error as Error).message);
		}
	}
	// A library that is there and does not load says more than the places where there is none.
	const telling = problems.find((problem) => !problem.includes('No such file'));
	throw new Error(telling ?? `${paths[0]} is not installed here`);
}

/** An older library lacks newer functions. */
function attempt<Value>(bind: () => Value): Value | null {
	try {
		return bind();
	} catch {
		return null;
	}
}
