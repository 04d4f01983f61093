import {isJsonObject, type JsonObject} from '../domain/json.ts';
import {kindOf} from './tally.ts';

/** What the suite says an experiment takes, ms; null where it says nothing. */
export type Expectation = {
	/** By kind, see `kindOf`: what a model says for itself. */
	readonly byKind: ReadonlyMap<string, number>;
	readonly ms: number | null;
};

/** Reads `expected_s` of the suite and of its models out of the composed configuration. */
export function readExpectation(config: JsonObject): Expectation {
	const experiment = isJsonObject(config.experiment) ? config.experiment : {};
	const models = Array.isArray(experiment.vit_configs) ? experiment.vit_configs.filter(isJsonObject) : [];
	const own = models.flatMap((model): readonly [string, number][] => {
		const ms = readMs(model);
		return ms === null ? [] : [[kindOf({model: typeof model.name === 'string' ? model.name : null}), ms]];
	});
	return {byKind: new Map(own), ms: readMs(experiment)};
}

const readMs = ({expected_s: seconds}: JsonObject): number | null =>
	typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : null;
