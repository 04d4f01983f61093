import {setTimeout as delay} from 'node:timers/promises';
import {execa} from 'execa';

/** What became of one short call of an outside tool; a tool is never waited for without a limit. */
export type ToolAnswer =
	| {readonly kind: 'answered'; readonly code: number; readonly stdout: string; readonly stderr: string}
	/** No such program. */
	| {readonly kind: 'absent'}
	| {readonly kind: 'hung'; readonly afterMs: number}
	/** It could not be started, or a signal ended it. */
	| {readonly kind: 'failed'; readonly problem: string};

type AskOptions = {
	readonly timeoutMs: number;
	/** The whole environment of the tool; its PATH is searched. Default: ours. */
	readonly env?: NodeJS.ProcessEnv | undefined;
};

/** A driver that hangs makes a process that even SIGKILL does not end: after this it is left alone. */
const ABANDON_MS = 1000;

export async function askTool(
	file: string,
	args: readonly string[],
	{timeoutMs, env = process.env}: AskOptions,
): Promise<ToolAnswer> {
	// A tool may be a script: what it started is ended with it.
	const limits = {timeout: timeoutMs, killSignal: 'SIGKILL', killDescendants: true} as const;
	const tool = execa(file, args, {...limits, env, extendEnv: false, stdin: 'ignore', reject: false});
	const answered = new AbortController();
	const abandoned = delay(timeoutMs + ABANDON_MS, undefined, {signal: answered.signal}).catch(() => undefined);

	const result = await Promise.race([tool, abandoned]);
	answered.abort();
	if (result) return readAnswer(result, timeoutMs);
	for (const stream of [tool.stdout, tool.stderr]) stream.destroy();
	tool.nodeChildProcess.unref();
	return {kind: 'hung', afterMs: timeoutMs};
}

type ToolResult = {
	readonly exitCode?: number | undefined;
	readonly timedOut: boolean;
	readonly code?: string | undefined;
	readonly originalMessage?: string | undefined;
	readonly signal?: string | undefined;
	readonly stdout?: string;
	readonly stderr?: string;
};

function readAnswer(result: ToolResult, timeoutMs: number): ToolAnswer {
	const {exitCode, stdout = '', stderr = ''} = result;
	if (result.timedOut) return {kind: 'hung', afterMs: timeoutMs};
	if (exitCode !== undefined) return {kind: 'answered', code: exitCode, stdout, stderr};
	if (result.code === 'ENOENT') return {kind: 'absent'};
	return {
		kind: 'failed',
		problem: result.signal ? `ended by ${result.signal}` : (result.originalMessage ?? 'no answer'),
	};
}
