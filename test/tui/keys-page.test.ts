import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {formatKeysPage} from './format-keys-page.ts';

const PAGE = fileURLToPath(new URL('../../docs/keys.md', import.meta.url));

/** Written anew by --test-update-snapshots. */
suite('docs/keys.md', () => {
	test('says what the table of keys says', (t) =>
		t.assert.fileSnapshot(formatKeysPage(), PAGE, {serializers: [String]}));
});
