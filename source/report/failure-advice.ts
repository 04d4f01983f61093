import type {Failure, Outcome} from '../domain/experiment.ts';
import {clipText, toOneLine} from './text.ts';

/** How an attempt ended, and what is left of what it said. */
export type Ending = {
	readonly outcome: Outcome;
	readonly stdoutTail: string;
	readonly stderrTail: string;
	/** The workload's own `error` line. */
	readonly said: {readonly kind: string; readonly message: string} | null;
	readonly timeoutMs: number;
	readonly argv: readonly string[];
	/** The workload is one that always prints a `result` line (a bundled one). */
	readonly expectsResult?: boolean;
	/** That line came. */
	readonly hasResult?: boolean;
};

const LONGEST_MESSAGE = 200;

const say = (text: string): string => clipText(toOneLine(text), LONGEST_MESSAGE);

export function explainTimeout({argv, said}: Ending, limitMs: number): Failure {
	const limitS = limitMs / 1000;
	const after = said ? `; it had said: ${said.message}` : '';
	return {
		kind: 'timeout',
		message: say(`still running after ${limitS} s, so it was ended${after}`),
		advice: `Give it longer: experiment.test.timeout_s=${Math.ceil(limitS * 2)}${mentionSamples(argv)}`,
	};
}

function mentionSamples(argv: readonly string[]): string {
	const samples = readOption(argv, '--num-samples');
	return samples !== null && samples > 1
		? `, or less to do: experiment.test.num_samples=${Math.floor(samples / 2)}`
		: '';
}

/** `text` is where the sizes stand, in PyTorch's own words. */
export function explainGpuMemory({argv}: Ending, text: string): Failure {
	const wanted = text.match(/Tried to allocate ([\d.]+ [KMGT]iB)/)?.[1];
	const [, total, free] = text.match(/total capacity of ([\d.]+ [KMGT]iB) of which ([\d.]+ [KMGT]iB) is free/) ?? [];
	const sizes = wanted ? `: ${wanted} wanted${total ? `, ${free} of ${total} free` : ''}` : '';
	return {
		kind: 'cuda-out-of-memory',
		message: `the GPU's memory ran out${sizes}`,
		advice: `Take smaller batches: ${suggestBatch(argv)}. memory_size_mb is host memory and frees nothing on the GPU.`,
	};
}

function suggestBatch(argv: readonly string[]): string {
	const batch = readOption(argv, '--batch-size');
	if (batch === null) return 'experiment.test.batch_size=5';
	if (batch > 1) return `experiment.test.batch_size=${Math.floor(batch / 2)}`;
	return 'the batch is 1 already, so a smaller image (experiment.test.tensor_shape=[3,112,112]) or model';
}

/** `evidence` is what was seen; a process that was merely killed is no proof, whoever reports it. */
export function explainHostMemory({argv}: Ending, evidence: string): Failure {
	const node = findBoundNode(argv);
	const where = node === undefined ? 'host memory' : `memory of NUMA node ${node}`;
	const certain = !/SIGKILL|Killed/.test(evidence);
	const pool = readOption(argv, '--memory-size-mb');
	const smaller = `experiment.test.memory_size_mb=${pool !== null && pool > 1 ? Math.floor(pool / 2) : 256}`;
	const unbound = node === undefined ? '' : '; to let it use other nodes: experiment.hardware.binding=cpu';
	return {
		kind: 'host-out-of-memory',
		message: say(`${where} ${certain ? 'ran out' : 'probably ran out'}: ${evidence}`),
		advice: `Take less, ${smaller}, or run fewer at once, experiment.max_workers=1${unbound}. The kernel's own word: dmesg | grep -i oom`,
	};
}

/** Node of whose memory alone numactl lets a program have, as it was typed. */
export const findBoundNode = (argv: readonly string[]): string | undefined =>
	argv.map((word) => word.match(/^--membind=(\S+)$/)?.[1]).find((found) => found !== undefined);

export function explainMissingModule({argv}: Ending, module: string): Failure {
	const python = argv.find((word) => /(?:^|\/)python[\d.]*$/.test(word)) ?? 'python3';
	const [distribution = module] = module.split('.');
	return {
		kind: 'missing-module',
		message: `${python} has no module ${module}`,
		advice: `Install it there, ${python} -m pip install ${distribution}, or name an interpreter that has it: WARPDECK_PYTHON=/path/to/python3`,
	};
}

export function explainBinding({argv}: Ending, evidence: string): Failure {
	const asked = argv.filter((word) => /^--(?:cpunodebind|membind|physcpubind)=/.test(word)).join(' ');
	const advice = adviseBinding(evidence);
	return {kind: 'binding-refused', message: say(`numactl ${asked} was refused: ${evidence}`), advice};
}

function adviseBinding(evidence: string): string {
	if (!evidence.includes('not permitted')) {
		return 'See which nodes this process may use, numactl --show, and name those: experiment.hardware.numa_nodes=[0]';
	}
	if (evidence.startsWith('sched_setaffinity')) {
		return 'This container refuses CPU binding: run outside of it, or unbound: experiment.hardware.binding=off';
	}
	return 'This container refuses memory policies: start it with --cap-add SYS_NICE, or bind CPUs only: experiment.hardware.binding=cpu';
}

export const explainNoDevice = (evidence: string): Failure => ({
	kind: 'no-device',
	message: say(`no usable GPU: ${evidence}`),
	advice: 'See what the driver says, nvidia-smi -L; to compute on the CPU: experiment.hardware.device=cpu',
});

export const explainConfiguration = (problem: string): Failure => ({
	kind: 'configuration',
	message: say(`the workload refused its configuration: ${problem}`),
	advice: 'Change the value that it names, and look at the result before running: warpdeck plan --cfg job',
});

export const explainSignal = (signal: string): Failure => ({
	kind: 'signal',
	message: `ended by ${signal}, which warpdeck did not send`,
	advice:
		signal === 'SIGSEGV' || signal === 'SIGBUS' || signal === 'SIGABRT'
			? 'It crashed: read its stderr log, and dmesg | tail for driver errors (Xid).'
			: 'Somebody or something else ended it. To run it again: warpdeck resume',
});

/** The kernel sends SIGKILL when memory runs out, but so does anybody with `kill -9`. */
export const explainKill = (evidence: string): Failure => ({
	kind: 'signal',
	message: `${evidence}, which warpdeck did not send: somebody did, or the kernel's out-of-memory killer`,
	advice: `The kernel's own word, if it was the kernel: dmesg | grep -i oom, or journalctl -k; what memory is left: free -h. To run it again: warpdeck resume`,
});

export function explainExit({stderrTail, stdoutTail, said}: Ending, code: number): Failure {
	const clue = said?.message ?? findLastLine(stderrTail) ?? findLastLine(stdoutTail);
	return {
		kind: 'exit',
		message: say(`exited with code ${code}${clue === undefined ? '' : `: ${clue}`}`),
		advice: 'Read its stderr log; warpdeck plan --json shows the command, to run it by hand.',
	};
}

const findLastLine = (text: string): string | undefined =>
	text
		.split('\n')
		.map(toOneLine)
		.findLast((line) => line !== '' && !line.startsWith('::warpdeck '));

function readOption(argv: readonly string[], name: string): number | null {
	const value = Number(argv[argv.indexOf(name) + 1]);
	return argv.includes(name) && Number.isFinite(value) ? value : null;
}
