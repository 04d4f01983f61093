import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readJsonc} from '../../source/effects/jsonc.ts';
import {type ConversionRequest, convertConfig} from '../../source/plan/convert-config.ts';
import {editJsonText} from '../../source/plan/edit-json-text.ts';

const SINGLE = `{
  "run_name": "h5_triplet",   // as in the paper
  "device": "mps",
  "model": {"name": "gpt2-medium", "dtype": "float32"},
  "batch_size": 16,
  "seeds": [0, 1, 2],
}
`;

const CROSS = `{
	"run_name": "h1_cross",
	"shared": {
		"device": "mps",
		"model": {
			"name": "gpt2-medium",
			"dtype": "float32" // exact
		},
		"batch_size": 8
	},
	"conditions": [
		{"tag": "facts", "device": "cpu"},
		{"tag": "neg"}
	]
}
`;

function convert(text: string, request: Partial<ConversionRequest> = {}) {
	const read = readJsonc(text);
	if (read.kind === 'faulty') return assert.fail(read.why);
	const conversion = convertConfig(read.root, {device: 'cuda', lowMemory: false, ...request});
	return {...conversion, text: editJsonText(text, read.root, conversion.edits)};
}

suite('a configuration that is converted', () => {
	test('has another device and is the same text else, precision and name included', () => {
		const {text, warnings, notes} = convert(SINGLE);

		assert.equal(text, SINGLE.replace('"mps"', '"cuda"'));
		assert.deepEqual(warnings, []);
		assert.deepEqual(notes, [
			'run_name stays h5_triplet, so results of both devices have one name; --rename puts the suffix behind it',
			'dtype stays float32; --dtype float16 changes it, and the numbers with it',
		]);
	});

	test('with conditions is changed in what they share and in each that says otherwise', () => {
		const {text} = convert(CROSS, {device: 'cuda:1'});

		assert.equal(text, CROSS.replace('"mps"', '"cuda:1"').replace('"cpu"', '"cuda:1"'));
	});

	test('takes precision, batch size and name where they are asked for', () => {
		const {text, notes, warnings} = convert(SINGLE, {dtype: 'float16', batchSize: 4, runNameSuffix: '_cuda'});

		assert.equal(
			text,
			SINGLE.replace('"mps"', '"cuda"')
				.replace('"float32"', '"float16"')
				.replace('16,\n', '4,\n')
				.replace('"h5_triplet"', '"h5_triplet_cuda"'),
		);
		assert.deepEqual([notes, warnings], [[], []]);
	});

	test('saves memory in its model, behind the comment of the line before, as its neighbours stand', () => {
		const {text} = convert(CROSS, {lowMemory: true});

		assert.ok(text.includes('"dtype": "float32", // exact\n\t\t\t"low_memory": true\n\t\t}'), text);
		assert.ok(convert(SINGLE, {lowMemory: true}).text.includes('"dtype": "float32", "low_memory": true}'));
	});

	test('changes nothing the second time', () => {
		const request = {lowMemory: true, batchSize: 4, dtype: 'float16', runNameSuffix: '_cuda'};
		const once = convert(CROSS, request);

		assert.deepEqual(convert(once.text, request).edits, []);
	});

	test('says what was asked for and is not there, and adds no key that nobody may read', () => {
		const {text, warnings} = convert('{"run": 1}', {
			lowMemory: true,
			batchSize: 4,
			dtype: 'float16',
			runNameSuffix: '_cuda',
		});

		assert.equal(text, '{"run": 1}');
		assert.deepEqual(
			warnings.map((warning) => warning.split(':')[0]),
			['--device', '--batch-size', '--dtype', '--low-memory', '--rename'],
		);
	});
});

suite('a key that is put into a text', () => {
	for (const [before, after] of [
		['{"model": {}}', '{"model": {"low_memory": true}}'],
		['{"model": {"a": 1,}}', '{"model": {"a": 1, "low_memory": true,}}'],
		['{"model": {\n  "a": 1, // one\n}}', '{"model": {\n  "a": 1, // one\n  "low_memory": true,\n}}'],
		['{"model": {\r\n  "a": 1\r\n}}', '{"model": {\r\n  "a": 1,\r\n  "low_memory": true\r\n}}'],
		[
			'{"model": {\n  "a": 1 /* of\n two lines */\n}}',
			'{"model": {\n  "a": 1, /* of\n two lines */\n  "low_memory": true\n}}',
		],
		[
			'{"model": {\n  "a": [\n    1\n  ] // list\n}}',
			'{"model": {\n  "a": [\n    1\n  ], // list\n  "low_memory": true\n}}',
		],
		['{"model": {"a": 1 // one, two\n}}', '{"model": {"a": 1, // one, two\n"low_memory": true\n}}'],
	] as const) {
		test(`leaves everything around it as it is: ${JSON.stringify(before)}`, () => {
			assert.equal(convert(before, {lowMemory: true}).text, after);
		});
	}
});
