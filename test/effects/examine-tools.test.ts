import assert from 'node:assert/strict';
import {chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {examineProfilers} from '../../source/effects/examine-profilers.ts';
import {
	examineNvidiaSmi,
	examineTools,
	findManagementLibrary,
	readDriverCuda,
} from '../../source/effects/examine-tools.ts';
import {readDiskFacts} from '../../source/effects/output-folder.ts';
import {until} from '../rig/until.ts';
import {makeFolder} from './fake-tools.ts';

const profilers = fileURLToPath(new URL('../../fixtures/profilers', import.meta.url));

/** A folder of programs that are these shell scripts; nothing else is on their PATH but the shell's own words. */
function plantTools(t: TestContext, scripts: {readonly [name: string]: string}, also = ''): NodeJS.ProcessEnv {
	const folder = makeFolder(t);
	for (const [name, script] of Object.entries(scripts)) {
		writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
		chmodSync(join(folder, name), 0o755);
	}
	return {PATH: `${folder}${also}`};
}

async function examine(env: NodeJS.ProcessEnv, timeoutMs = 90_000) {
	const findings = await Promise.all([...examineTools({env, timeoutMs}), ...examineProfilers({env})]);
	return new Map(findings.map((finding) => [finding.name, finding]));
}

suite('a tool', () => {
	test('that answers is ok, with its version where it says one', async (t) => {
		const tools = await examine(
			plantTools(
				t,
				{
					numactl: 'echo policy: default',
					nsys: `exec /bin/sh '${profilers}/nsys' "$@"`,
					ncu: 'echo "NVIDIA (R) Nsight Compute Command Line Profiler"; echo "Version 2025.3.0.0 (build 36273991)"',
				},
				':/usr/bin:/bin',
			),
		);

		assert.deepEqual(
			[...tools.values()].map(({name, verdict, says}) => [name, verdict, says]),
			[
				['numactl', 'ok', 'it answers'],
				['nsys', 'ok', '2025.3.1.90, traces CUDA and NVTX'],
				['ncu', 'ok', '2025.3.0.0, may read what counters there are'],
			],
		);
	});

	test('that is not on PATH is missing, with what is lost and how to get it', async (t) => {
		const tools = await examine(plantTools(t, {}));

		for (const {verdict, mend} of tools.values()) assert.deepEqual([verdict, mend !== null], ['missing', true]);
		assert.match(tools.get('numactl')?.says ?? '', /nothing can be bound strictly/);
		assert.match(tools.get('ncu')?.says ?? '', /only profiles need it/);
	});

	test('that fails is broken, in its own words', async (t) => {
		const nsys = 'echo error while loading shared libraries: libfoo.so.1 >&2; exit 127';

		const {nsys: broken} = Object.fromEntries(await examine(plantTools(t, {nsys})));

		assert.equal(broken?.verdict, 'broken');
		assert.match(
			broken?.says ?? '',
			/^it does not run \(code 127: error while loading shared libraries: libfoo\.so\.1\)$/,
		);
	});

	test('that starts and leaves no report is broken, because it can trace nothing', async (t) => {
		const nsys = `FAKE_NSYS_LOSES='*' exec /bin/sh '${profilers}/nsys' "$@"`;
		const {nsys: broken} = Object.fromEntries(await examine(plantTools(t, {nsys}, ':/usr/bin:/bin')));

		assert.equal(broken?.verdict, 'broken');
		assert.match(broken?.says ?? '', /^it 2025\.3\.1\.90 wrote no report of a trial/);
	});

	test('that hangs is broken after its time, and is waited for no longer', async (t) => {
		const {numactl} = Object.fromEntries(await examine(plantTools(t, {numactl: 'while :; do :; done'}), 200));

		assert.deepEqual([numactl?.verdict, numactl?.says], ['broken', 'it did not answer within 0.2 s']);
	});
});

suite('nvidia-smi', () => {
	const recorded = fileURLToPath(new URL('../../fixtures/nvidia-smi/h200x8.txt', import.meta.url));

	test('prints a table from which the newest CUDA is read that its driver serves', async (t) => {
		const env = plantTools(t, {'nvidia-smi': `while IFS= read -r line; do echo "$line"; done <'${recorded}'`});

		assert.equal(await readDriverCuda({env, timeoutMs: 90_000}), '13.0');
		assert.equal(examineNvidiaSmi(env, true).verdict, 'ok');
	});

	test('is missing where a GPU needs it, and missed by nobody where there is none', async (t) => {
		const env = plantTools(t, {});

		assert.equal(await readDriverCuda({env, timeoutMs: 90_000}), null);
		assert.deepEqual(
			[true, false].map((isNeeded) => examineNvidiaSmi(env, isNeeded).verdict),
			['missing', 'note'],
		);
	});
});

test('the management library is looked for where the loader is told to look', (t) => {
	const folder = makeFolder(t);
	copyFileSync('/dev/null', join(folder, 'libnvidia-ml.so.1'));

	assert.equal(findManagementLibrary({LD_LIBRARY_PATH: folder}), join(folder, 'libnvidia-ml.so.1'));
});

suite('the folder of the results', () => {
	const options = {env: process.env, timeoutMs: 90_000};

	test('that is not there yet is judged by the folder in which it will be made', async (t) => {
		const folder = makeFolder(t);
		const {freeMiB, refusal} = await readDiskFacts(join(folder, 'outputs/of mine'), options);

		assert.equal(refusal, null);
		assert.ok((freeMiB ?? 0) > 0);
	});

	test('below a file cannot be written', async (t) => {
		const file = join(makeFolder(t), 'file');
		writeFileSync(file, '');

		assert.match((await readDiskFacts(join(file, 'outputs'), options)).refusal ?? '', /a file in its path/);
	});

	test('on a disk that does not answer is given up after its time', async (t) => {
		const pidFile = join(makeFolder(t), 'pid');
		const env = plantTools(t, {dirname: `echo $$ >${pidFile}; while :; do :; done`, sh: 'exec /bin/sh "$@"'});

		const facts = await readDiskFacts('/no/such/folder', {env, timeoutMs: 500});

		assert.equal(facts.refusal, 'its disk did not answer within 0.5 s');
		const pid = readFileSync(pidFile, 'utf8').trim();
		await until(() => !existsSync(`/proc/${pid}`), 'what the tool started is gone with it');
	});

	test('of a file system without blocks does not tell how much is free', async (t) => {
		const env = plantTools(t, {
			sh: 'exec /bin/sh "$@"',
			df: 'echo Filesystem 1048576-blocks Used Available Capacity Mounted on; echo overlay 0 0 0 - /',
		});
		const folder = makeFolder(t);
		mkdirSync(join(folder, 'outputs'));

		assert.deepEqual(await readDiskFacts(join(folder, 'outputs'), {env, timeoutMs: 90_000}), {
			baseDir: join(folder, 'outputs'),
			freeMiB: null,
			refusal: null,
		});
	});
});
