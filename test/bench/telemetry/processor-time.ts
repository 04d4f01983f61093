import {readdirSync, readFileSync} from 'node:fs';

/** Processor time of all threads of a process so far, user and system, in ms. */
export function readProcessorMs(pid: number): number {
	const tasks = readdirSync(`/proc/${pid}/task`);
	return tasks.reduce((sum, task) => sum + readThreadMs(pid, task), 0);
}

/** Nanoseconds stand in schedstat; a thread that has just ended counts no more. */
function readThreadMs(pid: number, task: string): number {
	try {
		return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
	} catch {
		return 0;
	}
}

/** User and system time of a process so far in the kernel's ticks of 10 ms, whose sum is coarser than the one above. */
export function readTicks(pid: number): {readonly user: number; readonly system: number} {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ');
	return {user: Number(fields[11]), system: Number(fields[12])};
}
