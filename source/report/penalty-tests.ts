import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {adjustBonferroni} from './bonferroni.ts';
import {bootstrapStudentised} from './bootstrap.ts';
import {isMeasured} from './cells.ts';
import {computePairedD, computePooledD} from './cohen.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {toPenaltyPercent} from './effect.ts';
import {adjustHolm} from './holm.ts';
import {testPairedT} from './paired-t.ts';
import {type Pair, takeLogRatio} from './pairs.ts';
import {type Compared, comparePairs} from './penalty.ts';
import {isRefused} from './refusal.ts';
import {DEFAULT_RESAMPLES} from './resample.ts';
import type {SamplePair} from './samples.ts';
import {testWilcoxon} from './wilcoxon.ts';

/** The same comparison by every test that a reviewer may ask for; null where a test refuses, `refused` says why. */
type PenaltyTests = {
	readonly model: string;
	readonly gpuId: number;
	readonly localNode: number;
	readonly remoteNode: number;
	/** Blocks with a pair, of so many that were planned. */
	readonly n: number;
	readonly planned: number;
	/** On logs of throughput, two-sided. */
	readonly pairedTP: number | null;
	/** Over the family of all planned comparisons. */
	readonly pHolm: number | null;
	readonly pBonferroni: number | null;
	readonly familySize: number;
	readonly wilcoxonP: number | null;
	readonly wilcoxonMethod: string | null;
	/** Local less remote, in standard deviations of the differences, and of the two groups. */
	readonly cohenDPaired: number | null;
	readonly cohenDPooled: number | null;
	/** 95 %, studentised bootstrap. */
	readonly bootstrapLowPercent: number | null;
	readonly bootstrapHighPercent: number | null;
	readonly bootstrapSeed: number | null;
	readonly refused: readonly string[];
};

/** Constant, so that the same run always gives the same interval. */
const SEED = 1_905_314;

export function listPenaltyTests({opened, experiments}: RunState): readonly PenaltyTests[] {
	if (!opened || opened.foreign) return [];
	const all = comparePairs([...iterate(experiments)].filter(isMeasured), opened.topology);
	const compared = all.filter(({pairs}) => pairs.length > 0);
	const labels = labelConfigurations(compared.map(({comparison}) => comparison));
	const ps = compared.map(({pairs}) => readP(testPairedT(takeLogs(pairs))));
	const holm = adjustHolm(ps, all.length);
	const bonferroni = adjustBonferroni(ps, all.length);
	return compared.map((one, index) => ({
		...describe(one, labels[index] ?? ''),
		pairedTP: ps[index] ?? null,
		pHolm: holm[index] ?? null,
		pBonferroni: bonferroni[index] ?? null,
		familySize: all.length,
		...testFurther(one.pairs),
	}));
}

const describe = ({comparison, pairs}: Compared, model: string) => ({
	model,
	gpuId: comparison.gpuId,
	localNode: comparison.localNode,
	remoteNode: comparison.remoteNode,
	n: pairs.length,
	planned: Math.max(comparison.local.length, comparison.remote.length),
});

const takeLogs = (pairs: readonly Pair[]): readonly SamplePair[] =>
	pairs.map(({local, remote}) => [Math.log(local), Math.log(remote)]);

const readP = (found: ReturnType<typeof testPairedT>): number | null => (isRefused(found) ? null : found.p);

function testFurther(pairs: readonly Pair[]) {
	const logs = takeLogs(pairs);
	const wilcoxon = testWilcoxon(logs);
	const paired = computePairedD(logs);
	const pooled = computePooledD(
		logs.map(([local]) => local),
		logs.map(([, remote]) => remote),
	);
	const interval = bootstrapStudentised(pairs.map(takeLogRatio), {seed: SEED, resamples: DEFAULT_RESAMPLES});
	const asked = [testPairedT(logs), wilcoxon, paired, pooled, interval];
	return {
		wilcoxonP: isRefused(wilcoxon) ? null : wilcoxon.p,
		wilcoxonMethod: isRefused(wilcoxon) ? null : wilcoxon.method,
		cohenDPaired: isRefused(paired) ? null : paired.d,
		cohenDPooled: isRefused(pooled) ? null : pooled.d,
		// The larger ratio is the smaller penalty.
		bootstrapLowPercent: isRefused(interval) ? null : toPenaltyPercent(interval.high),
		bootstrapHighPercent: isRefused(interval) ? null : toPenaltyPercent(interval.low),
		bootstrapSeed: isRefused(interval) ? null : interval.seed,
		refused: [...new Set(asked.flatMap((found) => (isRefused(found) ? [found.reason] : [])))],
	};
}
