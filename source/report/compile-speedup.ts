import {groupBy} from './cells.ts';
import {identifyUncompiled} from './configuration.ts';
import {computeLogInterval, isEstimate} from './effect.ts';
import {type Configuration, type Name, pairPoints} from './points.ts';
import type {CompileRow} from './study.ts';

/** Every compiled configuration against the eager one that is its equal else, paired by block in the same place. */
export function compareCompiled(configurations: readonly Configuration[], name: Name): readonly CompileRow[] {
	const compiled = configurations.filter(isCompiled);
	if (compiled.length === 0) return [];
	const eager = groupBy(
		configurations.filter((one) => !isCompiled(one)),
		({experiment}) => identifyUncompiled(experiment),
	);
	return compiled.flatMap((one) => compare(one, eager.get(identifyUncompiled(one.experiment))?.[0], name));
}

const isCompiled = ({experiment}: Configuration): boolean => experiment.params.compile_model === true;

function compare(compiled: Configuration, eager: Configuration | undefined, name: Name): readonly CompileRow[] {
	const effect = eager ? pairPoints(eager.points, compiled.points) : null;
	if (!effect) return [];
	const interval = isEstimate(effect) ? computeLogInterval(effect) : null;
	return [
		{
			model: name(compiled),
			mode: String(compiled.experiment.params.compile_mode ?? 'default'),
			speedup: Math.exp(effect.mean),
			low: interval && Math.exp(interval.low),
			high: interval && Math.exp(interval.high),
			n: effect.n,
		},
	];
}
