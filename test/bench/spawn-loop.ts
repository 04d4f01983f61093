import {spawn} from 'node:child_process';
import {closeSync, fdatasyncSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';

/** `node spawn-loop.mjs FOLDER JOBS LANES synced|plain`: the least that a runner in Node can do; prints milliseconds. */
const [folder = '.', jobs = '0', lanes = '1', mode = 'plain'] = process.argv.slice(2);
const journal = mode === 'synced' ? openSync(join(folder, 'journal.txt'), 'a') : null;
let next = 1;

const startedAt = performance.now();
await Promise.all(Array.from({length: Number(lanes)}, runLane));
process.stdout.write(`${performance.now() - startedAt}\n`);

async function runLane(): Promise<void> {
	while (next <= Number(jobs)) {
		const code = await runJob(next++);
		if (code !== 0) throw new Error(`/bin/true ended with ${code}`);
	}
}

async function runJob(number: number): Promise<number | null> {
	const logs = ['stdout', 'stderr'].map((name) => openSync(join(folder, `${number}.${name}`), 'a'));
	const child = spawn('/bin/true', [String(number)], {detached: true, stdio: ['ignore', ...logs]});
	logs.forEach(closeSync);
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', resolve);
	});
	if (journal !== null) noteEnd(journal, number, code);
	return code;
}

function noteEnd(journal: number, number: number, code: number | null): void {
	writeSync(journal, `${JSON.stringify({type: 'ended', id: number, code, at: Date.now()})}\n`);
	fdatasyncSync(journal);
}
