import type {Cell} from '../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {findDistance} from '../domain/locality.ts';
import {MODEL_KEYS, TEST_KEYS} from '../domain/setting-names.ts';
import {findGpu} from '../domain/topology.ts';
import type {Opened} from '../journal/state.ts';

/** The model's name and keys, with the test keys that the suite sets for it alone; null without a model. */
export function describeModel({model, params}: Cell, opened: Opened | null): Json {
	if (model === null) return null;
	const own = findModel(opened?.config, model, params);
	return {name: model, ...pick(params, [...MODEL_KEYS, ...Object.keys(own)])};
}

/** The test keys that this cell was declared with, its model's own values included. */
export const describeTest = ({params}: Cell): JsonObject => pick(params, TEST_KEYS);

const pick = (values: JsonObject, keys: readonly string[]): JsonObject =>
	Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));

/** The suite's own entry for a cell; names may repeat, and a sweep may have changed a value, so the likest is taken. */
function findModel(config: JsonObject | undefined, name: string, params: JsonObject): JsonObject {
	const experiment = config?.experiment;
	const models = isJsonObject(experiment) ? experiment.vit_configs : undefined;
	const named = (Array.isArray(models) ? models : []).filter(isJsonObject).filter((model) => model.name === name);
	const likeness = (model: JsonObject) =>
		Object.entries(model).filter(([key, value]) => equal(value, params[key])).length;
	return named.toSorted((a, b) => likeness(b) - likeness(a))[0] ?? {};
}

const equal = (a: Json, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where the GPU is and where the cell was bound; nodes are null where the machine does not say. */
export function describePlace({gpuId, numaNode}: Cell, opened: Opened | null): JsonObject {
	const gpu = opened && gpuId !== null ? findGpu(opened.topology, gpuId) : undefined;
	const gpuNode = gpu?.numaNode ?? null;
	return {
		gpu_uuid: gpu?.uuid ?? null,
		pci_address: gpu?.pciAddress ?? null,
		gpu_numa_node: gpuNode,
		bound_node: numaNode,
		distance: opened && gpuNode !== null && numaNode !== null ? findDistance(opened.topology, gpuNode, numaNode) : null,
	};
}
