import type {Campaign, CampaignBudget, CampaignPhase} from '../domain/campaign.ts';
import type {BudgetKeys, PhaseKeys} from '../domain/campaign-keys.ts';

const MIB_A_GIB = 1024;

/** A campaign as its suite declares it, in the words that facts and screens have. */
export const readCampaign = (phases: readonly PhaseKeys[], budget: BudgetKeys | undefined): Campaign => ({
	phases: phases.map(readPhase),
	...(budget ? {budget: readBudget(budget)} : {}),
});

function readPhase(phase: PhaseKeys): CampaignPhase {
	const {name, title, priority, after, hours, gpu_memory_gb: gib, pause, backup, expected, done} = phase;
	const gate = readGate(phase.gate);
	return {
		name,
		title: title ?? name,
		priority,
		after,
		...(gate ? {gate} : {}),
		...(pause === undefined ? {} : {pause}),
		...(hours ? {hours: {least: hours[0], most: hours[1]}} : {}),
		...(gib === undefined ? {} : {gpuMiB: Math.ceil(gib * MIB_A_GIB)}),
		...(backup ? {backup} : {}),
		...(expected ? {expected} : {}),
		...(done ? {done: done.map(({group, ...rest}) => ({group: group ?? name, ...rest}))} : {}),
	};
}

function readGate(gate: PhaseKeys['gate']): CampaignPhase['gate'] {
	if (!gate) return undefined;
	const {success_rate: successRate, metrics, approval} = gate;
	return {
		...(successRate === undefined ? {} : {successRate}),
		...(metrics ? {metrics: metrics.map(readMetric)} : {}),
		...(approval === undefined ? {} : {approval}),
	};
}

type MetricKeys = NonNullable<NonNullable<PhaseKeys['gate']>['metrics']>[number];
type MetricGate = NonNullable<NonNullable<CampaignPhase['gate']>['metrics']>[number];

const readMetric = ({metric, of, min, max}: MetricKeys): MetricGate => ({
	metric,
	of,
	...(min === undefined ? {} : {min}),
	...(max === undefined ? {} : {max}),
});

const readBudget = ({usd_per_hour: usdPerHour, per, stop_usd, stop_hours}: BudgetKeys): CampaignBudget => ({
	usdPerHour,
	per,
	...(stop_usd === undefined ? {} : {stopUsd: stop_usd}),
	...(stop_hours === undefined ? {} : {stopHours: stop_hours}),
});
