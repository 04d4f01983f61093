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
