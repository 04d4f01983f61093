import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {GpuSample} from '../journal/event.ts';
import {askTool, type ToolAnswer} from './ask-tool.ts';
import {createLineSplitter} from './line-splitter.ts';
import {GPU_FIELDS, type ListedGpu, parseBadField, parseInventory, parseSampleLine} from './telemetry-format.ts';

const MAX_LINE_BYTES = 4096;

type QueryOptions = {readonly procRoot: string; readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number};

type GpuAnswer = {
	readonly gpus: readonly ListedGpu[];
	readonly driverVersion: string | null;
	/** Why GPUs are missing from the list, and what to type next; null on a machine without a driver, too. */
	readonly problem: string | null;
};

/** Asks nvidia-smi once which GPUs are here. */
export async function queryGpus({procRoot, env, timeoutMs}: QueryOptions): Promise<GpuAnswer> {
	const args = [`--query-gpu=${GPU_FIELDS.join(',')}`, '--format=csv,noheader,nounits'];
	const answer = await askTool('nvidia-smi', args, {timeoutMs, env});
	const {gpus, driverVersion, unread} = parseInventory(answer.kind === 'answered' ? answer.stdout : '');
	const why = explainMissing(answer, unread, procRoot);
	return {
		gpus,
		driverVersion,
		problem: why && `${why} Type nvidia-smi to see for yourself, then warpdeck plan for what this machine can run.`,
	};
}

type SampleStream = {
	readonly fields: readonly string[];
	readonly everyMs: number;
	readonly env: NodeJS.ProcessEnv;
	readonly onSample: (sample: GpuSample) => void;
	/** Called once, when the process is gone; not after the stream was closed. */
	readonly onEnd: (end: SampleStreamEnd) => void;
};

export type SampleStreamEnd = {readonly reason: string; readonly badField: string | null};

export type OpenStream = {
	/** Ends the process; onEnd follows once it is gone, which a driver that hangs may delay for ever. */
	readonly kill: () => void;
	/** Ends the process and says nothing more. */
	readonly close: () => void;
};

/** One nvidia-smi that prints samples until it is ended; it never outlives us. */
export function openSampleStream({fields, everyMs, env, onSample, onEnd}: SampleStream): OpenStream {
	const child = startStream(fields, everyMs, env);
	const kill = () => endGroup(child);
	process.once('exit', kill);
	const said = listen(child, fields, onSample);
	let isOpen = true;
	const finish = (how: string) => {
		process.off('exit', kill);
		if (!isOpen) return;
		isOpen = false;
		const text = said.join(' ');
		onEnd({reason: `nvidia-smi ${how}${text ? `: ${text}` : '.'}`, badField: parseBadField(text)});
	};
	child.once('error', (error) => finish(`could not be started (${error.message})`));
	child.once('close', (code, signal) => finish(signal ? `was ended by ${signal}` : `ended with code ${code}`));
	const close = () => {
		isOpen = false;
		kill();
		abandon(child);
	};
	return {kill, close};
}

/** In a group of its own, so that Ctrl-C in a terminal does not end it before the runner has drained. */
function startStream(fields: readonly string[], everyMs: number, env: NodeJS.ProcessEnv): ChildProcess {
	const args = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits', '-lms', String(everyMs)];
	return spawn('nvidia-smi', args, {detached: true, env, stdio: ['ignore', 'pipe', 'pipe']});
}

/** A process that does not die must not keep ours alive. */
function abandon(child: ChildProcess): void {
	child.stdout?.destroy();
	child.stderr?.destroy();
	child.unref();
}

/** Returns the latest lines that were no samples, at most three: the reason of an end. */
function listen(
	child: ChildProcess,
	fields: readonly string[],
	onSample: (sample: GpuSample) => void,
): readonly string[] {
	const said: string[] = [];
	const hear = (line: string) => {
		const sample = parseSampleLine(line, fields);
		if (sample) onSample(sample);
		else if (line.trim() !== '') said.push(line.trim());
		if (said.length > 3) said.shift();
	};
	for (const stream of [child.stdout, child.stderr]) {
		const lines = createLineSplitter(hear, MAX_LINE_BYTES);
		stream?.on('data', lines.push).on('end', lines.flush);
	}
	return said;
}

/** Only while the child is not reaped: afterwards its number may be somebody else's. */
function endGroup(child: ChildProcess): void {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		child.kill('SIGKILL');
	}
}

function explainMissing(answer: ToolAnswer, unread: readonly string[], procRoot: string): string | null {
	switch (answer.kind) {
		case 'absent': {
			const hasDriver = existsSync(join(procRoot, 'driver/nvidia'));
			return hasDriver ? 'An NVIDIA driver is loaded, but nvidia-smi is not on PATH.' : null;
		}
		case 'hung':
			return `nvidia-smi did not answer within ${answer.afterMs / 1000} s: the driver hangs.`;
		case 'failed':
			return `nvidia-smi could not be run (${answer.problem}).`;
		case 'answered': {
			const said = [...unread, answer.stderr.trim()].filter(Boolean).join(' ').replace(/\.$/, '');
			if (answer.code !== 0) return `nvidia-smi ended with code ${answer.code}: ${said || 'it printed nothing'}.`;
			return unread.length > 0 ? `nvidia-smi printed a line that names no usable GPU: ${said}.` : null;
		}
	}
}
