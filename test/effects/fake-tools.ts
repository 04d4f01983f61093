import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import type {TestContext} from 'node:test';
import {fileURLToPath} from 'node:url';

/** The folder of the fake tools, and the Node that runs the tests for those that are Node programs. */
const FAKE_BIN = fileURLToPath(new URL('../../fixtures/bin', import.meta.url));
const FAKE_PATH = [FAKE_BIN, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);

export type FakeNvidiaSmi = {
	readonly env: NodeJS.ProcessEnv;
	/** One entry for each time it was started. */
	readonly starts: () => readonly {readonly pid: number; readonly args: readonly string[]}[];
};

/** An environment in which nvidia-smi is the fake one, told what to do by fixtures/bin/nvidia-smi.cjs's options. */
export function fakeNvidiaSmi(t: TestContext, options: object): FakeNvidiaSmi {
	const log = join(makeFolder(t), 'starts');
	const env = {PATH: FAKE_PATH, FAKE_NVIDIA_SMI: JSON.stringify(options), FAKE_NVIDIA_SMI_LOG: log};
	return {env, starts: () => readLines(log).map((line) => JSON.parse(line))};
}

export const fakeNumactl = (settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({PATH: FAKE_PATH, ...settings});

/** A folder of this test alone, gone after it. */
export function makeFolder(t: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-test-'));
	t.after(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

export function isAlive(pid: number): boolean {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

function readLines(path: string): readonly string[] {
	try {
		return readFileSync(path, 'utf8').split('\n').filter(Boolean);
	} catch {
		return [];
	}
}
