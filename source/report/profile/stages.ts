import {KERNEL_CLASS} from './operations.ts';
import type {PlacedRange} from './ranges.ts';
import type {Work} from './section-work.ts';
import {measureSpread, type Spread} from './tally.ts';

/** Ranges of one name, numbers aside. */
export type StageFigures = {
	readonly name: string;
	readonly count: number;
	/** Ranges whose thread launched nothing inside of them. */
	readonly empty: number;
	/** Time of the host in the range: launching, not doing. */
	readonly host: Spread | null;
	/** First beginning to last end on the GPU of what the range launched. */
	readonly span: Spread | null;
	/** Sum of durations on the GPU. */
	readonly busy: Spread | null;
	/** From the first launching call to the first beginning on the GPU. */
	readonly launchDelay: Spread | null;
	readonly operations: number;
	readonly kernels: number;
	readonly bytes: number;
};

type Stages = {
	readonly add: (range: PlacedRange, work: Work | null) => void;
	/** In the order in which the names first came. */
	readonly close: () => readonly StageFigures[];
};

type OpenStage = {
	readonly host: number[];
	readonly span: number[];
	readonly busy: number[];
	readonly launchDelay: number[];
	operations: number;
	kernels: number;
	bytes: number;
};

export function createStages(): Stages {
	const stages = new Map<string, OpenStage>();
	return {
		add: ({name: {pattern}, start, end}, work) => {
			const stage = stages.get(pattern) ?? openStage();
			stages.set(pattern, stage);
			stage.host.push(end - start);
			if (work) addWork(stage, work);
		},
		close: () => [...stages].map(([name, stage]) => closeStage(name, stage)),
	};
}

const openStage = (): OpenStage => ({
	host: [],
	span: [],
	busy: [],
	launchDelay: [],
	operations: 0,
	kernels: 0,
	bytes: 0,
});

function addWork(stage: OpenStage, {firstNs, lastNs, busyNs, launchedNs, operations, byClass}: Work): void {
	stage.span.push(lastNs - firstNs);
	stage.busy.push(busyNs);
	if (Number.isFinite(launchedNs)) stage.launchDelay.push(firstNs - launchedNs);
	stage.operations += operations;
	stage.kernels += byClass[KERNEL_CLASS]?.operations ?? 0;
	stage.bytes += byClass.reduce((bytes, work) => bytes + (work?.bytes ?? 0), 0);
}

const closeStage = (name: string, stage: OpenStage): StageFigures => ({
	name,
	count: stage.host.length,
	empty: stage.host.length - stage.span.length,
	host: measureSpread(stage.host),
	span: measureSpread(stage.span),
	busy: measureSpread(stage.busy),
	launchDelay: measureSpread(stage.launchDelay),
	operations: stage.operations,
	kernels: stage.kernels,
	bytes: stage.bytes,
});
