import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseWorkloadLine, type WorkloadLine} from '../../source/domain/workload-protocol.ts';
import {runReferencePipeline} from '../../source/workload/reference-pipeline.ts';

export const vitPipelinePath = fileURLToPath(new URL('../../suites/workloads/vit_pipeline.py', import.meta.url));
export const python = process.env.WARPDECK_PYTHON ?? '/usr/bin/python3';

/** What one run printed and how it ended. */
export type Printed = {readonly exitCode: number; readonly lines: readonly string[]; readonly stderr: string};

const torchCheck = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {encoding: 'utf8'});

/** The version of PyTorch, or undefined where the interpreter has none. */
export const torchVersion = torchCheck.status === 0 ? torchCheck.stdout.trim() : undefined;

/** False, or why a test that needs PyTorch is skipped. */
export const skipWithoutTorch =
	torchVersion === undefined &&
	`${python} has no PyTorch: apt-get install python3-torch python3-numpy, or set WARPDECK_PYTHON`;

/** Small enough for a test: vit32x2x128 with few samples and a pool of 8 MiB. */
export const smallArguments = (overrides = ''): readonly string[] =>
	`--vit-depth 2 --vit-heads 4 --vit-dim 128 --vit-mlp-dim 512 --shape 3 32 32 --num-samples 8 --batch-size 4
	--warmup-samples 4 --memory-size-mb 8 --sync-frequency 1 --device cpu --min-window-s 0 --no-measure-floors ${overrides}`
		.trim()
		.split(/\s+/);

/** Runs vit_pipeline.py as a program. */
export function runVitPipeline(argv: readonly string[], interpreterFlags: readonly string[] = []): Printed {
	const {status, stdout, stderr} = spawnSync(python, [...interpreterFlags, vitPipelinePath, ...argv], {
		encoding: 'utf8',
	});
	return {exitCode: status ?? -1, lines: stdout.trimEnd().split('\n'), stderr};
}

const BATCH_PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import vit_pipeline
for argv in json.load(sys.stdin):
    print("::ended", vit_pipeline.main(argv))
`;

/** Runs several experiments in one Python process, because importing PyTorch takes longer than they do. */
export function runVitPipelines(experiments: readonly (readonly string[])[]): readonly Printed[] {
	const folder = fileURLToPath(new URL('../../suites/workloads', import.meta.url));
	const input = JSON.stringify(experiments);
	const {stdout, stderr} = spawnSync(python, ['-c', BATCH_PROGRAM, folder], {encoding: 'utf8', input});
	return [...stdout.matchAll(/([\s\S]*?)::ended (\d+)\n/g)].map(([, text = '', code]) => ({
		exitCode: Number(code),
		lines: text.trim().split('\n'),
		stderr,
	}));
}

/** Runs Python code that may import vit_pipeline, and returns the JSON that it prints last. */
export function evaluateInPython(code: string): unknown {
	const folder = fileURLToPath(new URL('../../suites/workloads', import.meta.url));
	const {stdout, stderr} = spawnSync(
		python,
		['-c', `import sys; sys.path.insert(0, ${JSON.stringify(folder)})\n${code}`],
		{encoding: 'utf8'},
	);
	const last = stdout.trim().split('\n').at(-1) ?? '';
	if (last === '') throw new Error(stderr);
	return JSON.parse(last);
}

export async function runReference(argv: readonly string[]): Promise<Printed> {
	const lines: string[] = [];
	const exitCode = await runReferencePipeline(argv, (line) => lines.push(line));
	return {exitCode, lines, stderr: ''};
}

/** The lines for warpdeck of one kind; throws where one is malformed. */
export function findSaid<Event extends WorkloadLine['event']>(
	{lines}: Printed,
	event: Event,
): readonly (WorkloadLine & {event: Event})[] {
	return lines.map(parseWorkloadLine).flatMap((parsed) => {
		if (parsed.kind === 'malformed') throw new Error(parsed.problem);
		return parsed.kind === 'said' && parsed.line.event === event ? [parsed.line as WorkloadLine & {event: Event}] : [];
	});
}

/** The metrics and the effective configuration of the run's only result. */
export function findResult(printed: Printed) {
	const [result, ...others] = findSaid(printed, 'result');
	if (!result || others.length > 0)
		throw new Error(`expected one result line in:\n${printed.lines.join('\n')}\n${printed.stderr}`);
	return {metrics: result.metrics, effective: result.effective};
}

/** The lines for people. */
export const findHuman = ({lines}: Printed): readonly string[] =>
	lines.filter((line) => !line.startsWith('::warpdeck '));
