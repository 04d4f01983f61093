import {groupBy} from '../cells.ts';
import {adjustHolm} from '../holm.ts';
import {describeValues, type IcdPlace, type IcdRow} from './icd-rows.ts';
import {type IcdPair, type IcdStatistics, testPairs} from './icd-statistics.ts';
import type {IcdTable, IcdValue} from './icd-table.ts';

/** Baselines of Table 1, in the guide's order. */
const BASELINES = ['dense', 'algo_only', 'linear', 'iterative'] as const;
/** The guide's level, here of the adjusted p. */
const LEVEL = 0.001;

type PhaseRow<Phase extends IcdPlace['phase']> = IcdRow & {readonly place: Extract<IcdPlace, {readonly phase: Phase}>};

export const ofPhase = <Phase extends IcdPlace['phase']>(
	rows: readonly IcdRow[],
	phase: Phase,
): readonly PhaseRow<Phase>[] => rows.filter((row): row is PhaseRow<Phase> => row.place.phase === phase);

/** results_summary.csv: a line for each architecture and baseline. */
export function summarizeTable1(rows: readonly IcdRow[]): IcdTable | null {
	const groups = [
		...groupBy(ofPhase(rows, 'table1'), ({place}) => JSON.stringify([place.architecture, place.baseline])).values(),
	];
	if (groups.length === 0) return null;
	return {
		columns: [
			'architecture',
			'baseline',
			'n',
			'planned',
			...spell('latency_ms'),
			...spell('l2_hit_pct'),
			...spell('modularity'),
		],
		rows: groups.flatMap((members) => {
			const [first] = members;
			return first ? [[first.place.architecture, first.place.baseline, ...describeGroup(members)]] : [];
		}),
	};
}

const spell = (name: string): readonly string[] => [`${name}_mean`, `${name}_std`];

/** n, planned, then mean and standard deviation of latency, hit rate and modularity. */
function describeGroup(members: readonly IcdRow[]): readonly IcdValue[] {
	const latency = describeValues(members.map(({latencyMs}) => latencyMs));
	const l2 = describeValues(members.map(({l2HitPercent}) => l2HitPercent));
	const modularity = describeValues(members.map(({modularity: value}) => value));
	return [latency.n, latency.planned, ...[latency, l2, modularity].flatMap(({mean, sd}) => [mean, sd])];
}

/** table1_stats.csv: linear against iterative, paired by run; the family is that of all architectures. */
export function compareTable1(rows: readonly IcdRow[], statistics: IcdStatistics): IcdTable | null {
	const byArchitecture = [...groupBy(ofPhase(rows, 'table1'), ({place}) => place.architecture)];
	if (byArchitecture.length === 0) return null;
	const compared = byArchitecture.map(([architecture, members]) => {
		const pairs = pairByRun(members, ['linear', 'iterative']);
		return {architecture, members, pairs, ...testPairs(pairs)};
	});
	const adjusted = adjustHolm(
		compared.map(({p}) => p),
		compared.length,
	);
	return {
		columns: [
			'architecture',
			...BASELINES.flatMap(spell),
			...['improvement_pct', 'p_value', 'cohens_d', 'significant', 'p_holm', 'family', 'cohens_d_paired'],
			...['n_pairs', 'planned_pairs', 'not_computed'],
		],
		rows: compared.map(({architecture, members, pairs, n, p}, index) => {
			const means = BASELINES.map((baseline) => describeValues(listLatencies(members, baseline)));
			const [, , linear, iterative] = means.map(({mean}) => mean);
			const pooled = statistics.computePooledD(
				pairs.map(([a]) => a),
				pairs.map(([, b]) => b),
			);
			const paired = statistics.computePairedD(pairs);
			const pHolm = adjusted[index] ?? null;
			const reasons = [pooled, paired].flatMap((one) => (one.kind === 'refused' ? [one.reason] : []));
			return [
				architecture,
				...means.flatMap(({mean, sd}) => [mean, sd]),
				linear == null || iterative == null ? null : ((linear - iterative) / linear) * 100,
				p,
				pooled.kind === 'refused' ? null : pooled.d,
				pHolm === null ? null : pHolm < LEVEL,
				pHolm,
				compared.length,
				paired.kind === 'refused' ? null : paired.d,
				n,
				pairs.length,
				[...new Set(reasons)].join('; '),
			];
		}),
	};
}

const listLatencies = (members: readonly PhaseRow<'table1'>[], baseline: string): readonly (number | null)[] =>
	members.filter(({place}) => place.baseline === baseline).map(({latencyMs}) => latencyMs);

/** A pair for each run that either side has, because a missing side was planned too. */
function pairByRun(
	members: readonly PhaseRow<'table1'>[],
	[first, second]: readonly [string, string],
): readonly IcdPair[] {
	const byRun = groupBy(members, ({run}) => run);
	return [...byRun.values()].flatMap((group): readonly IcdPair[] => {
		const [a, b] = [first, second].map((name) => group.find(({place}) => place.baseline === name));
		return a || b ? [[a?.latencyMs ?? null, b?.latencyMs ?? null]] : [];
	});
}

/** quantization/summary.csv: a line for each strategy. */
export function summarizeQuantization(rows: readonly IcdRow[]): IcdTable | null {
	const groups = [...groupBy(ofPhase(rows, 'quantization'), ({place}) => place.strategy)];
	if (groups.length === 0) return null;
	return {
		columns: ['strategy', 'n', 'planned', ...spell('latency_ms'), ...spell('l2_hit_pct'), ...spell('modularity')],
		rows: groups.map(([strategy, members]) => [strategy, ...describeGroup(members)]),
	};
}

/** table3_mamba_deepdive.csv: a line for each mode. */
export function summarizeMechanism(rows: readonly IcdRow[]): IcdTable | null {
	const groups = [...groupBy(ofPhase(rows, 'mechanism'), ({place}) => place.mode)];
	if (groups.length === 0) return null;
	return {
		columns: ['mode', 'n', 'planned', ...spell('latency_ms'), ...spell('hit_rate'), ...spell('modularity')],
		rows: groups.map(([mode, members]) => [mode, ...describeGroup(members)]),
	};
}

/** Its raw values: a line for each run, in the order of the plan. */
export function listMechanism(rows: readonly IcdRow[]): IcdTable | null {
	const members = ofPhase(rows, 'mechanism');
	if (members.length === 0) return null;
	return {
		columns: ['mode', 'run', 'modularity', 'hit_rate', 'latency_ms', 'status'],
		rows: members.map(({place, run, modularity, l2HitPercent, latencyMs, record, result}) => [
			...[place.mode, run, modularity, l2HitPercent, latencyMs],
			result?.status ?? record.stage.kind,
		]),
	};
}
