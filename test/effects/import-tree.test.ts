import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, suite, test} from 'node:test';
import {readForeignTree} from '../../source/effects/import-tree.ts';
import {isWanted} from '../../source/report/foreign/read-foreign.ts';

suite('a folder that is imported', () => {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-test-'));
	after(() => rmSync(folder, {recursive: true, force: true}));
	const plant = (path: string, content: string | Buffer): void => {
		mkdirSync(join(folder, path, '..'), {recursive: true});
		writeFileSync(join(folder, path), content);
	};
	plant('b/metrics.json', '{}');
	plant('a.json', Buffer.from('\ufeff{"a": 1}', 'utf16le'));
	plant('big.sqlite', 'x');
	plant('ours/2025/journal.jsonl', '');
	plant('ours/2025/results.json', '[]');
	plant('venv/x.json', '{}');
	plant(`${'deep/'.repeat(20)}x.json`, '{}');
	symlinkSync('/', join(folder, 'root'));

	test('is read by names, and by the texts that are needed, with their hashes', () => {
		const {names, files, originals, name} = readForeignTree(folder, isWanted);

		assert.deepEqual(names, ['a.json', 'big.sqlite', 'b/metrics.json']);
		assert.deepEqual(files, [
			{path: 'a.json', text: '{"a": 1}'},
			{path: 'b/metrics.json', text: '{}'},
		]);
		assert.equal(originals[1]?.sha256, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
		assert.ok(folder.endsWith(name));
	});

	test('says what it leaves out: links, runs of warpdeck, and what lies too deep', () => {
		const {problems} = readForeignTree(folder, isWanted);

		assert.equal(problems.length, 3);
		for (const pattern of [/^root: it is a link/, /^ours\/2025: it is a run of warpdeck/, /more than 16 folders deep/])
			assert.ok(
				problems.some((problem) => pattern.test(problem)),
				String(pattern),
			);
	});

	test('may be one file', () => {
		const {names, name} = readForeignTree(join(folder, 'b/metrics.json'), isWanted);

		assert.deepEqual([names, name], [['metrics.json'], 'metrics']);
	});

	test('that is a run of warpdeck needs no import', () => {
		assert.throws(() => readForeignTree(join(folder, 'ours/2025'), isWanted), /a run of warpdeck itself/);
	});

	test('that is not there is said to be', () => {
		assert.throws(() => readForeignTree(join(folder, 'nowhere'), isWanted), /There is no .*nowhere/);
	});
});
