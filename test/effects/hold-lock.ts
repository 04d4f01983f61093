import {createClock} from '../../source/effects/clock.ts';
import {takeLock} from '../../source/effects/run-lock.ts';

/** A process of its own that takes a folder's lock when a line comes in, says how it went, and holds it. */
const [folder = '', forced = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
process.stdin.once('data', () => {
	takeLock(folder, {clock: createClock(), warpdeck: '0.1.0', takeLock: forced === 'forced'}).then(
		() => process.stdout.write('won\n'),
		(error: unknown) => {
			process.stdout.write(`lost ${error instanceof Error ? error.message : error}\n`);
			process.exit(0);
		},
	);
});
