import assert from 'node:assert/strict';
import {copyFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {suite, type TestContext, test} from 'node:test';
import {openPages, UnusualPage} from '../../source/effects/sqlite-pages.ts';
import {checkout} from '../rig/built-program.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const TABLE = 'CUPTI_ACTIVITY_KIND_KERNEL';

function readPages(path: string, table: string, columns: readonly number[]): readonly (readonly number[])[] {
	const db = new DatabaseSync(path, {readOnly: true});
	const root = Number(db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(table)?.rootpage);
	db.close();
	const pages = openPages(path);
	const rows: number[][] = [];
	try {
		pages.each(root, columns, (values) => rows.push([...values]));
	} finally {
		pages.close();
	}
	return rows;
}

/** A table t of one column, or of more when rows have more. */
function writeRows(context: TestContext, rows: readonly (readonly unknown[])[], pageBytes = 4096): string {
	const path = join(makeTemporaryFolder(context), 'numbers.sqlite');
	const db = new DatabaseSync(path);
	const columns = rows[0]?.map((_, index) => `c${index} INTEGER`) ?? [];
	db.exec(`PRAGMA page_size = ${pageBytes}; CREATE TABLE t (${columns.join()})`);
	db.exec('BEGIN');
	const insert = db.prepare(`INSERT INTO t VALUES (${columns.map(() => '?').join()})`);
	for (const row of rows) insert.run(...(row as number[]));
	db.exec('COMMIT');
	db.close();
	return path;
}

suite('rows read from the pages of a database', () => {
	for (const name of ['pipeline_range', 'three_stream', 'graph_node']) {
		test(`are those that SQLite gives, of ${name}`, () => {
			const path = join(checkout, 'fixtures/nsys', `${name}.sqlite`);
			const db = new DatabaseSync(path, {readOnly: true});
			const wanted = db.prepare(
				`SELECT start, "end", streamId, correlationId, globalPid, graphNodeId FROM ${TABLE} ORDER BY rowid`,
			);
			wanted.setReturnArrays(true);
			const rows = wanted.all() as unknown as readonly (readonly (number | null)[])[];
			const position = (column: string) =>
				Number(db.prepare('SELECT cid FROM pragma_table_info(?) WHERE name = ?').get(TABLE, column)?.cid);
			const columns = ['start', 'end', 'streamId', 'correlationId', 'globalPid', 'graphNodeId'].map(position);
			db.close();

			assert.deepEqual(
				readPages(path, TABLE, columns),
				rows.map((row) => row.map((value) => value ?? Number.NaN)),
			);
		});
	}

	const edges = [0, 1, 2, -1, 127, 128, -128, -129, 32_767, 32_768, -32_769, 8_388_607, 8_388_608, -8_388_609];
	const wide = [
		2_147_483_647,
		2_147_483_648,
		-2_147_483_649,
		2 ** 47 - 1,
		2 ** 47,
		-(2 ** 47) - 1,
		2 ** 53 - 1,
		-(2 ** 53) + 1,
	];

	test('are exact at the edges of every size of a number', (context) => {
		const numbers = [...edges, ...wide];
		const path = writeRows(context, [...numbers.map((value) => [value]), [null]]);

		assert.deepEqual(readPages(path, 't', [0]).flat(), [...numbers, Number.NaN]);
	});

	test('are found through several levels of pages, and behind texts and many columns', (context) => {
		const rows = Array.from({length: 5000}, (_, index) => ['x'.repeat(index % 90), index, 3 * index]);
		const path = writeRows(context, rows, 512);

		assert.deepEqual(
			readPages(path, 't', [2, -1, 1]),
			rows.map(([, index, triple]) => [triple, Number.NaN, index]),
		);
	});

	for (const [what, row] of [
		['a number above 2^53', [2n ** 60n]],
		['a number with a fraction', [1.5]],
		['a text', ['one']],
		['a record that takes several pages', ['x'.repeat(10_000), 1]],
	] as const) {
		test(`are left to SQLite where there is ${what}`, (context) => {
			const path = writeRows(context, [row]);

			assert.throws(() => readPages(path, 't', [row.length - 1]), UnusualPage);
		});
	}

	test('are left to SQLite where a log beside the file holds newer ones', (context) => {
		const path = writeRows(context, [[1]]);
		writeFileSync(`${path}-wal`, '');

		assert.throws(() => openPages(path), UnusualPage);
	});

	test('are left to SQLite where the file was cut off', (context) => {
		const path = join(makeTemporaryFolder(context), 'cut.sqlite');
		copyFileSync(join(checkout, 'fixtures/nsys/three_stream.sqlite'), path);
		const columns = [0];
		const whole = readPages(path, TABLE, columns).length;
		assert.equal(whole, 2720);
		const db = new DatabaseSync(path, {readOnly: true});
		const root = Number(db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(TABLE)?.rootpage);
		db.close();
		truncateSync(path, 4096 * root);
		const pages = openPages(path);

		assert.throws(() => pages.each(root, columns, () => {}), UnusualPage);
		pages.close();
	});
});
