import {UserError} from '../domain/errors.ts';
import {examineProfilers} from '../effects/examine-profilers.ts';
import {
	examineNvidiaSmi,
	examineTools,
	findManagementLibrary,
	findOnPath,
	readDriverCuda,
} from '../effects/examine-tools.ts';
import {readKernelFacts} from '../effects/kernel-facts.ts';
import {readDiskFacts} from '../effects/output-folder.ts';
import {readFate} from '../effects/session-fate.ts';
import {findSettingsFile, readSettings} from '../effects/settings.ts';
import {listNvidiaDevices} from '../effects/sysfs.ts';
import {askTorch, type TorchAnswer} from '../effects/torch.ts';
import {broken, type Finding, formatFinding, ok} from '../report/finding.ts';
import {judgeFate} from '../report/judge-fate.ts';
import {judgeKernel} from '../report/judge-kernel.ts';
import {judgeMachine} from '../report/judge-machine.ts';
import {type DiskFacts, judgeDisk, judgeLocale, judgeTerminal, type TerminalFacts} from '../report/judge-session.ts';
import {MIN_COLUMNS, MIN_ROWS} from '../tui/screens/layout.ts';
import {checkFlags, VERSION} from './arguments.ts';
import {needsCuda, refuseBlind, requirePython} from './check-torch.ts';
import type {Invocation} from './dispatch.ts';
import {judgeMemoryRecords} from './doctor-memory.ts';
import {judgePython, judgeTorch} from './doctor-python.ts';
import {listBaseDirs} from './outputs.ts';
import {readGpuMemory} from './past-gpu-memory.ts';
import {type Host, inspectHost, prepare, refuseNamed} from './prepare.ts';
import {refuseProblems} from './refuse-problems.ts';

/** What `npm start` runs: it asks the least of a machine, so where it cannot run nothing can. */
const LEAST = ['quick_test', 'experiment.hardware.binding=auto'];

const TOOL_LIMIT_MS = 10_000;
const TORCH_LIMIT_MS = 60_000;
const DISK_LIMIT_MS = 2000;
const USUAL_COLUMNS = 80;

/** `warpdeck doctor`: what is here and what is not, each with the command that mends it; exit code 3 where nothing can run. */
export async function run({flags}: Invocation): Promise<number> {
	checkFlags('doctor', flags, ['json']);
	const columns = process.stdout.columns ?? USUAL_COLUMNS;
	const findings: Finding[] = [];
	for (const check of beginChecks()) {
		for (const finding of await check) {
			findings.push(finding);
			if (!flags.json) process.stdout.write(formatFinding(finding, columns));
		}
	}
	const canRun = findings.at(-1)?.verdict === 'ok';
	if (flags.json) process.stdout.write(`${JSON.stringify({can_run: canRun, checks: findings}, null, '\t')}\n`);
	return canRun ? 0 : 3;
}

type Check = Promise<readonly Finding[]>;

/** All at once, in the order in which they are told; the last one is the verdict. */
function beginChecks(): readonly Check[] {
	const {env} = process;
	const limits = {env, timeoutMs: TOOL_LIMIT_MS};
	const host = inspectHost();
	const devices = listNvidiaDevices('/sys');
	const torch = host.then(askHost);
	const disk = readDiskFacts(listBaseDirs()[0] ?? '.', {env, timeoutMs: DISK_LIMIT_MS});
	const checks: readonly Check[] = [
		one(ok('warpdeck', `${VERSION} on Node.js ${process.version}`)),
		one(judgeLocale(env.LC_ALL || env.LC_CTYPE || env.LANG || '')),
		one(judgeTerminal(describeTerminal(), {columns: MIN_COLUMNS, rows: MIN_ROWS})),
		one(judgeSettings()),
		disk.then((facts) => [judgeDisk(facts)]),
		readKernelFacts().then(judgeKernel),
		readFate().then((facts) => [judgeFate(facts)]),
		...[...examineTools(limits), ...examineProfilers(limits)].map(async (finding) => [await finding]),
		devices.then((found) => [examineNvidiaSmi(env, found.length > 0)]),
		examineMachine(host, devices),
		torch.then((answer) => examinePython(host, answer)),
		Promise.resolve(listBaseDirs().flatMap((folder) => judgeMemoryRecords(readGpuMemory(folder)))),
		judgeSuite(host, torch, disk),
	];
	// Each is awaited in its turn; until then a failure must not end the process.
	for (const check of checks) check.catch(() => {});
	return checks;
}

const one = async (finding: Finding): Check => [finding];

function describeTerminal(): TerminalFacts {
	const {stdout} = process;
	if (!stdout.isTTY) return null;
	return {
		term: process.env.TERM ?? '',
		columns: stdout.columns,
		rows: stdout.rows,
		colours: 2 ** stdout.getColorDepth(),
	};
}

function judgeSettings(): Finding {
	const {problem} = readSettings();
	const path = findSettingsFile();
	return problem ? broken('settings', problem, `mv '${path}' '${path}.damaged'`) : ok('settings', path);
}

async function examineMachine(host: Promise<Host>, devices: Promise<readonly string[]>): Check {
	const [{machine}, cuda, found] = await Promise.all([
		host,
		readDriverCuda({env: process.env, timeoutMs: TOOL_LIMIT_MS}),
		devices,
	]);
	return judgeMachine(machine, {cuda, devices: found, managementLibrary: findManagementLibrary(process.env)});
}

const askHost = async ({python}: Host): Promise<TorchAnswer | null> =>
	python.kind === 'found' ? askTorch(python.path, {timeoutMs: TORCH_LIMIT_MS}) : null;

async function examinePython(host: Promise<Host>, answer: TorchAnswer | null): Check {
	const {python, machine} = await host;
	return [
		judgePython(python, findOnPath('python3', process.env)),
		judgeTorch(python, answer, machine.topology.gpus.length),
	];
}

/** The very refusals of `warpdeck run`, without starting anything. */
async function judgeSuite(host: Promise<Host>, torch: Promise<TorchAnswer | null>, disk: Promise<DiskFacts>): Check {
	const name = 'quick_test';
	const {refusal} = await disk;
	if (refusal !== null) return [broken(name, `its results cannot be kept: ${refusal}`, 'output.base_dir=FOLDER')];
	try {
		const {python} = await host;
		refuseNamed(python);
		const preparation = await prepare(LEAST, {}, await host);
		refuseProblems(preparation.plan.problems);
		const answer = await torch;
		if (needsCuda(preparation) && answer !== null) refuseBlind(requirePython(python), answer);
		const [device] = new Set(preparation.plan.experiments.map((experiment) => experiment.device));
		return [ok(name, `can run here, on ${device}: warpdeck run ${LEAST.join(' ')}`)];
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return [broken(name, error.message.replaceAll(/\s+/g, ' '), error.tryThis[0])];
	}
}
