import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, startProgram} from '../rig/built-program.ts';

/** Launches whose facts still fit into the last page of the journal; a queue that goes on makes twelve. */
const FITTING = 5;

suite('a disk that fills up while a suite runs', () => {
	test('holds the queue, leaves what runs alone, is said, and costs nothing once there is space', async (context) => {
		const refusal = tryMounting();
		if (refusal !== null) return context.skip(refusal);
		const place = makeWorkplace();
		context.after(place.remove);
		mkdirSync(join(place.folder, 'outputs'));
		const notes = join(place.folder, 'notes');
		const words = ['run', 'full_disk', '--headless', '--suites', fixtureSuites];

		// The mount belongs to the program's own namespace and is gone with it, so the records are read inside too.
		const script = [
			'mount -t tmpfs -o size=1m tmpfs outputs',
			'"$@"',
			'code=$?',
			'cat outputs/full_disk/*/*/results.json >results.json',
			'ls -A outputs/full_disk/*/*/results >names',
			'exit $code',
		].join('\n');
		const {code, stdout, stderr} = await startProgram({...place, env: {...place.env, NOTES: notes}}, words, {
			node: 'unshare',
			nodeArguments: ['-rm', 'sh', '-c', script, 'sh', process.execPath],
		}).ended;

		assert.equal(code, 0, stdout + stderr);
		assert.match(
			stdout,
			/the disk refuses facts, nothing new starts: .*no space left on the disk.*the disk takes facts again/s,
		);
		const deeds = readFileSync(notes, 'utf8').trim().split('\n');
		const meanwhile = deeds.slice(deeds.indexOf('full') + 1, deeds.indexOf('free'));
		assert.ok(deeds.includes('alive on a full disk'), deeds.join('\n'));
		assert.ok(meanwhile.length <= FITTING, `while the disk was full: ${meanwhile.join(', ')}`);
		assert.equal(deeds.filter((deed) => deed.startsWith('start')).length, 13);
		const records = JSON.parse(readFileSync(join(place.folder, 'results.json'), 'utf8')) as readonly {
			success: boolean;
		}[];
		assert.deepEqual(
			records.map(({success}) => success),
			Array.from({length: 13}, () => true),
		);
		const names = readFileSync(join(place.folder, 'names'), 'utf8').trim().split('\n');
		assert.equal(names.length, 13, names.join(' '));
	});
});

/** Null where a small disk can be mounted; else why not. */
function tryMounting(): string | null {
	try {
		execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {stdio: 'pipe'});
		return null;
	} catch (error) {
		return `a small disk cannot be mounted here: ${error instanceof Error ? error.message.trim() : error}`;
	}
}
