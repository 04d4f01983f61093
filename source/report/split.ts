import {findLocalNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {groupBy} from './cells.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {identify, isWhole} from './configuration.ts';
import {computeInterval, type Effect, estimateEffect, isEstimate, testDifference, toPenaltyPercent} from './effect.ts';
import {adjustHolm} from './holm.ts';
import {readRate} from './pairs.ts';
import {computeMean} from './statistics.ts';
import type {SplitEffect, SplitRow} from './study.ts';
import {LEAST_BLOCKS, LEVEL} from './verdict.ts';

type Records = readonly ExperimentRecord[];

/** The four of one GPU, model and configuration, by where CPUs and memory are. */
type Four = {
	readonly experiment: ExperimentRecord['experiment'];
	readonly gpuId: number;
	readonly localNode: number;
	readonly remoteNode: number;
	readonly near: Records;
	readonly farCpu: Records;
	readonly farMemory: Records;
	readonly far: Records;
};

/**
 * Which of the two costs, CPUs or memory on the remote node: the main effects and the interaction of a 2 x 2 factorial
 * design with blocks, each from one contrast of log throughput a block (R. A. Fisher, "The design of experiments", 1935).
 * All effects of all rows are one family.
 */
export function splitPenalties(records: Records, topology: Topology): readonly SplitRow[] {
	if (records.every(({experiment}) => isWhole(experiment))) return [];
	const fours = matchFours(
		records.filter(({experiment}) => experiment.binding.kind === 'strict'),
		topology,
	);
	const measured = fours.flatMap(measure);
	const effects = measured.flatMap(({cpu, memory, interaction}) => [cpu, memory, interaction]);
	const ps = effects.map((effect) => (isEstimate(effect) ? testDifference(effect) : null));
	const adjusted = adjustHolm(ps, 3 * fours.length);
	const labels = labelConfigurations(measured);
	return measured.map((one, index) => {
		const describe = (effect: Effect, place: number) => describeEffect(effect, adjusted[3 * index + place] ?? null);
		const found = {
			cpu: describe(one.cpu, 0),
			memory: describe(one.memory, 1),
			interaction: describe(one.interaction, 2),
		};
		const {gpuId, localNode, remoteNode} = one;
		const {n} = one.cpu;
		return {gpuId, model: labels[index] ?? '', localNode, remoteNode, n, ...found, verdict: judge(n, found)};
	});
}

function matchFours(records: Records, topology: Topology): readonly Four[] {
	return [...groupBy(records, ({experiment}) => identify(experiment)).values()].flatMap((members) => {
		const [first] = members;
		const localNode = first ? findLocalNode(topology, first.experiment) : null;
		if (!first || first.experiment.gpuId === null || localNode === null) return [];
		const {experiment} = first;
		const {gpuId} = experiment;
		if (gpuId === null) return [];
		const byNodes = groupBy(members, (record) => nameNodes(record.experiment.numaNode, memoryOf(record)));
		const at = (cpu: number, memory: number) => byNodes.get(nameNodes(cpu, memory)) ?? [];
		const remotes = [...new Set(members.map(memoryOf))].filter((node) => node !== null && node !== localNode);
		return remotes.flatMap((node) => {
			const remoteNode = Number(node);
			const [near, farCpu] = [at(localNode, localNode), at(remoteNode, localNode)];
			const [farMemory, far] = [at(localNode, remoteNode), at(remoteNode, remoteNode)];
			const isWholeDesign = [near, farCpu, farMemory, far].every((group) => group.length > 0);
			return isWholeDesign ? [{experiment, gpuId, localNode, remoteNode, near, farCpu, farMemory, far}] : [];
		});
	});
}

const memoryOf = ({experiment: {numaNode, memoryNode}}: ExperimentRecord): number | null => memoryNode ?? numaNode;

const nameNodes = (cpu: number | null, memory: number | null): string => `${cpu} ${memory}`;

type Measured = Four & {readonly cpu: Effect; readonly memory: Effect; readonly interaction: Effect};

function measure(four: Four): readonly Measured[] {
	const [near, farCpu, farMemory, far] = [four.near, four.farCpu, four.farMemory, four.far].map(logByBlock);
	const blocks = [...(near?.keys() ?? [])].filter(
		(block) => block >= 1 && farCpu?.has(block) && farMemory?.has(block) && far?.has(block),
	);
	const contrast = (combine: (near: number, cpu: number, memory: number, both: number) => number) =>
		estimateEffect(
			blocks.map((block) => {
				const [a, b, c, d] = [near, farCpu, farMemory, far].map((logs) => logs?.get(block) ?? 0);
				return combine(a ?? 0, b ?? 0, c ?? 0, d ?? 0);
			}),
		);
	const cpu = contrast((a, b, c, d) => (b - a + d - c) / 2);
	const memory = contrast((a, b, c, d) => (c - a + d - b) / 2);
	const interaction = contrast((a, b, c, d) => d - c - b + a);
	return cpu && memory && interaction ? [{...four, cpu, memory, interaction}] : [];
}

function logByBlock(records: Records): ReadonlyMap<number, number> {
	const groups = [...groupBy(records, ({experiment}) => experiment.block)].flatMap(([block, members]) => {
		const mean = computeMean(members.map(readRate).filter((rate) => rate !== null));
		return mean === null ? [] : [[block, Math.log(mean)] as const];
	});
	return new Map(groups);
}

const describeEffect = (effect: Effect, pHolm: number | null): SplitEffect => ({
	percent: toPenaltyPercent(effect.mean),
	interval: isEstimate(effect) ? computeInterval(effect) : null,
	pHolm,
	isFound: effect.n >= LEAST_BLOCKS && pHolm !== null && pHolm < LEVEL,
});

function judge(n: number, {cpu, memory, interaction}: Pick<SplitRow, 'cpu' | 'memory' | 'interaction'>): string {
	if (n < 2) return 'single run, no interval';
	if (n < LEAST_BLOCKS) return `inconclusive, ${LEAST_BLOCKS} blocks are needed`;
	const together = interaction.isFound ? ', and they interact' : '';
	const parts = [
		...(cpu.isFound ? [`far CPUs: ${nameDirection(cpu)}`] : []),
		...(memory.isFound ? [`far memory: ${nameDirection(memory)}`] : []),
	];
	if (parts.length > 0) return parts.join(', ') + together;
	return interaction.isFound ? 'they interact; neither alone is found' : 'neither is found';
}

const nameDirection = ({percent}: SplitEffect): string => (percent > 0 ? 'slower' : 'faster');
