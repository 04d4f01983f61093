import {type Finding, ok} from '../report/finding.ts';
import type {MemoryRecord} from '../report/gpu-memory.ts';

/** How much earlier runs know of the memory of GPUs; nothing where none measured it. */
export function judgeMemoryRecords(records: readonly MemoryRecord[]): readonly Finding[] {
	const measured = records.flatMap(({mib, ...rest}) => (mib === null ? [] : [{...rest, mib}]));
	const most = measured.toSorted((a, b) => b.mib - a.mib)[0];
	if (!most) return [];
	const configurations = new Set(measured.map(({params, axes}) => JSON.stringify([params, axes]))).size;
	const peak = `${(most.mib / 1024).toFixed(1)} GiB on ${most.gpuName ?? 'a GPU without a name'}, in ${most.run}`;
	return [
		ok(
			'measured memory',
			`earlier runs know the GPU memory of ${configurations} configurations, at most ${peak}; warpdeck plan SUITE compares them with each GPU`,
		),
	];
}
