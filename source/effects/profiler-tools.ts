import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Profiler} from '../domain/experiment.ts';
import type {NcuTool, NsysTool, ProfilerTools, Unusable} from '../domain/profiler.ts';
import {readMetricNames} from '../plan/ncu-options.ts';
import {listNsysOptions, NEEDED_OPTIONS, readNsysHelp} from '../plan/nsys-options.ts';
import {countersAreClosed, OPEN_COUNTERS} from '../report/judge-kernel.ts';
import {askTool, type ToolAnswer} from './ask-tool.ts';
import {readKernelFacts} from './kernel-facts.ts';
import {findReport} from './profile-reports.ts';

type ProbeOptions = {
	readonly env: NodeJS.ProcessEnv;
	/** Whether there is a GPU whose metrics can be asked for. */
	readonly hasGpu: boolean;
};

export const NOT_FOUND = 'is not on PATH';

const QUICK_MS = 20_000;
/** A first start reads its libraries from the disk, perhaps over a network. */
const SLOW_MS = 90_000;

/** Whether these profilers can be used here, by asking and trying them; nothing is kept of it. */
export async function readProfilers(wanted: Iterable<Profiler>, options: ProbeOptions): Promise<ProfilerTools> {
	const asked = new Set(wanted);
	const [nsys, ncu] = await Promise.all([
		asked.has('nsys') ? readNsys(options) : undefined,
		asked.has('ncu') ? readNcu(options) : undefined,
	]);
	return {...(nsys ? {nsys} : {}), ...(ncu ? {ncu} : {})};
}

export async function readNsys({env}: Pick<ProbeOptions, 'env'>): Promise<NsysTool | Unusable> {
	const answer = await askTool('nsys', ['--version'], {timeoutMs: QUICK_MS, env});
	if (answer.kind === 'absent') return unusable(NOT_FOUND, 'apt-cache search nsight-systems');
	if (!succeeded(answer)) return unusable(`does not run (${describe(answer)})`, 'nsys --version');
	const help = await askTool('nsys', ['profile', '--help'], {timeoutMs: QUICK_MS, env});
	if (!succeeded(help)) return unusable(`does not say what it can do (${describe(help)})`, 'nsys profile --help');
	const version = readVersion(answer.stdout);
	const tool: NsysTool = {kind: 'usable', version, ...readNsysHelp(`${help.stdout}\n${help.stderr}`)};
	const lacking = NEEDED_OPTIONS.filter((name) => !tool.options.includes(name));
	if (lacking.length > 0) return unusable(`${version} has no ${lacking.join(', ')}`, 'a newer Nsight Systems');
	return (await tryNsys(tool, env)) ?? tool;
}

/** A program that does nothing, under the very options of a pass: an nsys without its libraries starts, and then writes nothing. */
async function tryNsys(tool: NsysTool, env: NodeJS.ProcessEnv): Promise<Unusable | null> {
	const folder = await mkdtemp(join(tmpdir(), 'warpdeck-nsys-'));
	try {
		const stem = join(folder, 'trial');
		const args = ['profile', '-o', stem, ...listNsysOptions(tool, false), 'sleep', '0.2'];
		const answer = await askTool('nsys', args, {timeoutMs: SLOW_MS, env});
		if (succeeded(answer) && findReport(stem) !== null) return null;
		return unusable(
			`${tool.version} wrote no report of a trial (${describe(answer)})`,
			'nsys profile --trace=cuda,nvtx --sample=none -o /tmp/trial sleep 1',
		);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

export async function readNcu({env, hasGpu}: ProbeOptions): Promise<NcuTool | Unusable> {
	const answer = await askTool('ncu', ['--version'], {timeoutMs: QUICK_MS, env});
	if (answer.kind === 'absent') return unusable(NOT_FOUND, 'apt-cache search nsight-compute');
	if (!succeeded(answer)) return unusable(`does not run (${describe(answer)})`, 'ncu --version');
	if (countersAreClosed(await readKernelFacts()))
		return unusable('may not read the counters of the GPU, for administrators only (ERR_NVGPUCTRPERM)', OPEN_COUNTERS);
	const metrics = hasGpu ? await askTool('ncu', ['--query-metrics'], {timeoutMs: SLOW_MS, env}) : null;
	return {
		kind: 'usable',
		version: readVersion(answer.stdout),
		metrics: metrics && succeeded(metrics) ? readMetricNames(metrics.stdout) : null,
		template: env.ICD_NCU_CMD?.trim() || null,
	};
}

const unusable = (reason: string, advice: string): Unusable => ({kind: 'unusable', reason, advice});

type Answered = Extract<ToolAnswer, {kind: 'answered'}>;
const succeeded = (answer: ToolAnswer): answer is Answered => answer.kind === 'answered' && answer.code === 0;

const readVersion = (text: string): string => /[Vv]ersion:? (\d[\w.]*)/.exec(text)?.[1] ?? 'of unknown version';

/** The line that looks most like a reason. */
function describe(answer: ToolAnswer): string {
	if (answer.kind === 'absent') return 'it is gone';
	if (answer.kind === 'hung') return `no answer within ${answer.afterMs / 1000} s`;
	if (answer.kind === 'failed') return answer.problem;
	const lines = `${answer.stderr}\n${answer.stdout}`.split('\n').map((line) => line.trim());
	const said =
		lines.find((line) => /error|cannot|denied|failed|no such/i.test(line)) ?? lines.find((line) => line !== '');
	return `code ${answer.code}: ${said ?? 'it printed nothing'}`;
}
