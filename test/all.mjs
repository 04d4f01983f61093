import {spawn} from 'node:child_process';

/**
 * The slow test beds run beside everything else, one file at a time, because most tests wait more than they compute. What
 * they print comes at the end, so that the two are not mixed.
 */
function run(script, stdio) {
	const child = spawn('npm', ['run', '--silent', script], {stdio: ['ignore', stdio, stdio]});
	const chunks = [];
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({code: code ?? 1, text: Buffer.concat(chunks).toString()}));
	});
}

const [beds, rest] = await Promise.all([run('test:beds', 'pipe'), run('test:rest', 'inherit')]);
process.stdout.write(beds.text);
process.exitCode = Math.max(beds.code, rest.code);
