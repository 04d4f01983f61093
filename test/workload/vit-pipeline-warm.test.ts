import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {isAlive} from '../rig/launching.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {runTorchStudy, type TorchStudy} from '../rig/torch-study.ts';
import {python, skipWithoutTorch, vitPipelinePath} from './run-workloads.ts';

const study = (context: TestContext, isolation: 'block' | 'process', blocks: number): Promise<TorchStudy> =>
	runTorchStudy({
		folder: makeTemporaryFolder(context),
		python,
		pipeline: vitPipelinePath,
		depths: [1, 2],
		blocks,
		isolation,
	});

const listPids = ({facts}: TorchStudy) => facts.flatMap((fact) => (fact.type === 'started' ? [fact.pid] : []));

test('two nodes of a block alternate in two processes, and each block has its own', {
	skip: skipWithoutTorch,
}, async (context) => {
	const warm = await study(context, 'block', 2);

	assert.deepEqual([warm.state.counts.succeeded, warm.state.counts.failed, warm.state.anomalyCount], [8, 0, 0]);
	const [a, b, ...others] = listPids(warm);
	const [c, d] = others.slice(2);
	assert.equal(new Set([a, b, c, d]).size, 4);
	assert.deepEqual(listPids(warm), [a, b, a, b, c, d, c, d]);
	assert.deepEqual(
		[a, b, c, d].filter((pid) => isAlive(pid ?? 0)),
		[],
	);
});
