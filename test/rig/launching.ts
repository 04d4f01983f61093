import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {createProcesses, type ProcessOptions} from '../../source/effects/processes.ts';
import type {AttemptFiles, LaunchedProcess, LaunchRequest} from '../../source/engine/ports.ts';

/** A folder of the test's own, removed after it. */
export function makeFolder(test: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-test-'));
	test.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 3}));
	return folder;
}

export const filesIn = (folder: string): AttemptFiles => ({
	stdout: join(folder, 'stdout'),
	stderr: join(folder, 'stderr'),
	exitStatus: join(folder, 'exit'),
});

export type Launching = LaunchedProcess & {
	readonly folder: string;
	readonly tag: string;
	readonly files: AttemptFiles;
	readonly lines: readonly string[];
};

/** Launches for real in a folder of the test's own; whatever is left of it is ended after the test. */
export async function launchHere(
	test: TestContext,
	argv: readonly string[],
	changes: Partial<LaunchRequest> & ProcessOptions = {},
): Promise<Launching> {
	const {logCapBytes, ...requested} = changes;
	const folder = makeFolder(test);
	const files = filesIn(folder);
	const tag = `test ${folder}`;
	const lines: string[] = [];
	const processes = createProcesses(logCapBytes === undefined ? {} : {logCapBytes});
	const onLine = (line: string) => lines.push(line);
	const launched = await processes.launch({argv, env: {}, cwd: folder, files, tag, onLine, ...requested});
	test.after(() => processes.endTagged(requested.tag ?? tag, 0));
	return {...launched, folder, tag, files, lines};
}

/** Whether the process runs; one that ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}

/** The file's text, or '' while it does not exist. */
export function readIfThere(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

export const workload = (name: string) => join(import.meta.dirname, '../../fixtures/workloads', name);
