import {spawnSync} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runTorchStudy, type TorchStudy} from '../rig/torch-study.ts';
import {type Bench, type Figures, formatRatio, formatSeconds, median, type Row} from './figures.ts';

const ROUNDS = 3;
/** Three models on two nodes in two blocks: 12 experiments. */
const DEPTHS = [1, 2, 3];
const BLOCKS = 2;
const AIM = 2;

const python = process.env.WARPDECK_PYTHON ?? '/usr/bin/python3';
const pipeline = fileURLToPath(new URL('../../suites/workloads/vit_pipeline.py', import.meta.url));

/** 12 tiny experiments with real PyTorch on a CPU, each in a process of its own and in workers; they take turns. */
export async function benchWarm({folder}: Bench): Promise<Figures> {
	const title = `${2 * DEPTHS.length * BLOCKS} tiny experiments of PyTorch on a CPU, medians of ${ROUNDS} rounds`;
	if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
		return {
			title,
			rows: [],
			aims: [],
			skipped: [`${python} has no PyTorch; WARPDECK_PYTHON names another interpreter`],
		};
	}
	const rounds: {readonly process: TorchStudy; readonly block: TorchStudy}[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const own = join(folder, `warm-${round}`);
		await mkdir(own);
		rounds.push({process: await study(own, 'process'), block: await study(own, 'block')});
	}
	const ratio = median(rounds.map((round) => round.process.wallMs / round.block.wallMs));
	return {
		title,
		rows: (['process', 'block'] as const).map((isolation) =>
			describe(
				isolation,
				rounds.map((round) => round[isolation]),
			),
		),
		aims: [{text: `process / block, at least ${AIM}`, value: formatRatio(ratio), isMet: ratio >= AIM}],
		skipped: [],
	};
}

const study = (folder: string, isolation: 'process' | 'block'): Promise<TorchStudy> =>
	runTorchStudy({folder, python, pipeline, depths: DEPTHS, blocks: BLOCKS, isolation});

function describe(isolation: string, studies: readonly TorchStudy[]): Row {
	const pids = studies.map(({facts}) => new Set(facts.flatMap((fact) => (fact.type === 'started' ? [fact.pid] : []))));
	const times = studies.map(({wallMs}) => formatSeconds(wallMs)).join(', ');
	const failed = studies.reduce((sum, {state}) => sum + state.counts.failed, 0);
	return {
		label: `isolation: ${isolation}`,
		value: `${formatSeconds(median(studies.map(({wallMs}) => wallMs)))} (${times}), ${pids[0]?.size} processes, ${failed} failed`,
	};
}
