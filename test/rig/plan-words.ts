import {readHostFile} from '../../source/effects/host-file.ts';
import type {Plan} from '../../source/plan/plan.ts';
import {planLine} from './suites.ts';

type Words = {
	/** `0:2,3` for the nodes of each GPU, where numa_nodes is that word. */
	readonly nodesOf: (word: string) => readonly string[];
	readonly planOf: (word: string) => Plan;
	readonly machine: Awaited<ReturnType<typeof readHostFile>>['machine'];
};

/** What each word for nodes comes to on the machine that `warpdeck topology --json` wrote into the file. */
export async function readWords(path: string): Promise<Words> {
	const {machine} = await readHostFile(path);
	const planOf = (word: string) =>
		planLine(`experiment=quick_test experiment.hardware.gpu_ids=auto hardware.numa_nodes=${word}`, {machine});
	const nodesOf = (word: string) =>
		[...Map.groupBy(planOf(word).cells, ({gpuId}) => gpuId)].map(
			([gpu, cells]) => `${gpu}:${[...new Set(cells.map(({numaNode}) => numaNode))].join()}`,
		);
	return {nodesOf, planOf, machine};
}
