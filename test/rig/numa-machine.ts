import {execFile, execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {checkout} from './built-program.ts';
import {lacks} from './needed-tools.ts';

/** A virtual machine of four real NUMA nodes and four PCI functions, on this machine's own files, which it cannot change. */
export type NumaMachine = {
	/** Runs a shell script as root in it. */
	readonly run: (script: string) => Promise<{readonly stdout: string; readonly stderr: string}>;
	/** A file that a script left in $SHARE. */
	readonly read: (name: string) => string;
	readonly pathOf: (name: string) => string;
	readonly stop: () => Promise<void>;
};

const SCRIPT = join(checkout, 'test/beds/numa-vm.sh');
const execute = promisify(execFile);

/** How the machine differs from four nodes with a PCI function on each. */
type Shape = {
	/** Of each node. */
	readonly memoryMiB?: number;
	/** The PCI functions say -1 for their node, as in most virtual machines. */
	readonly hidesPlaces?: boolean;
	/** Node 4 has memory and no CPU. */
	readonly hasMemoryNode?: boolean;
};

const readEnvironment = ({memoryMiB = 1536, hidesPlaces, hasMemoryNode}: Shape = {}): NodeJS.ProcessEnv => ({
	...process.env,
	NUMA_VM_CACHE: process.env.NUMA_VM_CACHE ?? join(homedir(), '.cache/warpdeck-numa-vm'),
	ACCEL: 'tcg',
	NODES: '4',
	GPUS: '4',
	MEM: String(memoryMiB),
	NOPXB: hidesPlaces ? '1' : '',
	CPULESS: hasMemoryNode ? '1' : '',
	// Beside other tests on two cores all of it took a quarter of an hour.
	TIMEOUT: '3000',
	BOOT_TIMEOUT: '600',
});

/** false, or why no such machine can be had here; fetches its kernel once. */
export function lacksNumaMachine(): string | false {
	const missing = lacks('qemu-system-x86_64', 'cpio', 'apt-get', 'numactl');
	if (missing) return missing;
	try {
		mkdirSync(readEnvironment().NUMA_VM_CACHE ?? '', {recursive: true});
		execFileSync(SCRIPT, ['prepare'], {env: readEnvironment(), stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});
		return false;
	} catch (error) {
		return `the virtual machine cannot be prepared: ${readError(error)}`;
	}
}

/**
 * Boots one; its PATH begins with a fake nvidia-smi that calls the PCI functions GPUs, and whose topo -m puts them on
 * nodes 3, 3, 1 and 1. Nothing else is fake.
 */
export async function startNumaMachine(shape: Shape = {}): Promise<NumaMachine> {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-numa-'));
	const env = readEnvironment(shape);
	const call = (...args: readonly string[]) => execute(SCRIPT, args, {env, cwd: '/', maxBuffer: 64 * 2 ** 20});
	await call('start', folder);
	const share = join(folder, 'share');
	plantGpus(share);
	let scripts = 0;
	return {
		run: (script) => {
			const name = `script-${++scripts}`;
			writeFileSync(join(share, name), `${SET_UP}\n${script}\n`);
			return call('exec', folder, 'bash', `/share/${name}`);
		},
		read: (name) => readFileSync(join(share, name), 'utf8'),
		pathOf: (name) => join(share, name),
		stop: async () => {
			await call('stop', folder);
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

/**
 * Each process takes long to start under emulation, and node seconds, so each question is answered once by node and from a
 * file afterwards, which has its name by the lengths of the words that ask.
 */
const FAKE_NVIDIA_SMI = `#!/bin/sh
known=/tmp/nvidia-smi-$#.\${#1}.\${#2}.\${#3}.\${#4}
[ -e $known ] || { '${process.execPath}' '${checkout}fixtures/bin/nvidia-smi.cjs' "$@" >$known.$$ && mv $known.$$ $known; }
cat $known
`;

function plantGpus(share: string): void {
	mkdirSync(join(share, 'bin'));
	writeFileSync(join(share, 'bin/nvidia-smi'), FAKE_NVIDIA_SMI, {mode: 0o755});
}

/** The guest's own files are quick; those of the share are not. */
const SET_UP = `
set -u
gpus=$(for device in /sys/bus/pci/devices/*; do [ "$(cat $device/vendor)" = 0x1234 ] && printf '"0000%s",' "\${device##*/}"; done)
export PATH=$SHARE/bin:$PATH FAKE_NVIDIA_SMI='{"gpus":4,"topo":"dgx-a100-8nodes.txt","pci":['"\${gpus%,}"']}'
export WORKLOADS='${checkout}fixtures/workloads' HOME=/tmp/home XDG_CACHE_HOME=/tmp/cache WARPDECK_CONFIG_DIR=/tmp/settings
export NODE_COMPILE_CACHE=/tmp/compiled
warpdeck() { '${process.execPath}' '${checkout}dist/main.js' "$@"; }
mkdir -p /tmp/work && cd /tmp/work
`;

function readError(error: unknown): string {
	const said = (error as {stderr?: unknown}).stderr;
	return typeof said === 'string' && said.trim() !== '' ? said.trim() : String(error);
}
