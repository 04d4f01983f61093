import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createTextField, editText} from '../../../source/tui/parts/text-field.ts';

const type = (keys: readonly string[], start = createTextField()) =>
	keys.reduce((field, key) => editText(field, key).field, start);

suite('a line that is typed', () => {
	test('takes letters where the cursor stands', () =>
		assert.deepEqual(type(['a', 'c', 'left', 'b']), {text: 'abc', cursor: 2}));

	for (const [key, text, cursor] of [
		['backspace', 'gpu=1 f', 7],
		['ctrl-w', 'gpu=1 ', 6],
		['ctrl-u', '', 0],
		['home', 'gpu=1 fä', 0],
		['delete', 'gpu=1 fä', 8],
		['pagedown', 'gpu=1 fä', 8],
	] as const) {
		test(`is after ${key} what a shell's line would be`, () =>
			assert.deepEqual(type([key], createTextField('gpu=1 fä')), {text, cursor}));
	}

	test('counts a letter of four bytes as one', () => assert.deepEqual(type(['𝛼', 'backspace']), {text: '', cursor: 0}));

	test('is accepted by Enter and given up by Esc, unchanged', () => {
		const field = createTextField('gpu');

		assert.deepEqual(editText(field, 'enter'), {field, end: 'accepted'});
		assert.deepEqual(editText(field, 'escape'), {field, end: 'cancelled'});
	});
});
