import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** Hundreds of tests start the built program, which is read and compiled once for all of them. */
const compiled = mkdtempSync(join(tmpdir(), 'warpdeck-compiled-'));
const env = {...process.env, NODE_COMPILE_CACHE: compiled};

function run(script, stdio) {
	const child = spawn('npm', ['run', '--silent', script], {stdio: ['ignore', stdio, stdio], env});
	const chunks = [];
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({code: code ?? 1, text: Buffer.concat(chunks).toString()}));
	});
}

/** What is wrong with the rules is known within a minute, and nothing else is waited for then. */
async function runOthers() {
	const pure = await run('test:pure', 'inherit');
	return pure.code === 0 ? run('test:rest', 'inherit') : pure;
}

/**
 * The slow test beds run beside everything else, one file at a time, because most tests wait more than they compute. What
 * they print comes at the end, so that the two are not mixed.
 */
const [beds, others] = await Promise.all([run('test:beds', 'pipe'), runOthers()]);
process.stdout.write(beds.text);
rmSync(compiled, {recursive: true, force: true});
process.exitCode = Math.max(beds.code, others.code);
