import {closeSync, fdatasyncSync, openSync, writeSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import {join} from 'node:path';
import {median} from './figures.ts';

const SYNCS = 200;

/** Figures without this line mean nothing: others may be using the machine, and a disk may be slow today. */
export function describeMachine(folder: string): string {
	const [first] = cpus();
	const date = new Date().toISOString().slice(0, 10);
	return [
		`${date}  ${first?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}`,
		`load ${loadavg()[0]?.toFixed(1)} (others' work when above 0), append and sync of 200 bytes ${measureSyncMs(folder).toFixed(2)} ms`,
	].join('\n');
}

function measureSyncMs(folder: string): number {
	const file = openSync(join(folder, 'syncs.txt'), 'a');
	const line = `${'x'.repeat(199)}\n`;
	const times = Array.from({length: SYNCS}, () => {
		const startedAt = performance.now();
		writeSync(file, line);
		fdatasyncSync(file);
		return performance.now() - startedAt;
	});
	closeSync(file);
	return median(times);
}
