/** A 64-bit id of a capture; a bigint only where a number would not be exact. */
export type GlobalId = number | bigint;

/** What a GPU did: a copy of some kind, a kernel, a memset, or a whole CUDA graph whose parts were not traced. */
export type OperationClass = 'kernel' | 'copy' | 'memset' | 'graph';

/** All times are nanoseconds since the capture began. */
type TakeRange = (start: number, end: number | null, thread: GlobalId | null, name: string | null) => void;

type TakeCall = (start: number, thread: GlobalId | null, correlation: number | null, isGraphLaunch: boolean) => void;

/** `detail` is the id of a kernel's name, or the copy's kind; `hostMemory` is the kind of a copy's host side. */
export type TakeOperation = (
	start: number,
	end: number,
	device: number,
	stream: number,
	correlation: number | null,
	process: GlobalId | null,
	detail: number,
	bytes: number,
	hostMemory: number | null,
) => void;

export type CapturedGpu = {
	/** Its number on the machine, as the profiler counts. */
	readonly device: number;
	readonly name: string | null;
	readonly busLocation: string | null;
};

/** Rows of one capture, each asked for once and in this order: ranges, calls, operations. */
export type Capture = {
	readonly schemaVersion: string | null;
	readonly productVersion: string | null;
	readonly gpus: readonly CapturedGpu[];
	/** The number of the GPU that an operation of this process ran on, by the number that CUDA gives it there. */
	readonly gpuOf: (process: GlobalId | null, device: number) => number;
	/** Warnings and errors of the profiler itself. */
	readonly diagnostics: readonly string[];
	/** About as many as there are, or more. */
	readonly expectedOperations: number;
	readonly eachRange: (take: TakeRange) => void;
	readonly eachCall: (take: TakeCall) => void;
	readonly eachOperation: (operationClass: OperationClass, take: TakeOperation) => void;
	/** Names of kernels by their ids. */
	readonly readNames: (ids: readonly number[]) => ReadonlyMap<number, string>;
};

/** Classes in the order in which they are read. */
export const OPERATION_CLASSES: readonly OperationClass[] = ['kernel', 'copy', 'memset', 'graph'];
