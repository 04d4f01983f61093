import type {CampaignPhase} from '../domain/campaign.ts';
import type {Cell, Experiment} from '../domain/experiment.ts';
import {isOrdered, orderPhases} from './phase-order.ts';
import type {Plan} from './plan.ts';

/** What a plan comes to in one phase, before anything runs. */
export type PhaseOutlook = {
	readonly phase: CampaignPhase;
	readonly cells: number;
	/** What would be started. */
	readonly started: readonly Experiment[];
	readonly postponed: readonly {readonly reason: string; readonly count: number}[];
	readonly groups: readonly GroupOutlook[];
	readonly lanes: readonly string[];
	/** Phases whose experiments may run while those of this one do. */
	readonly beside: readonly string[];
	/** Why others that wait for no order with this one do not run beside it. */
	readonly apart: readonly {readonly name: string; readonly why: string}[];
};

export type GroupOutlook = {
	readonly name: string;
	/** To be started in this run, postponed in it, and done in another one. */
	readonly planned: number;
	readonly postponed: number;
	readonly elsewhere: number;
	readonly expected: number | null;
};

type Planned = Pick<Plan, 'cells' | 'experiments' | 'lanes' | 'maxWorkers'> & {
	readonly phases: readonly CampaignPhase[];
};

/** Phase by phase in the order in which they start. */
export function foreseePhases(plan: Planned): readonly PhaseOutlook[] {
	const experiments = Map.groupBy(plan.experiments, ({phase}) => phase);
	const cells = countCells(plan.cells, plan.experiments);
	const own = (name: string) => (experiments.get(name) ?? []).filter(({postponed}) => postponed === undefined);
	return orderPhases(plan.phases).map((phase) => {
		const all = experiments.get(phase.name) ?? [];
		const started = own(phase.name);
		const others = plan.phases.filter((other) => other !== phase && !isOrdered(other, phase, plan.phases));
		const judged = others.map(({name}) => ({name, why: explainApart(started, own(name), plan)}));
		return {
			phase,
			cells: cells.get(phase.name) ?? 0,
			started,
			postponed: countReasons(all),
			groups: countGroups(phase, all),
			lanes: [...new Set(started.map(({lane}) => lane))],
			beside: judged.flatMap(({name, why}) => (why === null ? [name] : [])),
			apart: judged.flatMap(({name, why}) => (why === null || why === '' ? [] : [{name, why}])),
		};
	});
}

/** A cell that shares another's result belongs to the phase of that one. */
function countCells(
	cells: readonly Cell[],
	experiments: readonly Experiment[],
): ReadonlyMap<string | undefined, number> {
	const phaseOf = new Map(experiments.map(({runId, phase}) => [runId, phase]));
	const byPhase = Map.groupBy(cells, ({runId, duplicateOf}) => phaseOf.get(duplicateOf ?? runId));
	return new Map([...byPhase].map(([phase, own]) => [phase, own.length]));
}

function countReasons(experiments: readonly Experiment[]): PhaseOutlook['postponed'] {
	const late = experiments.filter(({postponed}) => postponed !== undefined);
	return [...Map.groupBy(late, ({postponed}) => postponed ?? '')].map(([reason, own]) => ({reason, count: own.length}));
}

function countGroups({name, expected = {}, done = []}: CampaignPhase, experiments: readonly Experiment[]) {
	const byGroup = Map.groupBy(experiments, ({group}) => group ?? name);
	const names = new Set([...Object.keys(expected), ...byGroup.keys(), ...done.map(({group}) => group)]);
	return [...names].map((group): GroupOutlook => {
		const own = byGroup.get(group) ?? [];
		const postponed = own.filter((experiment) => experiment.postponed !== undefined).length;
		const elsewhere = done.filter((part) => part.group === group).reduce((sum, {count}) => sum + count, 0);
		return {name: group, planned: own.length - postponed, postponed, elsewhere, expected: expected[group] ?? null};
	});
}

/** Null where both can run at the same time; empty where nothing of one of them would run at all. */
function explainApart(
	one: readonly Experiment[],
	other: readonly Experiment[],
	{lanes, maxWorkers}: Planned,
): string | null {
	if (one.length === 0 || other.length === 0) return '';
	if (maxWorkers === 1) return 'max_workers is 1';
	const taken = new Set(one.map(({lane}) => lane));
	const shared = lanes.filter(({id}) => taken.has(id) && other.some(({lane}) => lane === id));
	if (shared.length > 0)
		return `both use ${shared.map(({gpuId, label}) => (gpuId === null ? label : `GPU ${gpuId}`)).join(', ')}`;
	const needsHost = [...one, ...other].some(({exclusive}) => exclusive === 'host');
	return needsHost ? 'one of them measures alone on the host' : null;
}
