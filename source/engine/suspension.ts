import type {Clock, LaunchedProcess} from './ports.ts';

/** Stops the processes of one attempt for a while and lets them go on. */
export type Suspension = {
	/** Who wants it to stand still; null: nobody. Said again with every decision. */
	readonly want: (by: string | null) => void;
	readonly take: (process: LaunchedProcess) => void;
	/** What it says it does: while it measures it is never stopped, and what says nothing may measure. */
	readonly follow: (phase: string) => void;
	/** The process is over; resolves to how long it stood still, ms. */
	readonly close: () => Promise<number>;
};

type SuspensionOptions = {
	readonly clock: Clock;
	readonly tell: (type: 'suspended' | 'woken', by: string) => Promise<void>;
	readonly onError: (error: unknown) => void;
};

export function createSuspension({clock, tell, onError}: SuspensionOptions): Suspension {
	let process: LaunchedProcess | undefined;
	let wanted: string | null = null;
	let isSafe = false;
	let isOver = false;
	let stopped: {readonly by: string; readonly since: number} | null = null;
	let totalMs = 0;
	let turning: Promise<void> = Promise.resolve();

	const suspend = async (by: string): Promise<void> => {
		const isStopped = (await process?.suspend?.()) ?? false;
		if (!isStopped) return;
		stopped = {by, since: clock.now()};
		await tell('suspended', by);
	};

	const wake = async ({by, since}: NonNullable<typeof stopped>): Promise<void> => {
		await process?.wake?.();
		totalMs += clock.now() - since;
		stopped = null;
		if (!isOver) await tell('woken', by);
	};

	/** One after the other, each on what is wanted by then. */
	const turn = (): void => {
		turning = turning
			.then(() => {
				if (stopped && (wanted === null || isOver)) return wake(stopped);
				return !stopped && wanted !== null && isSafe && !isOver ? suspend(wanted) : undefined;
			})
			.catch(onError);
	};

	return {
		want: (by) => {
			if ((by === null) === (wanted === null)) return;
			wanted = by;
			turn();
		},
		take: (launched) => {
			process = launched;
		},
		follow: (phase) => {
			isSafe = phase !== 'measure';
			if (wanted !== null && isSafe) turn();
		},
		close: async () => {
			isOver = true;
			turn();
			await turning;
			return totalMs;
		},
	};
}
