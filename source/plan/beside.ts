import type {Experiment} from '../domain/experiment.ts';

type Lasting = {readonly experiment: Experiment; readonly seconds: number; readonly hostMiB: number};

type Running = Lasting & {readonly until: number};

/**
 * Wall seconds when the first of each lane starts as soon as a worker, the host and its memory are there for it. What is
 * more than all the room runs alone.
 */
export function playBeside(all: readonly Lasting[], maxWorkers: number, roomMiB: number): number {
	const lanes = [...Map.groupBy(all, ({experiment}) => experiment.lane).values()].map((own) => [...own].reverse());
	let now = 0;
	let running: readonly Running[] = [];
	while (lanes.some((lane) => lane.length > 0) || running.length > 0) {
		for (const lane of lanes) {
			const next = lane.at(-1);
			if (!next || running.length >= maxWorkers || !canStart(next, running, roomMiB)) continue;
			lane.pop();
			running = [...running, {...next, until: now + next.seconds}];
		}
		now = Math.min(...running.map(({until}) => until));
		running = running.filter(({until}) => until > now);
	}
	return now;
}

function canStart({experiment, hostMiB}: Lasting, running: readonly Running[], roomMiB: number): boolean {
	if (running.length === 0) return true;
	const isAlone = [experiment, ...running.map((one) => one.experiment)].some(({exclusive}) => exclusive === 'host');
	if (isAlone || running.some((one) => one.experiment.lane === experiment.lane)) return false;
	return running.reduce((sum, one) => sum + one.hostMiB, hostMiB) <= roomMiB;
}
