import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {readFate} from '../../source/effects/session-fate.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

/** A machine's files as far as they are read here. */
function prepare(context: TestContext, files: {readonly [path: string]: string}) {
	const root = makeTemporaryFolder(context);
	for (const [path, text] of Object.entries({'proc/1/comm': 'systemd\n', 'run/systemd/system/x': '', ...files})) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), text);
	}
	return (env = {}, user = 'alice') => readFate({root, user, env});
}

const LOGIN = '0::/user.slice/user-1000.slice/session-3.scope\n';

suite('what would end a process', () => {
	test('is the login where logind is told so, the last drop-in by name winning', async (context) => {
		const read = prepare(context, {
			'proc/self/cgroup': LOGIN,
			'etc/systemd/logind.conf': '[Login]\nKillUserProcesses=no\n',
			'etc/systemd/logind.conf.d/90-kill.conf': '[Login]\nKillUserProcesses=yes\n',
			'usr/lib/systemd/logind.conf.d/10-spare.conf': '[Login]\nKillUserProcesses=no\n',
		});

		assert.deepEqual((await read()).killsUserProcesses, true);
		assert.equal((await read()).group, 'login');
		assert.equal((await read({}, 'root')).killsUserProcesses, false);
	});

	test('is the default that the distribution wrote down as a comment, where nobody says otherwise', async (context) => {
		const read = prepare(context, {
			'proc/self/cgroup': LOGIN,
			'etc/systemd/logind.conf': '[Login]\n#KillUserProcesses=yes\n',
		});

		assert.equal((await read()).killsUserProcesses, true);
	});

	test('is spared for users that are named, and for all but those that are', async (context) => {
		const read = prepare(context, {
			'etc/systemd/logind.conf': '[Login]\nKillUserProcesses=yes\nKillOnlyUsers=bob carol\nKillExcludeUsers=carol\n',
		});

		assert.equal((await read({}, 'bob')).killsUserProcesses, true);
		assert.equal((await read({}, 'carol')).killsUserProcesses, false);
		assert.equal((await read({}, 'alice')).killsUserProcesses, false);
	});

	test('is the user manager, a Slurm job, or the shell that a container began with', async (context) => {
		const read = prepare(context, {
			'proc/self/cgroup': '0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux.scope\n',
			'proc/1/comm': 'bash\n',
			'var/lib/systemd/linger/alice': '',
		});
		const facts = await read({SLURM_JOB_ID: '7'});

		assert.deepEqual(
			[facts.group, facts.lingers, facts.slurmJob, facts.firstShell],
			['user manager', true, '7', 'bash'],
		);
	});
});
