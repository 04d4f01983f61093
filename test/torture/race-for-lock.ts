import {appendFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {formatHolder, readSelf} from '../../source/effects/lock-holder.ts';
import {type Lock, takeLock} from '../../source/effects/run-lock.ts';

/**
 * A process of its own that takes a folder's lock so many times; it notes when it has it and when not any more, and every
 * third time it leaves the lock behind as one whose holder died.
 */
const [folder = '', log = '', times = '1'] = process.argv.slice(2);
const DEAD_PID = 2 ** 22 + 1;
/** Kept, because a file that is collected as garbage is complained about. */
const abandoned: Lock[] = [];
const clock = {now: () => Date.now(), after: () => () => {}};

process.stdout.write('ready\n');
process.stdin.once('data', () => void race());

async function race(): Promise<void> {
	for (let won = 0; won < Number(times); ) {
		const lock = await takeLock(folder, {clock, warpdeck: '0.1.0'}).catch(() => null);
		if (!lock) {
			await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
			continue;
		}
		won++;
		appendFileSync(log, `enter ${process.pid}\n`);
		await new Promise((resolve) => setTimeout(resolve, 1));
		appendFileSync(log, `leave ${process.pid}\n`);
		if (won % 3 === 0) die(lock);
		else await lock.release();
	}
	process.exit(0);
}

/** As far as others can see. */
function die(lock: Lock): void {
	abandoned.push(lock);
	const dead = {...readSelf(), pid: DEAD_PID, token: 'dead', heartbeatAt: Date.now(), warpdeck: '0.1.0'};
	writeFileSync(join(folder, 'run.lock'), formatHolder(dead));
}
