import type {Capture, OperationClass} from '../../source/report/profile/capture.ts';

export type SyntheticOperation = {
	readonly kind: OperationClass;
	readonly start: number;
	readonly end: number;
	readonly correlation: number;
	/** A copy's kind; default: to the device. */
	readonly detail?: number;
	readonly stream?: number;
	readonly device?: number;
	readonly bytes?: number;
};

type Rows = {
	readonly ranges?: readonly (readonly [name: string, start: number, end: number | null])[];
	/** Each is a call of the one thread: when it begins, and its correlation id. */
	readonly calls?: readonly (readonly [start: number, correlation: number])[];
	readonly operations?: readonly SyntheticOperation[];
};

const THREAD = 7 * 0x1000000 + 7;

/** A capture of one thread, from rows that a test writes out. */
export const makeCapture = ({ranges = [], calls = [], operations = []}: Rows): Capture => ({
	schemaVersion: null,
	productVersion: null,
	gpus: [],
	gpuOf: (_, device) => device,
	diagnostics: [],
	expectedOperations: operations.length,
	eachRange: (take) => {
		for (const [name, start, end] of ranges) take(start, end, THREAD, name);
	},
	eachCall: (take) => {
		for (const [start, correlation] of calls) take(start, THREAD, correlation, false);
	},
	eachOperation: (operationClass, take) => {
		for (const {kind, start, end, correlation, detail = 1, stream = 7, device = 0, bytes = 0} of operations) {
			if (kind === operationClass) take(start, end, device, stream, correlation, THREAD - 7, detail, bytes, 1);
		}
	},
	readNames: () => new Map(),
});
