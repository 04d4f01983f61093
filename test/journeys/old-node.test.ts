import assert from 'node:assert/strict';
import {cpSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {checkout, makeWorkplace, requireBuild, runProgram} from '../rig/built-program.ts';
import {findOldNode} from '../rig/needed-tools.ts';

const oldNode = findOldNode();
const skip = oldNode === undefined && 'no node on PATH is older than 22.13';

/** A checkout in which nobody has typed npm ci. */
function copyWithoutPackages(t: TestContext) {
	const place = makeWorkplace();
	t.after(place.remove);
	for (const name of ['bin', 'dist']) mkdirSync(join(place.folder, name));
	for (const name of ['warpdeck', 'launch.js']) cpSync(join(checkout, 'bin', name), join(place.folder, 'bin', name));
	cpSync(join(checkout, 'package.json'), join(place.folder, 'package.json'));
	cpSync(requireBuild(), join(place.folder, 'dist/main.js'));
	return place;
}

suite('warpdeck under an older Node', {skip}, () => {
	const options = oldNode === undefined ? {} : {node: oldNode};

	test('goes on with the Node that npm ci brought, with its exit code and its output', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const program = join(checkout, 'bin/warpdeck');
		const suites = await runProgram(place, ['suites'], {...options, program});
		const mistake = await runProgram(place, ['frobnicate'], {...options, program});

		assert.equal(suites.code, 0, suites.stderr);
		assert.match(suites.stdout, /^quick_test /m);
		assert.equal(mistake.code, 2);
	});

	for (const file of ['bin/warpdeck', 'dist/main.js']) {
		test(`says what to install when only ${file} is there`, async (t) => {
			const place = copyWithoutPackages(t);
			const {code, stdout, stderr} = await runProgram(place, ['suites'], {
				...options,
				program: join(place.folder, file),
			});

			assert.equal(code, 3);
			assert.equal(stdout, '');
			assert.match(stderr, /^warpdeck needs Node 22\.13 or newer; this is .*\n {2}try: .*npm ci/);
		});
	}
});
