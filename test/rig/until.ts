import {setTimeout as delay} from 'node:timers/promises';

/** Waits for what a test waits for and no longer; fails with its name after `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = 90_000): Promise<void> {
	const deadline = performance.now() + ms;
	while (!(await condition())) {
		if (performance.now() > deadline) throw new Error(`${what}: not within ${ms} ms`);
		await delay(5);
	}
}
