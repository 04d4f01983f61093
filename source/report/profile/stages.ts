import type {MeasuredRange} from './batches.ts';
import {KERNEL_CLASS} from './operations.ts';
import {measureSpread, type Spread} from './tally.ts';

/** Ranges of one name, numbers aside. */
export type StageFigures = {
	readonly name: string;
	readonly count: number;
	/** Ranges whose thread launched nothing inside of them. */
	readonly empty: number;
	/** Time of the host in the range: launching, not doing. */
	readonly host: Spread;
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

/** In the order in which the names first come. */
export function measureStages(measured: readonly MeasuredRange[]): readonly StageFigures[] {
	const byName = Map.groupBy(measured, ({range}) => range.name.pattern);
	return [...byName].flatMap(([name, ranges]) => {
		const host = measureSpread(ranges.map(({range}) => range.end - range.start));
		if (!host) return [];
		const works = ranges.map(({work}) => work).filter((work) => work !== null);
		const launched = works.filter(({launchedNs}) => Number.isFinite(launchedNs));
		const sum = (read: (work: (typeof works)[number]) => number) => works.reduce((all, work) => all + read(work), 0);
		return [
			{
				name,
				count: ranges.length,
				empty: ranges.length - works.length,
				host,
				span: measureSpread(works.map(({firstNs, lastNs}) => lastNs - firstNs)),
				busy: measureSpread(works.map(({busyNs}) => busyNs)),
				launchDelay: measureSpread(launched.map(({firstNs, launchedNs}) => firstNs - launchedNs)),
				operations: sum(({operations}) => operations),
				kernels: sum(({byClass}) => byClass[KERNEL_CLASS]?.operations ?? 0),
				bytes: sum(({byClass}) => byClass.reduce((bytes, work) => bytes + (work?.bytes ?? 0), 0)),
			},
		];
	});
}
