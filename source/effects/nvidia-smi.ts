import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {GpuSample} from '../journal/event.ts';
import {askTool, type ToolAnswer} from './ask-tool.ts';
import {type LineProcess, openLineProcess} from './line-process.ts';
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
	const answer = await askTool('nvidia-smi', listQueryArguments(GPU_FIELDS), {timeoutMs, env});
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

/** One nvidia-smi that prints samples until it is ended. */
export function openSampleStream({fields, everyMs, env, onSample, onEnd}: SampleStream): LineProcess {
	return openLineProcess({
		program: 'nvidia-smi',
		args: [...listQueryArguments(fields), '-lms', String(everyMs)],
		env,
		maxLineBytes: MAX_LINE_BYTES,
		takeLine: (line) => {
			const sample = parseSampleLine(line, fields);
			if (sample) onSample(sample);
			return sample !== null;
		},
		onEnd: (how, said) =>
			onEnd({reason: `nvidia-smi ${how}${said ? `: ${said}` : '.'}`, badField: parseBadField(said)}),
	});
}

type SampleAnswer = {
	readonly samples: readonly GpuSample[];
	readonly problem: string;
	readonly badField: string | null;
};

/** One nvidia-smi that prints one sample of every GPU; without samples `problem` says why there are none. */
export async function querySamples(
	fields: readonly string[],
	{env, timeoutMs}: Omit<QueryOptions, 'procRoot'>,
): Promise<SampleAnswer> {
	const answer = await askTool('nvidia-smi', listQueryArguments(fields), {timeoutMs, env});
	const lines = answer.kind === 'answered' ? `${answer.stdout}\n${answer.stderr}`.split('\n').filter(Boolean) : [];
	const samples = lines.flatMap((line) => parseSampleLine(line, fields) ?? []);
	return {samples, problem: describeSilence(answer, lines), badField: parseBadField(lines.join(' '))};
}

function describeSilence(answer: ToolAnswer, lines: readonly string[]): string {
	switch (answer.kind) {
		case 'absent':
			return 'nvidia-smi is not on PATH.';
		case 'hung':
			return `nvidia-smi did not answer within ${answer.afterMs / 1000} s: the driver hangs.`;
		case 'failed':
			return `nvidia-smi could not be run (${answer.problem}).`;
		case 'answered':
			return `nvidia-smi ended with code ${answer.code}: ${lines.slice(-3).join(' ')}`;
		default:
			return answer satisfies never;
	}
}

const listQueryArguments = (fields: readonly string[]): readonly string[] => [
	`--query-gpu=${fields.join(',')}`,
	'--format=csv,noheader,nounits',
];

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
