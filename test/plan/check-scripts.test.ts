import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {checkScript} from '../../source/plan/check-scripts.ts';

const FILES: {readonly [path: string]: string} = {
	lab: '',
	'lab/harness.py': '',
	'tool/__main__.py': '',
	tool: '',
	'tune.py':
		"parser = argparse.ArgumentParser()\nparser.add_argument('--tuning-trials')\nparser.add_argument('--target')",
	'plain.py': 'print(1)',
	'run.sh': 'case "$1" in --clean) ;; esac',
};

const check = (...argv: readonly string[]) => checkScript(argv, (path) => FILES[path] ?? null);

suite('the script of a command', () => {
	for (const argv of [
		['python', '-u', 'tune.py', '--target', 'cuda', '--tuning-trials=3'],
		['python', '-m', 'lab.harness', 'config.json'],
		['python', '-m', 'tool', '--any'],
		['python', '-m', 'numpy.tests', '--any'],
		['python', 'plain.py', '--any'],
		['python', '-c', 'import lab.gone', '--any'],
		['bash', '-euc', 'exec python tune.py --any'],
		['bash', 'run.sh', '--clean'],
		['python', 'gone.py', '--any'],
		['python', ['$', '{start_dir}/tune.py'].join(''), '--any'],
		['nvidia-smi', '--query-gpu=name'],
	]) {
		test(`has nothing against it: ${argv.join(' ')}`, () => {
			assert.deepEqual(check(...argv), {problems: [], notices: []});
		});
	}

	test('that is a module of a package which is here has to be in it', () => {
		const {problems} = check('python', '-m', 'lab.src.harness', 'config.json');

		assert.match(problems[0]?.message ?? '', /the folder lab is here, and lab\/src\/harness\.py is not/);
	});

	test('that reads options and mentions one nowhere is told, with the nearest or all of its own', () => {
		assert.deepEqual(check('python', 'tune.py', '--trials', '3', '--tuning-trial=3').notices, [
			'tune.py mentions the option --trials nowhere; it mentions: --tuning-trials, --target.',
			'tune.py mentions the option --tuning-trial nowhere; the nearest that it mentions: --tuning-trials.',
		]);
		assert.equal(check('bash', 'run.sh', '--force').notices.length, 1);
	});
});
