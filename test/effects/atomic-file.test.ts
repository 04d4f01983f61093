import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {writeAllAtomically} from '../../source/effects/atomic-file.ts';

function makeFolder(context: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-atomic-'));
	context.after(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

suite('files that are written together', () => {
	test('stand whole under their names, in folders that are made for them, and leave nothing else', async (context) => {
		const folder = makeFolder(context);
		const paths = ['a.json', 'results/b.json'].map((name) => join(folder, name));

		await writeAllAtomically(paths.map((path) => ({path, text: `text of ${path}\n`})));

		for (const path of paths) assert.equal(readFileSync(path, 'utf8'), `text of ${path}\n`);
		assert.deepEqual(readdirSync(folder, {recursive: true}).toSorted(), ['a.json', 'results', 'results/b.json']);
	});

	test('for one name keep the text that was asked for last', async (context) => {
		const path = join(makeFolder(context), 'a.json');
		const texts = Array.from({length: 20}, (_, index) => `${index}`.repeat(1 + (20 - index) * 1000));

		await writeAllAtomically(texts.map((text) => ({path, text})));

		assert.equal(readFileSync(path, 'utf8'), texts.at(-1));
	});

	test('fail one by one: what cannot take its name leaves the others, and no temporary file', async (context) => {
		const folder = makeFolder(context);
		mkdirSync(join(folder, 'taken/inside'), {recursive: true});
		const [good, bad] = [join(folder, 'good'), join(folder, 'taken')];

		const outcomes = await writeAllAtomically([bad, good].map((path) => ({path, text: 'x'})));

		assert.deepEqual(
			outcomes.map(({status}) => status),
			['rejected', 'fulfilled'],
		);
		assert.deepEqual(readdirSync(folder).toSorted(), ['good', 'taken']);
	});
});
