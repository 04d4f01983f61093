import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {COMMANDS} from '../../source/cli/dispatch.ts';
import {shippedSuites} from '../rig/suites.ts';

const root = new URL('../../', import.meta.url);

const listFiles = (folder: string, pattern: RegExp): readonly string[] =>
	readdirSync(new URL(folder, root), {recursive: true, encoding: 'utf8'})
		.filter((name) => pattern.test(name) && !name.startsWith('decisions'))
		.map((name) => `${folder}/${name}`);

const pages = ['README.md', ...listFiles('docs', /\.md$/)];
const texts = [...listFiles('source', /\.tsx?$/), ...pages];
const known = new Set([...Object.keys(COMMANDS), ...shippedSuites.map(({name}) => name)]);

/** Sentences that have the program as their subject. */
const PROSE = new Set('again did from is itself line needs on plans process reads runs took was'.split(' '));

/** What can be typed: in a page the code, in a source file everything but its comments. */
function readShown(path: string): string {
	const text = readFileSync(new URL(path, root), 'utf8');
	if (!path.endsWith('.md')) return text.replaceAll(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, '');
	return [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].join('\n');
}

const listWords = (path: string): readonly string[] =>
	[...readShown(path).matchAll(/\bwarpdeck ([a-z_]+(?:-[a-z]+)*)/g)].map(([, word = '']) => word);

suite('a command that the program or its pages advise', () => {
	test('is one that exists, or the name of a shipped suite', () => {
		const unknown = texts.flatMap((path) =>
			listWords(path)
				.filter((word) => !known.has(word) && !PROSE.has(word))
				.map((word) => `${path}: warpdeck ${word}`),
		);

		assert.deepEqual(unknown, []);
	});

	test('is found in the texts at all: a search that sees nothing would prove nothing', () => {
		const shown = new Set(texts.flatMap(listWords));

		for (const verb of Object.keys(COMMANDS)) assert.ok(shown.has(verb), verb);
	});
});
