import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';

type Refusal = {readonly args: readonly string[]; readonly says: RegExp};

/** What a user may get wrong, and what the message must name. */
const REFUSALS: {readonly [mistake: string]: Refusal} = {
	'a key that nothing reads': {
		args: ['run', 'quick_test', 'experiment.test.num_sample=3'],
		says: /num_sample\.[\s\S]*try: experiment\.test\.num_samples/,
	},
	'a key that the workload does not read': {
		args: ['run', 'unused_key', '--suites', fixtureSuites],
		says: /does not read experiment\.test\.batch_size/,
	},
	'a text where a number belongs': {
		args: ['run', 'quick_test', 'experiment.test.num_samples=many'],
		says: /num_samples="many" .*number/,
	},
	'a number out of its range': {
		args: ['run', 'quick_test', 'experiment.test.num_samples=0'],
		says: /num_samples=0 .*above 0/,
	},
	'a word where a list belongs': {
		args: ['run', 'quick_test', 'experiment.hardware.gpu_ids=first'],
		says: /gpu_ids="first" is not allowed: it is (?!it is).*\bauto\b.*\blist\b/,
	},
	'an empty plan': {args: ['run', 'quick_test', 'experiment.vit_configs=[]'], says: /vit_configs/},
	'a sweep without -m': {args: ['run', 'quick_test', 'experiment.test.batch_size=1,2'], says: /sweep[\s\S]*try: -m /},
	'a sweep of an infinite range': {
		args: ['run', '-m', 'quick_test', 'experiment.test.batch_size=range(1,2,0)'],
		says: /step of a range must not be 0/,
	},
	'a sweep without values': {
		args: ['run', '-m', 'quick_test', 'experiment.test.batch_size=range(2,1)'],
		says: /no values/,
	},
	'an override that ends too early': {args: ['run', 'quick_test', 'experiment.hardware.gpu_ids=['], says: /\^/},
	'an unknown command': {args: ['pln'], says: /pln[\s\S]*try: warpdeck plan/},
	'an unknown option': {args: ['plan', '--jsn'], says: /--jsn[\s\S]*try: --json/},
	'an option of another command': {args: ['run', 'quick_test', '--csv'], says: /warpdeck run does not read --csv/},
	'a word that a command does not read': {args: ['list', 'quick_test'], says: /list does not read quick_test/},
	'a second run where one is read': {args: ['summary', '02-30', '02-31'], says: /summary does not read 02-31/},
	'an unknown suite': {args: ['run', 'experiment=quick_tset'], says: /quick_tset[\s\S]*experiment=quick_test/},
	'a damaged suite': {args: ['run', 'damaged', '--suites', 'damaged'], says: /damaged\.yaml[\s\S]*line 4/},
	'a folder of suites that is not there': {args: ['run', 'quick_test', '--suites', 'nowhere'], says: /nowhere/},
	'a part of a configuration that is not printed': {
		args: ['plan', 'quick_test', '--package', 'experiment'],
		says: /--package[\s\S]*--cfg job --package/,
	},
	'a run that is not there': {args: ['summary', '2020-01-01'], says: /no run/i},
	'a host file that is not there': {args: ['plan', 'quick_test', '--topology', 'nowhere.json'], says: /nowhere\.json/},
};

suite('a mistake on the command line is refused with exit code 2, one message and a fix, and nothing is started', () => {
	let place: Workplace;
	before(() => {
		place = makeWorkplace();
		mkdirSync(join(place.folder, 'damaged'));
		const text = 'experiment:\n  name: damaged\n  test: {batch_size: 3\n  hardware: 4\n';
		writeFileSync(join(place.folder, 'damaged/damaged.yaml'), text);
	});
	after(() => place.remove());

	for (const [mistake, {args, says}] of Object.entries(REFUSALS)) {
		test(mistake, async () => {
			const {code, stdout, stderr} = await runProgram(place, args);

			assert.equal(code, 2, stderr);
			assert.match(stderr, says);
			assert.match(stderr, /\n {2}try: /);
			assert.doesNotMatch(stderr, /fault of warpdeck|^\s+at /m);
			assert.equal(stdout, '');
			assert.deepEqual(readdirSync(place.folder).toSorted(), ['damaged']);
		});
	}

	test('in one suite does not stand in the way of the others of its folder', async () => {
		const {code, stdout} = await runProgram(place, ['suites', '--suites', 'damaged']);

		assert.equal(code, 0);
		assert.match(stdout, /^damaged +damaged\/damaged\.yaml is no suite/m);
		assert.match(stdout, /^quick_test +3 cells/m);
	});
});

suite('a folder for results that cannot be made', () => {
	test('is exit code 3 with the folder named, and no endless attempt to make it', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const args = ['run', 'unused_key', '~experiment.test', '--suites', fixtureSuites, 'output.base_dir=/proc/nowhere'];
		const {code, stdout, stderr} = await runProgram(place, args);

		assert.equal(code, 3);
		assert.equal(stdout, '');
		assert.match(stderr, /\/proc\/nowhere[\s\S]*\n {2}try: output\.base_dir=/);
	});
});
