import {provideWorkload} from '../effects/provide-workload.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {listOwnCommand} from './own-command.ts';
import type {Preparation} from './prepare.ts';

/** What turns the experiments of a plan into commands; `runDir` stands for a folder that may not exist yet. */
export async function createCommandContext(
	{composition, machine, python}: Pick<Preparation, 'composition' | 'machine' | 'python'>,
	runDir: string,
): Promise<CommandContext> {
	return {
		workloadOf: (job) => composition.jobs[job]?.suite.experiment.workload ?? 'vit_pipeline',
		topology: machine.topology,
		python: python.kind === 'found' ? python.path : null,
		pipeline: provideWorkload('vit_pipeline.py', process.env),
		warpdeck: listOwnCommand(),
		runDir,
		cwd: process.cwd(),
	};
}
