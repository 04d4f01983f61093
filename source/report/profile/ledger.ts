import type {Calls} from './calls.ts';
import type {Capture, GlobalId, OperationClass, TakeOperation} from './capture.ts';
import {createCopies, D2H_KIND, H2D_KIND} from './copies.ts';
import type {GraphLaunches} from './graph-launches.ts';
import {createKernels} from './kernels.ts';
import {createOperations, D2H_CLASS, H2D_CLASS, KERNEL_CLASS, type Operations, OTHER_CLASS} from './operations.ts';
import type {Sections} from './ranges.ts';
import {createSectionWork} from './section-work.ts';
import {addToTally, openTally} from './tally.ts';

type LedgerParts = {
	readonly calls: Calls;
	readonly graphs: GraphLaunches;
	readonly sections: Sections;
	/** Nothing is left out where no range says what counts. */
	readonly countsAll: boolean;
	readonly expected: number;
	readonly gpuOf: Capture['gpuOf'];
};

/** Where every operation is booked: to its GPU, to the stretch of the thread that launched it, and to its kind. */
export function createLedger({calls, graphs, sections, countsAll, expected, gpuOf}: LedgerParts) {
	const devices = new Map<number, Operations>();
	const work = createSectionWork(sections.count);
	const copies = createCopies();
	const kernels = createKernels();
	const [memsets, wholeGraphs] = [openTally(), openTally()];
	const window = {from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY};
	const counts = {measured: 0, unlinked: 0};
	let last: Operations | undefined;
	let [lastProcess, lastDevice]: [GlobalId | null, number] = [null, -1];

	function takeFor(operationClass: OperationClass): TakeOperation {
		return (start, end, device, stream, correlation, process, detail, bytes, hostMemory) => {
			const isCalled = correlation !== null && calls.find(process, correlation);
			const section = isCalled ? calls.section() : -1;
			const timelineClass = classify(operationClass, detail);
			findDevice(process, device).add(start, end, stream, timelineClass, isCalled ? calls.start() : Number.NaN);
			if (!isCalled) counts.unlinked++;
			if (section >= 0) work.add(section, timelineClass, start, end, bytes, calls.start());
			if (!countsAll && sections.isMeasured[section] !== 1) return;
			counts.measured++;
			if (start < window.from) window.from = start;
			if (end > window.to) window.to = end;
			if (correlation !== null) graphs.add(process, correlation, timelineClass, start, end);
			if (operationClass === 'kernel') kernels.add(detail, end - start);
			else if (operationClass === 'copy') copies.add(detail, hostMemory, bytes, end - start);
			else addToTally(operationClass === 'memset' ? memsets : wholeGraphs, end - start);
		};
	}

	function findDevice(process: GlobalId | null, device: number): Operations {
		// Operations come in long runs of one process and one GPU.
		if (last === undefined || process !== lastProcess || device !== lastDevice) {
			const gpu = gpuOf(process, device);
			last = devices.get(gpu) ?? createOperations(expected);
			devices.set(gpu, last);
			[lastProcess, lastDevice] = [process, device];
		}
		return last;
	}

	return {takeFor, devices, work, copies, kernels, memsets, wholeGraphs, window, counts};
}

function classify(operationClass: OperationClass, detail: number): number {
	if (operationClass === 'kernel' || operationClass === 'graph') return KERNEL_CLASS;
	if (operationClass === 'memset') return OTHER_CLASS;
	if (detail === H2D_KIND) return H2D_CLASS;
	return detail === D2H_KIND ? D2H_CLASS : OTHER_CLASS;
}
