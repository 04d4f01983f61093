import type {Experiment} from '../domain/experiment.ts';
import type {Plan} from './plan.ts';

/** How many of the experiments would not have started `roomS` seconds from now; null where nobody knows how long one takes. */
export function countLate(
	{experiments, maxWorkers}: Pick<Plan, 'experiments' | 'maxWorkers'>,
	findSeconds: (experiment: Experiment) => number | undefined,
	roomS: number,
): number | null {
	const known = experiments.map(findSeconds).filter((seconds) => seconds !== undefined);
	if (known.length === 0) return null;
	const meanS = known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
	const queues = [...Map.groupBy(experiments, ({lane}) => lane).values()].map((own) => ({
		seconds: own.map((experiment) => findSeconds(experiment) ?? meanS),
		next: 0,
		freeAt: 0,
	}));
	const workers = Array.from({length: Math.min(maxWorkers, queues.length)}, () => 0);
	let started = 0;
	while (started < experiments.length) {
		const queue = queues
			.filter(({seconds, next}) => next < seconds.length)
			.reduce((soonest, one) => (one.freeAt < soonest.freeAt ? one : soonest));
		const worker = workers.indexOf(Math.min(...workers));
		const startS = Math.max(queue.freeAt, workers[worker] ?? 0);
		if (startS >= roomS) break;
		queue.freeAt = startS + (queue.seconds[queue.next++] ?? 0);
		workers[worker] = queue.freeAt;
		started++;
	}
	return experiments.length - started;
}
