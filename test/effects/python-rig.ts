import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {TestContext} from 'node:test';
import {makeFolder} from './fake-tools.ts';

/** A real python3 of this machine, or null. */
export function findRealPython(): string | null {
	try {
		return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {encoding: 'utf8'}).trim();
	} catch {
		return null;
	}
}

/** A real python3 that sees no installed package, only these files. */
export function makePython(t: TestContext, files: {readonly [path: string]: string}): string {
	const folder = makeFolder(t);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, 'packages', path)), {recursive: true});
		writeFileSync(join(folder, 'packages', path), text);
	}
	const python = join(folder, 'python');
	writeFileSync(python, `#!/bin/sh\nPYTHONPATH='${join(folder, 'packages')}' exec '${findRealPython()}' -S -s "$@"\n`);
	chmodSync(python, 0o755);
	return python;
}
