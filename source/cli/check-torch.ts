import {UserError} from '../domain/errors.ts';
import {needsTorch} from '../domain/workload.ts';
import type {PythonFound} from '../effects/python.ts';
import {askTorch, type TorchAnswer} from '../effects/torch.ts';
import {createSeenTorch} from '../effects/torch-seen.ts';
import type {Preparation} from './prepare.ts';

/** A GPU that PyTorch cannot see would fail every experiment of the night, each after its own slow start. */
export async function checkTorch(preparation: Preparation): Promise<void> {
	if (needsCuda(preparation)) await requireCuda(preparation);
}

/** Whether experiments of the plan need a PyTorch that sees a GPU. */
export const needsCuda = ({plan, composition}: Preparation): boolean =>
	composition.jobs.some(({suite}) => needsTorch(suite.experiment.workload)) &&
	plan.experiments.some(({device}) => device === 'cuda');

/** The interpreter that the bundled workload needs, or exit code 3 with what was tried. */
export function requirePython(python: PythonFound): Extract<PythonFound, {kind: 'found'}> {
	if (python.kind === 'found') return python;
	const tried = python.tried.map(({path, problem}) => `  ${path}: ${problem}`).join('\n');
	throw new UserError(`No interpreter here has PyTorch.\n${tried}`, {
		tryThis: [
			'WARPDECK_PYTHON=/path/to/python3 in front of the command names one',
			'experiment.hardware.device=cpu in a new run takes the CPU',
		],
		exitCode: 3,
	});
}

/** Exit code 3 where the interpreter's PyTorch sees no GPU; asks it, which takes seconds, unless it has answered lately. */
export async function requireCuda({python: found, machine}: Pick<Preparation, 'python' | 'machine'>): Promise<void> {
	const python = requirePython(found);
	const {path, torch, cuda} = python;
	const {driverVersion, gpus} = machine.topology;
	const sight = {path, torch, cuda, driverVersion, gpuUuids: gpus.map(({uuid}) => uuid)};
	const seen = createSeenTorch(process.env, Date.now);
	if (seen.isFresh(sight)) return;
	refuseBlind(python, await askTorch(python.path));
	seen.keep(sight);
}

/** Exit code 3 unless PyTorch answered that it sees a GPU. */
export function refuseBlind(python: Extract<PythonFound, {kind: 'found'}>, answer: TorchAnswer): void {
	const advice = [
		`${python.path} -c "import torch; print(torch.version.cuda, torch.cuda.is_available())"`,
		'WARPDECK_PYTHON=/path/to/python3 takes another interpreter',
	] as [string, ...string[]];
	if ('problem' in answer) {
		throw new UserError(`${python.path} (${python.how}) cannot import PyTorch: ${answer.problem}`, {
			tryThis: advice,
			exitCode: 3,
		});
	}
	if (answer.cudaAvailable) return;
	const build = answer.cuda === null ? 'a build for CPUs only' : `built for CUDA ${answer.cuda}`;
	throw new UserError(`PyTorch ${answer.torch} of ${python.path} (${python.how}) sees no GPU; it is ${build}.`, {
		tryThis: advice,
		exitCode: 3,
	});
}
