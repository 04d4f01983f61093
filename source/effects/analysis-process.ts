import {type ChildProcess, fork} from 'node:child_process';
import type {AnalysisAnswer, AnalysisOrder, Refusal, TraceAnswer, TraceOrder} from './analysis-worker.ts';

/** Reads one database at a time in a process of its own: SQLite blocks, and its memory goes with the process. */
export type AnalysisProcess = {
	readonly analyse: (order: AnalysisOrder) => Promise<AnalysisAnswer>;
	readonly trace: (order: TraceOrder) => Promise<TraceAnswer>;
	readonly close: () => void;
};

/** A small young generation is enough for rows that are thrown away. Node 22 warns of its SQLite on every start. */
const NODE_OPTIONS = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'];

/** `program` is warpdeck's own main file, `loader` what Node needs to run it. */
export function openAnalysisProcess(program: string, loader: readonly string[]): AnalysisProcess {
	let child: ChildProcess | null = null;

	function start(): ChildProcess {
		const made = fork(program, ['analyze-worker'], {
			execArgv: [...loader, ...NODE_OPTIONS],
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		made.once('exit', () => {
			if (child === made) child = null;
		});
		return made;
	}

	return {
		analyse: (order) => {
			child ??= start();
			return ask<AnalysisAnswer>(child, order);
		},
		trace: (order) => {
			child ??= start();
			return ask<TraceAnswer>(child, order);
		},
		close: () => {
			child?.kill('SIGKILL');
			child = null;
		},
	};
}

function ask<Answer>(child: ChildProcess, order: AnalysisOrder | TraceOrder): Promise<Answer | Refusal> {
	return new Promise((resolve) => {
		const finish = (answer: Answer | Refusal) => {
			child.off('message', finish);
			child.off('exit', give);
			child.off('error', give);
			resolve(answer);
		};
		const give = (reason: unknown) => finish({kind: 'problem', problem: describeEnd(reason, child.signalCode)});
		child.on('message', finish);
		child.once('exit', give);
		child.once('error', give);
		child.send(order, (error) => error && give(error));
	});
}

function describeEnd(reason: unknown, signal: NodeJS.Signals | null): string {
	if (reason instanceof Error) return `the process that reads it could not be used (${reason.message})`;
	return signal === null
		? `the process that read it ended with ${reason}, perhaps for want of memory`
		: `the process that read it was ended by ${signal}, perhaps for want of memory`;
}
