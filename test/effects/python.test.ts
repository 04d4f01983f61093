import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {findPython} from '../../source/effects/python.ts';
import {makeFolder} from './fake-tools.ts';
import {findRealPython, makePython} from './python-rig.ts';

const SYSTEM = '/usr/bin/python3';

/** An interpreter of shell that answers the question for torch; `executable` is itself unless it is a shim. */
function makeInterpreter(path: string, answer: {torch?: string; cuda?: string; executable?: string}): string {
	const {executable = path, torch = null, cuda = null} = answer;
	const said = JSON.stringify({executable, version: '3.11.2', found: torch !== null, torch, cuda});
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, `#!/bin/sh\necho '::answer ${said}'\n`);
	chmodSync(path, 0o755);
	return path;
}

/** A virtual environment, a conda environment and a PATH, each with an interpreter of its own. */
function makeEnvironments(t: TestContext, has: {venv?: string; conda?: string; path?: string}) {
	const folder = makeFolder(t);
	const make = (name: string, file: string, torch: string | undefined) =>
		makeInterpreter(join(folder, name, file), torch ? {torch} : {});
	const paths = {
		venv: make('venv', 'bin/python', has.venv),
		conda: make('conda', 'bin/python', has.conda),
		path: make('bin', 'python3', has.path),
	};
	const env = {VIRTUAL_ENV: join(folder, 'venv'), CONDA_PREFIX: join(folder, 'conda'), PATH: join(folder, 'bin')};
	return {folder, env, paths};
}

suite('the interpreter with torch', () => {
	test('is the one that the setting names, before every other', async (t) => {
		const {folder, env} = makeEnvironments(t, {venv: '2.1', conda: '2.2', path: '2.3'});
		const configured = makeInterpreter(join(folder, 'mine'), {torch: '2.9.0+cu128', cuda: '12.8'});
		const fromVariable = makeInterpreter(join(folder, 'other'), {torch: '2.0'});

		const found = await findPython({configured, env: {...env, WARPDECK_PYTHON: fromVariable}});

		const versions = {version: '3.11.2', torch: '2.9.0+cu128', cuda: '12.8'};
		assert.deepEqual(found, {kind: 'found', path: configured, how: 'the setting python', ...versions});
	});

	for (const [has, expected] of [
		[{venv: '2.1', conda: '2.2', path: '2.3'}, 'VIRTUAL_ENV'],
		[{conda: '2.2', path: '2.3'}, 'CONDA_PREFIX'],
		[{path: '2.3'}, 'python3 on PATH'],
	] as const) {
		test(`is that of ${expected} when those before it have no torch`, async (t) => {
			const {env} = makeEnvironments(t, has);

			const found = await findPython({env});

			assert.deepEqual([found.kind, found.kind === 'found' && found.how], ['found', expected]);
		});
	}

	test('that WARPDECK_PYTHON names but has none is an error, although another one would do', async (t) => {
		const {folder, env} = makeEnvironments(t, {venv: '2.1'});
		const WARPDECK_PYTHON = makeInterpreter(join(folder, 'mine'), {});

		const found = await findPython({env: {...env, WARPDECK_PYTHON}});

		const advice = `Type ${WARPDECK_PYTHON} -m pip install torch, or let WARPDECK_PYTHON name a python that has torch, or unset it.`;
		const problem = `It has no torch. ${advice}`;
		const tried = [{path: WARPDECK_PYTHON, how: 'WARPDECK_PYTHON', explicit: true, problem}];
		assert.deepEqual(found, {kind: 'none', tried});
	});

	test('that the setting names but that does not exist is an error', async (t) => {
		const {env} = makeEnvironments(t, {venv: '2.1'});

		const found = await findPython({configured: '/no/such/python', env});

		assert.match(
			found.kind === 'none' ? (found.tried[0]?.problem ?? '') : '',
			/^There is no \/no\/such\/python\. Let the setting /,
		);
	});

	test('that is named without a folder is looked for on PATH', async (t) => {
		const {env, paths} = makeEnvironments(t, {path: '2.3'});

		const found = await findPython({configured: 'python3', env});

		assert.equal(found.kind === 'found' && found.path, paths.path);
	});

	test('that hangs costs its time limit, and the next one is asked', async (t) => {
		const {env, paths} = makeEnvironments(t, {conda: '2.2'});
		writeFileSync(paths.venv, '#!/bin/sh\nexec /bin/sleep 60\n');

		const found = await findPython({env, timeoutMs: 500});

		assert.equal(found.kind === 'found' && found.how, 'CONDA_PREFIX');
	});

	test('is one built for CUDA when GPUs are wanted, and the first one without any otherwise', async (t) => {
		const {env, paths} = makeEnvironments(t, {venv: '2.1'});
		makeInterpreter(paths.path, {torch: '2.3', cuda: '12.1'});

		const wanted = await findPython({env, cudaWanted: true});
		const unwanted = await findPython({env});
		const inVain = await findPython({env: {...env, PATH: '/nowhere'}, cudaWanted: true});

		const how = [wanted, unwanted, inVain].map((found) => found.kind === 'found' && found.how);
		assert.deepEqual(how, ['python3 on PATH', 'VIRTUAL_ENV', 'VIRTUAL_ENV']);
	});

	for (const [what, asked] of [
		['the same shim', 'one'],
		['two different ones', 'two'],
	] as const) {
		test(`is asked for ${asked === 'one' ? 'once' : 'twice'} where python3 and python on PATH are ${what}`, async (t) => {
			const folder = makeFolder(t);
			const log = join(folder, 'asked');
			for (const name of ['python3', 'python']) {
				const shim = join(folder, name);
				writeFileSync(shim, `#!/bin/sh\n${asked === 'one' ? '' : `# ${name}`}\necho asked >>'${log}'\n`);
				chmodSync(shim, 0o755);
			}

			await findPython({env: {PATH: folder}});

			assert.equal(readFileSync(log, 'utf8'), 'asked\n'.repeat(asked === 'one' ? 1 : 2));
		});
	}

	test('behind a shim is the one that the shim chose, because it chooses by the current folder', async (t) => {
		const folder = makeFolder(t);
		const chosen = makeInterpreter(join(folder, 'versions/python3'), {torch: '2.3'});
		makeInterpreter(join(folder, 'shims/python3'), {torch: '2.3', executable: chosen});

		const found = await findPython({env: {PATH: join(folder, 'shims')}});

		assert.equal(found.kind === 'found' && found.path, chosen);
	});

	test('behind a wrapper that brings torch along stays the wrapper', async (t) => {
		const folder = makeFolder(t);
		const bare = makeInterpreter(join(folder, 'bare/python3'), {});
		const wrapper = makeInterpreter(join(folder, 'bin/python3'), {torch: '2.3', executable: bare});

		const found = await findPython({env: {PATH: join(folder, 'bin')}});

		assert.equal(found.kind === 'found' && found.path, wrapper);
	});
});

suite('a real interpreter', {skip: findRealPython() === null && 'python3 is not installed'}, () => {
	const versionFile =
		"from typing import Optional\n__all__ = ['cuda']\n__version__ = '2.4.0+cu121'\ncuda: Optional[str] = '12.1'\nhip = None\n";

	test('tells the versions of its torch without importing it', async (t) => {
		const configured = makePython(t, {
			'torch/__init__.py': 'raise SystemExit("imported")',
			'torch/version.py': versionFile,
		});

		const found = await findPython({configured, env: {PATH: '/usr/bin:/bin'}});

		assert.deepEqual(found.kind === 'found' && [found.torch, found.cuda], ['2.4.0+cu121', '12.1']);
	});

	test('has no torch only because a folder of that name lies about', async (t) => {
		const configured = makePython(t, {'torch/readme.txt': 'a checkout'});

		const found = await findPython({configured, env: {PATH: '/usr/bin:/bin'}});

		assert.match(found.kind === 'none' ? (found.tried[0]?.problem ?? '') : '', /^It has no torch\. /);
	});

	test('that a virtual environment links to stays the one of the environment', async (t) => {
		const folder = makeFolder(t);
		const linked = makePython(t, {'torch/__init__.py': '', 'torch/version.py': versionFile});
		mkdirSync(join(folder, 'bin'));
		symlinkSync(linked, join(folder, 'bin/python'));

		const found = await findPython({env: {VIRTUAL_ENV: folder, PATH: '/usr/bin:/bin'}});

		assert.equal(found.kind === 'found' && found.path, join(folder, 'bin/python'));
	});

	test('of the system is found when nothing else is named', async (t) => {
		const found = await findPython({env: {PATH: '/nowhere'}});

		if (found.kind === 'found') assert.equal(found.path, SYSTEM);
		else
			assert.deepEqual(
				found.tried.map(({path}) => path),
				[SYSTEM],
			);
		t.diagnostic(`torch of ${SYSTEM}: ${found.kind === 'found' ? found.torch : 'none'}`);
	});
});
