import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {openPty} from '../rig/pty-screen.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const RED = 1;

function open(t: TestContext, args: readonly string[], env: {readonly [name: string]: string}) {
	const screen = openPty(process.execPath, ['--import=tsx', 'test/tui/show-story.ts', ...args], {cwd: root, env});
	t.after(() => {
		try {
			screen.kill();
		} catch {
			// It has left by itself.
		}
	});
	return screen;
}

suite('the screen in a real terminal', () => {
	test("is drawn live under CI too, follows the terminal's size and gives it back", async (t) => {
		const screen = open(t, [], {CI: '1', FORCE_COLOR: '0'});
		await screen.until(/SUMMARY quick_test/);
		assert.ok(screen.isAlternate());
		assert.equal(screen.colourOf('failed: vit16x8x768'), -1);

		screen.resizeTo({columns: 100, rows: 30});
		await screen.until((text) => text.split('\n')[29]?.startsWith('q leave') ?? false, 'a key line in row 30');
		screen.press('q');
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 0);
		assert.ok(!screen.isAlternate());
		assert.match(screen.text(), /^back on the first screen/);
	});

	test('draws failures red where colour is wanted', async (t) => {
		const screen = open(t, ['colour'], {FORCE_COLOR: '1'});
		await screen.until(/failed: vit16x8x768/);

		assert.equal(screen.colourOf('failed: vit16x8x768'), RED);
		screen.press('q');
		assert.equal((await screen.exited).exitCode, 0);
	});
});
