import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type FateFacts, judgeFate, warnOfFate} from '../../source/report/judge-fate.ts';

const facts = (changes: Partial<FateFacts> = {}): FateFacts => ({
	killsUserProcesses: false,
	group: 'login',
	lingers: false,
	slurmJob: null,
	firstShell: null,
	...changes,
});

suite('what ends a run that nobody ends', () => {
	test('is nothing in a login whose processes systemd leaves alone', () => {
		const finding = judgeFate(facts());

		assert.equal(finding.verdict, 'ok');
		assert.equal(warnOfFate(finding), null);
	});

	for (const [what, changes, advice] of [
		['a login with KillUserProcesses', {killsUserProcesses: true}, /systemd-run --user --scope/],
		['a user manager without lingering', {group: 'user manager'}, /loginctl enable-linger/],
		['a Slurm job', {slurmJob: '4711'}, /4711.*sbatch --wrap/],
		['a container that is a shell', {firstShell: 'bash'}, /shell bash.*docker exec/],
	] as const) {
		test(`is ${what}, and it is said with what to type`, () => {
			assert.match(warnOfFate(judgeFate(facts(changes))) ?? '', advice);
		});
	}

	test('is no user manager that outlives the last logout, and no login that the killing does not reach', () => {
		assert.equal(judgeFate(facts({group: 'user manager', lingers: true})).verdict, 'ok');
		assert.equal(judgeFate(facts({group: 'other', killsUserProcesses: true})).verdict, 'ok');
	});
});
