import {askTool} from '../effects/ask-tool.ts';
import {listOwnCommand} from './own-command.ts';
import {nameFolder} from './printer.ts';

/** A night of ten thousand takes a minute on a slow machine; a disk that hangs keeps nobody longer than this. */
const LIMIT_MS = 600_000;

/** Writes the report of a run in a process of its own, so that the screen goes on; resolves to what is said of it. */
export function exportReport(folder: string): () => Promise<string> {
	return async () => {
		const [program = '', ...args] = listOwnCommand();
		const answer = await askTool(program, [...args, 'report', folder, '--json'], {timeoutMs: LIMIT_MS});
		if (answer.kind === 'hung') return `the report was not written within ${answer.afterMs / 1000} s`;
		if (answer.kind !== 'answered') return `the report could not be started: ${describeStart(answer)}`;
		if (answer.code !== 0) return `no report: ${answer.stderr.split('\n')[0] ?? ''}`;
		return `report: ${nameFolder(`${folder}/report/report.html`)}`;
	};
}

const describeStart = (
	answer: {readonly kind: 'absent'} | {readonly kind: 'failed'; readonly problem: string},
): string => (answer.kind === 'failed' ? answer.problem : 'this program is not there any more');
