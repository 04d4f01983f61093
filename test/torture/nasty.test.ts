import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, fixtureSuites, makeWorkplace, startProgram, type Workplace} from '../rig/built-program.ts';
import {isAlive} from '../rig/launching.ts';
import {findByAxis, findRunFolder, listTagged, type ResultRecord, readResults} from '../rig/run-files.ts';
import {readText} from './victim.ts';

const LOG_CAP_BYTES = 64 * 1024 * 1024;
/** A runner without a screen has 100 MiB or so; a flood that it kept would be gigabytes. */
const MOST_MEMORY_KIB = 300 * 1024;

suite('programs that escape, ignore every signal, flood the disk and ask questions', () => {
	let place: Workplace;
	let run = '';
	let ended: Ended;
	let records: readonly ResultRecord[];
	let peakKiB = 0;
	let largestLog = 0;

	before(async () => {
		place = makeWorkplace();
		const notes = join(place.folder, 'notes');
		mkdirSync(notes);
		const env = {...place.env, NOTES: notes};
		const program = startProgram({...place, env}, ['run', 'nasty', '--headless', '--suites', fixtureSuites]);
		const watching = setInterval(() => {
			const peak = /^VmHWM:\s+(\d+)/m.exec(readText(`/proc/${program.pid}/status`))?.[1];
			peakKiB = Math.max(peakKiB, Number(peak ?? 0));
		}, 50);
		ended = await program.ended;
		clearInterval(watching);
		run = await findRunFolder(place);
		records = readResults(run);
		largestLog = statSync(join(run, 'logs', `${findByAxis(records, 'floods').run_id}.stdout`)).size;
	});
	after(() => place.remove());

	test('end with the run, whatever they did to outlive it', () => {
		assert.equal(ended.code, 1, ended.stderr);
		assert.deepEqual(listTagged(run), []);
		const escaped = Number(readFileSync(join(place.folder, 'notes/escaped'), 'utf8'));
		assert.ok(escaped > 1);
		assert.equal(isAlive(escaped), false);
	});

	test('each have the end that was theirs', () => {
		const ends = ['escapes', 'deaf', 'floods', 'asks'].map((habit) => {
			const {success, failure} = findByAxis(records, habit);
			return success ? 'succeeded' : failure?.kind;
		});

		assert.deepEqual(ends, ['succeeded', 'timeout', 'timeout', 'succeeded']);
	});

	test('fill neither the disk nor the memory of the runner', (context) => {
		context.diagnostic(`peak memory ${Math.round(peakKiB / 1024)} MiB, log ${Math.round(largestLog / 2 ** 20)} MiB`);

		assert.ok(largestLog <= LOG_CAP_BYTES, `${largestLog} bytes of log`);
		assert.ok(peakKiB > 0 && peakKiB < MOST_MEMORY_KIB, `${peakKiB} KiB`);
	});
});
