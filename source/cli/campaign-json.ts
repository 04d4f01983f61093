import type {Topology} from '../domain/topology.ts';
import {findGpu} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';
import type {Hours, Rate} from '../plan/campaign-cost.ts';
import type {Foreseen} from './foresee-campaign.ts';

/** What `plan --json` says of a campaign. */
export function describeCampaignJson({phases, cost}: Foreseen, lanes: readonly Lane[], topology: Topology) {
	const {budget} = cost;
	return {
		phases: phases.map((outlook) => describePhase(outlook, lanes, topology)),
		hours: {
			declared: toPair(cost.declared),
			planned: toPair(cost.elapsed),
			measured: cost.measured,
		},
		days: cost.days.map(({phases: names, until, hours}) => ({phases: names, until, hours: toPair(hours)})),
		budget: budget && {
			per: budget.per,
			stop_hours: budget.stopHours,
			stops_in: budget.stopsIn,
			rates: budget.rates.map(describeRate),
		},
	};
}

type Outlook = Foreseen['phases'][number];

function describePhase(outlook: Outlook, lanes: readonly Lane[], topology: Topology) {
	const {phase, started, postponed, groups, time} = outlook;
	const used = lanes.filter(({id}) => outlook.lanes.includes(id));
	return {
		name: phase.name,
		title: phase.title,
		priority: phase.priority,
		after: phase.after,
		gate: phase.gate ?? null,
		pause: phase.pause ?? null,
		backup: phase.backup ?? false,
		cells: outlook.cells,
		executions: started.length,
		postponed,
		groups: groups.map(({name, ...counts}) => ({group: name, ...counts})),
		done: phase.done ?? [],
		lanes: outlook.lanes,
		beside: outlook.beside,
		apart: outlook.apart,
		hours: {declared: toPair(phase.hours ?? null), measured_s: time.wallS, known: time.known, guessed: time.guessed},
		gpu_memory_mib: phase.gpuMiB ?? null,
		gpus: used.flatMap(({gpuId}) => {
			const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
			return gpu ? [{gpu_id: gpu.index, name: gpu.name, memory_total_mib: gpu.memoryTotalMiB}] : [];
		}),
	};
}

const describeRate = ({machine, usdPerHour, declaredUsd, plannedUsd, measuredUsd, stopUsd}: Rate) => ({
	machine,
	usd_per_hour: usdPerHour,
	declared_usd: toPair(declaredUsd),
	planned_usd: toPair(plannedUsd),
	measured_usd: measuredUsd,
	stop_usd: stopUsd,
});

const toPair = (hours: Hours | null): readonly [number, number] | null => hours && [hours.least, hours.most];
