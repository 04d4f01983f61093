import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {writeConfigCopy} from '../../source/effects/write-config-copy.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const CHANGES = [{path: ['batch_size'], value: 4, adds: false}];

suite('a copy of a configuration', () => {
	test('is plain JSON with the changes, and the file keeps its comments', async (context) => {
		const folder = makeTemporaryFolder(context);
		const [from, to] = [join(folder, 'a.json'), join(folder, 'run/configs/own.json')];
		const text = '{\n  // too large for 8 GB\n  "batch_size": 16,\n}\n';
		writeFileSync(from, text);

		await writeConfigCopy({from, to, changes: CHANGES}, {});

		assert.deepEqual(JSON.parse(readFileSync(to, 'utf8')), {batch_size: 4});
		assert.equal(readFileSync(from, 'utf8'), text);
	});

	test('is not made of a file that holds a secret, which would be kept with the run', async (context) => {
		const folder = makeTemporaryFolder(context);
		const [from, to] = [join(folder, 'a.json'), join(folder, 'b.json')];
		writeFileSync(from, '{"batch_size": 16, "token": "a-secret-of-mine"}');

		await assert.rejects(
			writeConfigCopy({from, to, changes: CHANGES}, {HF_TOKEN: 'a-secret-of-mine'}),
			(error) => error instanceof UserError && /holds the value of HF_TOKEN/.test(error.message),
		);
		assert.ok(!existsSync(to));
	});
});
