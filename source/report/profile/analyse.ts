import {createBatches} from './batches.ts';
import {createCalls} from './calls.ts';
import {type Capture, type GlobalId, OPERATION_CLASSES} from './capture.ts';
import {createGraphLaunches} from './graph-launches.ts';
import {measureLaunchDelay} from './launch-delay.ts';
import {createLedger} from './ledger.ts';
import type {Profile} from './profile.ts';
import {type ReadRanges, readRanges} from './read-ranges.ts';
import {createStages} from './stages.ts';
import {closeTally} from './tally.ts';
import {measureTimeline} from './timeline.ts';
import {describeWarnings} from './warnings.ts';

export type AnalyseOptions = {
	/** Ranges that are named as warm-up count, too. */
	readonly includeWarmUp: boolean;
};

const PROCESS_STEP = 0x1000000;

/** Reads a capture once, in order, and keeps of each operation what a time line needs. */
export function analyse(capture: Capture, options: AnalyseOptions): Profile {
	const ranges = readRanges(capture, options);
	const {calls, graphs} = readCalls(capture, ranges);
	const ledger = createLedger({
		calls,
		graphs,
		sections: ranges.sections,
		countsAll: ranges.scope.from === 'capture',
		expected: capture.expectedOperations,
		gpuOf: capture.gpuOf,
	});
	for (const operationClass of OPERATION_CLASSES) capture.eachOperation(operationClass, ledger.takeFor(operationClass));

	calls.clear();

	const {window, counts, devices, work} = ledger;
	const [batches, stages] = [createBatches(), createStages()];
	for (const range of ranges.shown) {
		const done = work.sum(range);
		stages.add(range, done);
		if (done && ranges.isCounted(range)) batches.add(range, done);
	}
	const figures = [...devices]
		.toSorted(([left], [right]) => left - right)
		.map(([device, operations]) => measureTimeline(device, operations, window))
		.filter(({operations}) => operations > 0);
	const wholeGraphs = closeTally(ledger.wholeGraphs);
	return {
		schemaVersion: capture.schemaVersion,
		productVersion: capture.productVersion,
		...(ranges.experiment === null ? {} : {experiment: ranges.experiment}),
		gpus: capture.gpus,
		scope: {
			...ranges.scope,
			operations: counts.measured,
			otherOperations: figures.reduce((sum, {operations}) => sum + operations, 0) - counts.measured,
			startNs: counts.measured > 0 ? window.from : null,
			endNs: counts.measured > 0 ? window.to : null,
		},
		copies: ledger.copies.close(),
		kernels: ledger.kernels.close(capture.readNames),
		memsets: closeTally(ledger.memsets),
		wholeGraphs,
		launchDelay: graphs.isEmpty() ? measureLaunchDelay([...devices.values()], window) : null,
		devices: figures,
		graphs: graphs.close(),
		batches: batches.close(),
		stages: stages.close(),
		warnings: describeWarnings({...ranges, ...counts, diagnostics: capture.diagnostics, wholeGraphs}),
	};
}

function readCalls(capture: Capture, {sections, scope}: ReadRanges) {
	const [calls, graphs] = [createCalls(), createGraphLaunches()];
	const countsAll = scope.from === 'capture';
	capture.eachCall((start, thread, correlation, isGraphLaunch) => {
		if (correlation === null || thread === null) return;
		const section = sections.find(thread, start);
		const process = processOf(thread);
		calls.add(process, correlation, section, start);
		if (isGraphLaunch && (countsAll || sections.isMeasured[section] === 1)) graphs.open(process, correlation);
	});
	return {calls, graphs};
}

/** The thread's own number is in the lowest 24 bits. */
const processOf = (thread: GlobalId): GlobalId =>
	typeof thread === 'bigint' ? thread & ~0xffffffn : thread - (thread % PROCESS_STEP);
