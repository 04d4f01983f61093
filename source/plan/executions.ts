import type {Experiment} from '../domain/experiment.ts';
import type {Plan} from './plan.ts';

/** What a plan launches, all in all and what of it is not measured for its own sake. */
export type Executions = {
	readonly executions: number;
	readonly warmUps: number;
	readonly controls: number;
	/** Passes under a profiler, which time nothing. */
	readonly profiles: number;
};

export function countExecutions({experiments}: Pick<Plan, 'experiments'>): Executions {
	const countRole = (wanted: Experiment['role']) =>
		experiments.reduce((count, {role}) => count + (role === wanted ? 1 : 0), 0);
	return {
		executions: experiments.length,
		warmUps: countRole('warm-up'),
		controls: countRole('control'),
		profiles: countRole('profile'),
	};
}

/** `768 executions (480 measured, 48 warm-up, 240 control)`. */
export function describeExecutions({executions, warmUps, controls, profiles}: Executions): string {
	if (warmUps + controls + profiles === 0) return `${executions} executions`;
	const parts = [
		`${executions - warmUps - controls - profiles} measured`,
		...(warmUps > 0 ? [`${warmUps} warm-up`] : []),
		...(controls > 0 ? [`${controls} control`] : []),
		...(profiles > 0 ? [`${profiles} profile`] : []),
	];
	return `${executions} executions (${parts.join(', ')})`;
}

/** How many run at once at most. */
export function countAtOnce({experiments, lanes, maxWorkers}: Plan): number {
	const isAlone = experiments.length > 0 && experiments.every(({exclusive}) => exclusive === 'host');
	return isAlone ? 1 : Math.min(maxWorkers, lanes.length);
}
