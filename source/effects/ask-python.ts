import {isJsonObject, type JsonObject} from '../domain/json.ts';
import {askTool} from './ask-tool.ts';

type PythonAnswer =
	| {readonly kind: 'answered'; readonly value: JsonObject}
	| {readonly kind: 'failed'; readonly problem: string};

type AskOptions = {readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number};

/** Runs a script whose last line of stdout is `::answer {json}`; libraries may print whatever they like before it. */
export async function askPython(path: string, script: string, options: AskOptions): Promise<PythonAnswer> {
	const answer = await askTool(path, ['-c', script], options);
	switch (answer.kind) {
		case 'absent':
			return {kind: 'failed', problem: `There is no ${path}.`};
		case 'hung':
			return {kind: 'failed', problem: `${path} did not answer within ${answer.afterMs / 1000} s.`};
		case 'failed':
			return {kind: 'failed', problem: `${path} could not be run (${answer.problem}).`};
		case 'answered':
			return readAnswer(path, answer.code, answer.stdout, answer.stderr);
	}
}

function readAnswer(path: string, code: number, stdout: string, stderr: string): PythonAnswer {
	const value = parseAnswer(stdout);
	if (code === 0 && value) return {kind: 'answered', value};
	const said = stderr.trim().split('\n').at(-1) || stdout.trim().split('\n').at(-1) || 'it printed nothing';
	return {kind: 'failed', problem: `${path} ended with code ${code}: ${said.replace(/\.$/, '')}.`};
}

function parseAnswer(stdout: string): JsonObject | null {
	const json = /^::answer (.+)$/m.exec(stdout)?.[1];
	try {
		const value: unknown = JSON.parse(json ?? 'null');
		return isJsonObject(value) ? value : null;
	} catch {
		return null;
	}
}
