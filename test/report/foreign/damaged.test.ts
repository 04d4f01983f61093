import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ForeignTree} from '../../../source/report/foreign/foreign-run.ts';
import {readForeign} from '../../../source/report/foreign/read-foreign.ts';
import {summarize} from '../../../source/report/summarize.ts';
import {formatSummary} from '../../../source/report/summary-text.ts';
import {playImport, readFixture} from '../../rig/foreign.ts';

const KINDS = ['hydra-runner', 'icd', 'tinylab', 'ezkl', 'csv'] as const;

type Damage = (text: string, share: number) => string;

const DAMAGES: {readonly [what: string]: Damage} = {
	'cut off': (text, share) => text.slice(0, Math.floor(text.length * share)),
	'with NUL bytes from there on': (text, share) =>
		text.slice(0, Math.floor(text.length * share)).padEnd(text.length, '\0'),
	'with a word in the place of every number': (text) => text.replaceAll(/-?\d+(\.\d+)?/g, '"x"'),
	'with an object in the place of every text': (text) => text.replaceAll(/: "[^"]*"/g, ': {"a": [1]}'),
	'with a list in the place of every object': (text) => text.replaceAll('{', '[').replaceAll('}', ']'),
};

const damage = (tree: ForeignTree, change: Damage, share: number): ForeignTree => ({
	...tree,
	files: tree.files.map(({path, text}) => ({path, text: change(text, share)})),
});

suite('files of others', () => {
	for (const kind of KINDS) {
		const whole = readFixture(kind);
		for (const [what, change] of Object.entries(DAMAGES)) {
			test(`of ${kind}, all of them ${what}, make what is left of them a run without a false fact, or none`, () => {
				for (const share of [0, 0.35, 0.77]) {
					const {runs, problems} = readForeign(damage(whole, change, share));
					for (const run of runs) {
						const state = playImport(run, problems);
						const text = formatSummary(summarize(state, state.at), {columns: 100});

						assert.deepEqual(state.anomalies, []);
						assert.doesNotMatch(text, /NaN(?! or Infinity)|undefined|\[object/);
					}
				}
			});
		}
	}
});
