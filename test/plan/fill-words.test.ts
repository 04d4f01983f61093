import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {fillWords} from '../../source/plan/fill-words.ts';

const declared = {
	params: {tensor_shape: [3, 224, 224], compile_model: true, measure_floors: false, batch_size: 8},
	axes: {seed: null, method: 'iterative', layers: ['a', 'b']},
};
/** A placeholder is written with @ here, because it is none of this file's. */
const dollars = (text: string) => text.replaceAll('@', '$');
const fill = (text: string) => fillWords(text, declared, (plain) => `filled ${plain}`);

suite('words of a command', () => {
	for (const [text, words] of [
		['@{params.tensor_shape}', ['3', '224', '224']],
		['--compile-model?@{params.compile_model}', ['--compile-model']],
		['--floors?@{params.measure_floors}', []],
		['--batch-size?@{params.batch_size}', ['--batch-size', '8']],
		['--seed?@{axes.seed}', []],
		['--method?@{axes.method}', ['--method', 'iterative']],
		['--layers?@{axes.layers}', ['--layers', 'a', 'b']],
		['--missing?@{axes.missing}', []],
		['--shape=@{params.tensor_shape}', ['filled --shape=@{params.tensor_shape}']],
		['@{axes.method}', ['filled @{axes.method}']],
		['what?@{axes.method}', ['filled what?@{axes.method}']],
		['--x?@{run_id}', ['filled --x?@{run_id}']],
	] as const) {
		test(`${text} is ${words.join(' ') || 'none'}`, () => assert.deepEqual(fill(dollars(text)), words.map(dollars)));
	}
});
