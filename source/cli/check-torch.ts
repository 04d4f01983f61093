import {UserError} from '../domain/errors.ts';
import {askTorch} from '../effects/torch.ts';
import type {Preparation} from './prepare.ts';

/** A GPU that PyTorch cannot see would fail every experiment of the night, each after its own slow start. */
export async function checkTorch({plan, composition, python}: Preparation): Promise<void> {
	const isBundled = composition.jobs.some(({suite}) => suite.experiment.workload === 'vit_pipeline');
	if (!isBundled || !plan.experiments.some(({device}) => device === 'cuda')) return;
	if (python.kind === 'none') {
		throw new UserError(
			`No interpreter here has PyTorch.\n${python.tried.map(({path, problem}) => `  ${path}: ${problem}`).join('\n')}`,
			{
				tryThis: ['WARPDECK_PYTHON=/path/to/python3 warpdeck run …', 'experiment.hardware.device=cpu runs on the CPU'],
				exitCode: 3,
			},
		);
	}
	const answer = await askTorch(python.path);
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
