import assert from 'node:assert/strict';
import {after, before, suite, test} from 'node:test';
import {type Ended, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksTorch} from '../rig/needed-tools.ts';
import {findRunFolder, readResults, readWholeJournal} from '../rig/run-files.ts';

const SMALL = [
	'experiment.hardware.device=cpu',
	'experiment.hardware.numa_nodes=[0]',
	'experiment.hardware.binding=auto',
	'experiment.blocks=2',
	'experiment.axes.size_kib=[4,64]',
	'experiment.axes.memory=[pageable]',
	'experiment.axes.direction=[h2d,both]',
	'experiment.test.num_samples=10',
	'experiment.test.warmup_samples=2',
	'experiment.test.min_window_s=0',
	'experiment.test.memory_size_mb=4',
] as const;

suite('transfer_study with PyTorch on the CPU', {skip: await lacksTorch()}, () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		ended = await runProgram(place, ['run', 'transfer_study', ...SMALL, '--headless']);
		run = await findRunFolder(place);
	});
	after(() => place?.remove());

	test('measures each of its copies, with all settings confirmed', () => {
		assert.equal(ended.code, 0, ended.stdout + ended.stderr);
		assert.equal(readResults(run).length, 4);
		for (const {success, degraded} of readResults(run)) assert.deepEqual([success, degraded], [true, []]);
	});

	test('has one process a block, which imports PyTorch once for all of them', () => {
		const facts = readWholeJournal(run);
		const keys = facts.flatMap((fact) => (fact.type === 'launching' ? [fact.worker?.key ?? 'none'] : []));
		const pids = facts.flatMap((fact) => (fact.type === 'started' ? [fact.pid] : []));

		assert.equal(keys.length, 8);
		assert.equal(new Set(keys).size, 2);
		assert.equal(new Set(pids).size, 2);
	});
});
