import {parseArgs} from 'node:util';
import {formatTorture, torture} from './torture.ts';

/** `npm run torture -- --rounds 5000 --seed N`: the long form of what the tests do on every commit. */
const {values} = parseArgs({
	options: {
		rounds: {type: 'string', default: '1000'},
		seed: {type: 'string', default: String(Date.now() % 1_000_000)},
		'at-once': {type: 'string', default: '2'},
	},
});
const [rounds, seed, atOnce] = [Number(values.rounds), Number(values.seed), Number(values['at-once'])];
const onProgress = (done: number): void => {
	if (done % 100 === 0) process.stderr.write(`${done} of ${rounds} rounds\n`);
};
process.stdout.write(`seed ${seed}\n`);
const outcome = await torture({rounds, seed, atOnce, onProgress});
process.stdout.write(formatTorture(outcome));
process.exitCode = outcome.faults.length + outcome.missedPoints.length > 0 ? 1 : 0;
