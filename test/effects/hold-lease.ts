import {appendFileSync} from 'node:fs';
import {createClock} from '../../source/effects/clock.ts';
import {leaseGpu} from '../../source/effects/gpu-lease.ts';

/**
 * A process of its own that leases a GPU as often as it is told, writes down when it has it and when it gives it back,
 * and ends holding it when asked to hold.
 */
const [folder = '', uuid = '', log = '', times = '1', ending = 'release'] = process.argv.slice(2);
const request = {folder, clock: createClock(), warpdeck: '0.1.0', run: `/runs/${process.pid}`};

process.stdout.write('ready\n');
process.stdin.once('data', () => void race());

async function race(): Promise<void> {
	for (let won = 0; won < Number(times); ) {
		const answer = await leaseGpu(uuid, request);
		if (answer.kind === 'held') continue;
		won++;
		appendFileSync(log, `enter ${process.pid}\n`);
		for (const gone of answer.lease.takenOver) process.stdout.write(`took over ${gone}\n`);
		process.stdout.write('won\n');
		if (ending === 'hold') return;
		await new Promise((resolve) => setTimeout(resolve, 2));
		appendFileSync(log, `leave ${process.pid}\n`);
		await answer.lease.release();
	}
	process.exit(0);
}
