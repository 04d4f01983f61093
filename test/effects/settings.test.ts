import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {findSettingsFile, readSettings, saveSetting} from '../../source/effects/settings.ts';

suite('the settings', () => {
	let folder = '';
	const env = () => ({WARPDECK_CONFIG_DIR: folder});
	const file = () => join(folder, 'config.json');

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'warpdeck-settings-'));
	});
	afterEach(() => rmSync(folder, {recursive: true}));

	test('are empty where nothing was ever kept, and reading them makes no file', () => {
		assert.deepEqual(readSettings(env()), {});
		assert.equal(existsSync(file()), false);
	});

	test('that were saved are read back, one beside the other', async () => {
		await saveSetting('python', '/opt/venv/bin/python3', env());
		await saveSetting('outputs', '/data/runs', env());

		assert.deepEqual(readSettings(env()), {python: '/opt/venv/bin/python3', outputs: '/data/runs'});
	});

	test('forget what is saved as nothing', async () => {
		await saveSetting('suites', '/data/suites', env());
		await saveSetting('suites', undefined, env());

		assert.deepEqual(readSettings(env()), {});
	});

	test('lie in the XDG configuration folder unless WARPDECK_CONFIG_DIR names another', () => {
		assert.equal(findSettingsFile({XDG_CONFIG_HOME: '/x'}), '/x/warpdeck/config.json');
		assert.equal(findSettingsFile({XDG_CONFIG_HOME: '/x', WARPDECK_CONFIG_DIR: '/y'}), '/y/config.json');
	});

	for (const [what, text, reason] of [
		['half a file', '{"python":', /not JSON/],
		['an empty file', '', /not JSON/],
		['a number for a path', '{"python": 3}', /python/],
		['a setting that nothing reads', '{"pyhton": "/x"}', /pyhton/],
		['a list', '[]', /object/],
	] as const) {
		test(`with ${what} are reported with their path and left as they are`, async () => {
			writeFileSync(file(), text);

			const {problem, ...values} = readSettings(env());
			await assert.rejects(saveSetting('python', '/x', env()), UserError);

			assert.deepEqual(values, {});
			assert.match(problem ?? '', reason);
			assert.ok(problem?.includes(file()));
			assert.equal(readFileSync(file(), 'utf8'), text);
		});
	}

	test('of an unknown name are refused with the nearest known one', async () => {
		await assert.rejects(saveSetting('pyton', '/x', env()), (error: UserError) => {
			assert.deepEqual(error.tryThis, ['did you mean python?']);
			return true;
		});
	});

	test('that cannot be written say which file and how to choose another', async () => {
		writeFileSync(join(folder, 'file'), '');
		const blocked = {WARPDECK_CONFIG_DIR: join(folder, 'file', 'below')};

		await assert.rejects(saveSetting('python', '/x', blocked), (error: UserError) => {
			assert.ok(error.message.includes(join(folder, 'file', 'below')));
			assert.match(error.tryThis[0], /WARPDECK_CONFIG_DIR/);
			return true;
		});
	});
});
