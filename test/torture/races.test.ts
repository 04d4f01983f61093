import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const RACERS = 3;
const TIMES = 30;

suite('runners that race for one folder again and again', () => {
	test('never have it together, also when the one before them died with it', async (context) => {
		const folder = makeTemporaryFolder(context);
		const log = join(makeTemporaryFolder(context), 'log');
		const racers = await Promise.all(Array.from({length: RACERS}, () => startRacer(context, folder, log)));

		for (const {child} of racers) child.stdin?.write('go\n');
		const codes = await Promise.all(racers.map(({ended}) => ended));

		const deeds = readFileSync(log, 'utf8').trim().split('\n');
		assert.deepEqual(codes, [0, 0, 0]);
		assert.equal(deeds.length, 2 * RACERS * TIMES);
		for (let index = 0; index < deeds.length; index += 2)
			assert.equal(
				deeds[index + 1],
				deeds[index]?.replace('enter', 'leave'),
				deeds.slice(index - 4, index + 4).join('\n'),
			);
	});
});

async function startRacer(context: TestContext, folder: string, log: string) {
	const program = fileURLToPath(new URL('race-for-lock.ts', import.meta.url));
	const child: ChildProcess = spawn(process.execPath, ['--import=tsx', program, folder, log, String(TIMES)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	context.after(() => child.kill('SIGKILL'));
	await new Promise((resolve) => child.stdout?.once('data', resolve));
	return {child, ended: new Promise<number | null>((resolve) => child.once('exit', resolve))};
}
