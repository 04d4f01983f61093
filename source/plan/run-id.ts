import type {Json, JsonObject} from '../domain/json.ts';
import type {Variant} from './variants.ts';

/** How a setting reads in a name, when it differs between the cells of a plan. */
const LABELS: {readonly [key: string]: string} = {
	num_samples: 'samples',
	batch_size: 'batch',
	warmup_samples: 'warmup',
	memory_size_mb: 'memory',
	tensor_shape: '',
	pipeline_mode: '',
	preprocessing_mode: 'preproc-',
	queue_depth: 'queue',
	execution: '',
	min_window_s: 'window',
	measure_floors: 'floors-',
	timeout_s: 'timeout',
};

/** Which settings differ between the variants of a plan. */
export function findVarying(variants: readonly Variant[]): ReadonlySet<string> {
	const keys = new Set<string>();
	for (const {params} of variants) for (const key of Object.keys(params)) keys.add(key);
	const first = variants[0]?.params ?? {};
	const differs = (key: string) => variants.some(({params}) => !isSame(params[key], first[key]));
	return new Set([...keys].filter(differs));
}

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
	one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));

/** The part of a name that comes from the variant: `vit32x6x512_compiled_batch8`. */
export function nameVariant({model, params}: Variant, varying: ReadonlySet<string>): string {
	const keys = model ? Object.keys(LABELS) : Object.keys(params);
	const extras = keys
		.filter((key) => varying.has(key) && params[key] !== undefined && hasEffect(key, params))
		.map((key) => `${LABELS[key] ?? `${key}-`}${flatten(params[key])}`);
	return [...(model ? [nameShape(params)] : []), ...nameCompilation(params), ...extras].join('_');
}

function nameCompilation({compile_model, compile_mode}: JsonObject): readonly string[] {
	if (compile_model !== true) return [];
	return [compile_mode === 'default' || compile_mode === undefined ? 'compiled' : `compiled-${flatten(compile_mode)}`];
}

/** Two shapes of one patch, depth and width can still differ in their heads and their MLP. */
export const nameDetails = (params: JsonObject): string =>
	`_heads${flatten(params.heads)}_mlp${flatten(params.mlp_dim)}`;

const nameShape = (params: JsonObject): string =>
	params.depth === 0 ? 'vit0x0x0' : `vit${flatten(params.patch_size)}x${flatten(params.depth)}x${flatten(params.dim)}`;

const hasEffect = (key: string, params: JsonObject): boolean =>
	!(key === 'queue_depth' && params.pipeline_mode === 'sync');

export const flatten = (value: Json | undefined): string =>
	Array.isArray(value) ? value.map(flatten).join('x') : String(value).replaceAll(/[^A-Za-z0-9._-]+/g, '-');

/** Gives each name out once: `name`, `name_2`, `name_3`. */
export function createNames(): (wanted: string) => string {
	const counts = new Map<string, number>();
	const taken = new Set<string>();
	return (wanted) => {
		let count = counts.get(wanted) ?? 0;
		let name: string;
		do {
			count++;
			name = count === 1 ? wanted : `${wanted}_${count}`;
		} while (taken.has(name));
		counts.set(wanted, count);
		taken.add(name);
		return name;
	};
}
