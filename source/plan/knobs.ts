import {type CommandWorkload, isNamed, type Workload} from '../domain/workload.ts';
import {PIPELINE_KEYS} from './build-command.ts';

/** Whether turning the knob changes what the workload is told: nothing else can be searched or lowered. */
export function readsKnob(workload: Workload, key: string): boolean {
	if (workload === 'vit_pipeline') return PIPELINE_KEYS.includes(key);
	if (isNamed(workload)) return workload.parameters.some(({name}) => name === key);
	return mentions(workload, `\${params.${key}}`) || mentions(workload, `\${axes.${key}}`);
}

const mentions = (workload: CommandWorkload, placeholder: string): boolean =>
	JSON.stringify(workload).includes(placeholder);

/** What to type instead. */
export function adviseKnob(workload: Workload, key: string, usual: string): string {
	if (workload === 'vit_pipeline') return `${usual}   (the bundled pipeline reads it)`;
	if (isNamed(workload))
		return `a key that ${workload.name} describes: ${workload.parameters.map(({name}) => name).join(', ')}`;
	return `mention \${params.${key}} in experiment.workload.command`;
}
