import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {seedTables} from '../rig/seed-commands.ts';
import {formatSeedPage} from './format-seed-page.ts';

const PAGE = fileURLToPath(new URL('../../docs/from-other-systems.md', import.meta.url));

/** Written anew by --test-update-snapshots. */
suite('docs/from-other-systems.md', () => {
	test('says what the table of commands says, which a test plans', (t) =>
		t.assert.fileSnapshot(formatSeedPage(seedTables), PAGE, {serializers: [String]}));
});
