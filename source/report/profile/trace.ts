import type {Json, JsonObject} from '../../domain/json.ts';
import {type Capture, type GlobalId, OPERATION_CLASSES, type OperationClass} from './capture.ts';
import {nameCopyKind, nameHostMemory} from './copies.ts';
import {createLanes, createNestedLanes} from './trace-lanes.ts';

export type TraceCounts = {readonly operations: number; readonly ranges: number};

/** GPUs are processes of a trace, with numbers that no process of a machine has. */
const FIRST_GPU = 100_000_000;

/**
 * Tells a capture as a Chrome trace, which Perfetto and chrome://tracing read: a process for each GPU with a row for each
 * stream, and one for each program with its NVTX ranges. Times are microseconds since the capture began, as that format
 * wants them. Calls of CUDA are left out: their ends are not read.
 */
export function writeTrace(capture: Capture, write: (text: string) => void): TraceCounts {
	const {productVersion, schemaVersion} = capture;
	const rows = createRows();
	let isFirst = true;
	const emit = (event: JsonObject) => {
		write(`${isFirst ? '' : ',\n'}${JSON.stringify(event)}`);
		isFirst = false;
	};
	const about = {profiler: productVersion, schema: schemaVersion, written_by: 'warpdeck export-trace'};
	write(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[\n`);
	const ranges = writeRanges(capture, rows, emit);
	const operations = writeOperations(capture, rows, emit);
	for (const event of rows.list(capture)) emit(event);
	write('\n]}\n');
	return {operations, ranges};
}

type Emit = (event: JsonObject) => void;
type Slice = {
	readonly name: string;
	readonly category: string;
	readonly pid: number;
	readonly tid: number;
	readonly startNs: number;
	readonly endNs: number;
	readonly args: JsonObject;
};

const makeSlice = ({name, category, pid, tid, startNs, endNs, args}: Slice): JsonObject => ({
	ph: 'X',
	name,
	cat: category,
	pid,
	tid,
	ts: startNs / 1e3,
	dur: (endNs - startNs) / 1e3,
	args,
});

type Range = {readonly name: string; readonly start: number; readonly end: number; readonly thread: GlobalId};

/** Ranges that never ended are left out. */
function writeRanges({eachRange}: Capture, rows: Rows, emit: Emit): number {
	const ranges: Range[] = [];
	eachRange((start, end, thread, name) => {
		if (end !== null && thread !== null) ranges.push({name: name ?? 'range', start, end, thread});
	});
	ranges.sort((left, right) => left.start - right.start || right.end - left.end);
	const place = createNestedLanes();
	for (const {name, start, end, thread} of ranges) {
		const [pid, own] = splitThread(thread);
		const lane = place(`${pid} ${own}`, start, end);
		const tid = rows.find(pid, `thread ${own} NVTX`, lane);
		emit(makeSlice({name, category: 'nvtx', pid, tid, startNs: start, endNs: end, args: {}}));
	}
	return ranges.length;
}

const STEP = 0x1000000;

/** The thread's own number is in the lowest 24 bits, that of its process in the 24 above. */
const splitThread = (thread: GlobalId): readonly [pid: number, tid: number] =>
	typeof thread === 'bigint'
		? [Number((thread >> 24n) & 0xffffffn), Number(thread & 0xffffffn)]
		: [Math.floor(thread / STEP) % STEP, thread % STEP];

function writeOperations(capture: Capture, rows: Rows, emit: Emit): number {
	const names = nameKernels(capture);
	const place = createLanes();
	let count = 0;
	for (const operationClass of OPERATION_CLASSES) {
		capture.eachOperation(operationClass, (start, end, device, stream, correlation, process, detail, bytes, memory) => {
			const pid = FIRST_GPU + capture.gpuOf(process, device);
			const row = `stream ${stream} ${ROWS[operationClass]}`;
			const tid = rows.find(pid, row, place(`${pid} ${row}`, start, end));
			const {name, args} = describe(operationClass, {detail, bytes, memory, ns: end - start, names});
			emit(
				makeSlice({name, category: operationClass, pid, tid, startNs: start, endNs: end, args: {...args, correlation}}),
			);
			count++;
		});
	}
	return count;
}

const ROWS: {readonly [name in OperationClass]: string} = {
	kernel: 'kernels',
	copy: 'copies',
	memset: 'memsets',
	graph: 'graphs',
};

type Detail = {
	readonly detail: number;
	readonly bytes: number;
	readonly memory: number | null;
	readonly ns: number;
	readonly names: (id: number) => string;
};

function describe(
	operationClass: OperationClass,
	{detail, bytes, memory, ns, names}: Detail,
): {readonly name: string; readonly args: {readonly [name: string]: Json}} {
	if (operationClass === 'kernel') return {name: names(detail), args: {}};
	if (operationClass !== 'copy') return {name: operationClass, args: {}};
	const gbPerS = ns > 0 ? bytes / ns : null;
	return {name: `copy ${nameCopyKind(detail)}`, args: {bytes, gb_per_s: gbPerS, host_memory: nameHostMemory(memory)}};
}

function nameKernels({readNames}: Capture): (id: number) => string {
	const known = new Map<number, string>();
	return (id) => {
		const found = known.get(id);
		if (found !== undefined) return found;
		const name = readNames([id]).get(id) ?? `kernel ${id}`;
		known.set(id, name);
		return name;
	};
}

type Rows = {
	/** The number that a viewer knows the row by. */
	readonly find: (pid: number, name: string, lane: number) => number;
	/** Events that name them. */
	readonly list: (capture: Capture) => readonly JsonObject[];
};

function createRows(): Rows {
	const numbers = new Map<string, {readonly pid: number; readonly tid: number; readonly name: string}>();
	return {
		find: (pid, name, lane) => {
			const key = `${pid} ${name} ${lane}`;
			const known = numbers.get(key);
			if (known) return known.tid;
			const row = {pid, tid: numbers.size + 1, name: lane === 0 ? name : `${name} (${lane + 1})`};
			numbers.set(key, row);
			return row.tid;
		},
		list: ({gpus}) => {
			const named = new Map(gpus.map(({device, name}) => [FIRST_GPU + device, `GPU ${device} ${name ?? ''}`.trim()]));
			const rows = [...numbers.values()];
			const pids = [...new Set(rows.map(({pid}) => pid))];
			const nameOf = (pid: number) =>
				named.get(pid) ?? (pid >= FIRST_GPU ? `GPU ${pid - FIRST_GPU}` : `process ${pid}`);
			return [
				...pids.map((pid) => ({ph: 'M', name: 'process_name', pid, args: {name: nameOf(pid)}})),
				...rows.map(({pid, tid, name}) => ({ph: 'M', name: 'thread_name', pid, tid, args: {name}})),
			];
		},
	};
}
