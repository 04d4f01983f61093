import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {parse} from 'yaml';
import {suiteSchema} from '../../source/domain/suite.ts';
import {listKnownPaths} from '../../source/domain/suite-keys.ts';

type Model = Readonly<Record<string, unknown>> & {
	readonly name: string;
	readonly patch_size: number;
	readonly depth: number;
	readonly heads: number;
	readonly dim: number;
	readonly mlp_dim: number;
};

const folder = new URL('../../suites/', import.meta.url);

const textOf = (file: string): string => readFileSync(new URL(`${file}.yaml`, folder), 'utf8');
const experimentOf = (file: string) => configs.get(file).experiment;
const modelsOf = (file: string): readonly Model[] => experimentOf(file).vit_configs;
const namesOf = (file: string): readonly string[] => modelsOf(file).map(({name}) => name);
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** name | workers | samples/batch/warm-up | MiB | shape | compiled | seconds | GPUs | nodes | models */
const settingsRow = (file: string): string => {
	const {name, max_workers, test: settings, hardware, vit_configs} = experimentOf(file);
	const counts = [settings.num_samples, settings.batch_size, settings.warmup_samples ?? '-'].join('/');
	const shape = settings.tensor_shape.join(',');
	const rest = [settings.memory_size_mb, shape, settings.compile_model, settings.timeout_s];
	return [name, max_workers, counts, ...rest, hardware.gpu_ids, hardware.numa_nodes, vit_configs.length].join(' | ');
};

/** name patch,depth,heads,dim,mlp */
const modelRow = ({name, patch_size, depth, heads, dim, mlp_dim}: Model): string =>
	`${name} ${[patch_size, depth, heads, dim, mlp_dim].join(',')}`;

/** name:key=value;key=value, the keys that the model sets beyond its shape. */
const extrasRow = ({name, patch_size, depth, heads, dim, mlp_dim, ...extras}: Model): string =>
	`${name}:${Object.entries(extras)
		.map(([key, value]) => `${key}=${value}`)
		.join(';')}`;

const expectedSettings: Readonly<Record<string, string>> = {
	numa_study: 'numa_locality_study | 4 | 1000/10/100 | 512 | 3,224,224 | false | 600 | 0,1,2,3 | 0,2 | 6',
	quick_test: 'quick_test | 2 | 100/5/20 | 256 | 3,224,224 | false | 300 | 0 | 0 | 3',
	rq1_model_architecture_impact:
		'rq1_model_architecture_impact | 1 | 2000/8/200 | 1024 | 3,224,224 | false | 900 | 0 | 0 | 39',
	rq2_resolution_scaling: 'rq2_resolution_scaling | 1 | 1500/4/150 | 2048 | 3,256,256 | false | 1200 | 0 | 0 | 17',
	rq3_compilation_optimization:
		'rq3_compilation_optimization | 1 | 2000/8/300 | 1024 | 3,224,224 | false | 1200 | 0 | 0 | 32',
	rq3_max_autotune_warmup_study:
		'rq3_max_autotune_warmup_study | 1 | 2000/8/- | 1024 | 3,224,224 | true | 5400 | 0 | 0 | 10',
	rq4_numa_locality_effects:
		'rq4_numa_locality_effects | 1 | 2000/8/200 | 1024 | 3,224,224 | false | 900 | 0 | 0,2 | 26',
	rq5_pipeline_design: 'rq5_pipeline_design | 1 | 3000/8/300 | 1024 | 3,224,224 | false | 1200 | 0 | 0 | 23',
	scaling_study: 'model_scaling_study | 4 | 2000/10/200 | 1024 | 3,224,224 | false | 900 | 0 | 0 | 9',
};
const shippedFiles = Object.keys(expectedSettings);
/** In study-suites.test.ts, and in fill-command.test.ts. */
const STUDIES = ['compile_study', 'gpu_numa_pipeline_test', 'resolution_study', 'transfer_study'];
/** In shipped-campaigns.test.ts. */
const CAMPAIGNS = ['a100_guide', 'a100_quickstart', 'ezkl_parallel', 'numa_campaign', 'numa_campaign_zipped'];
/** What they run in a checkout of the user's. */
const CHECKOUTS = ['ezkl_layer', 'icd_ablations', 'icd_mechanism', 'icd_quantization', 'icd_script', 'icd_table1'];
/** Parsed once, because nearly all that these tests would cost is parsing. */
const configs = new Map(shippedFiles.map((file) => [file, parse(textOf(file))]));

suite('the suites that warpdeck ships', () => {
	test('are the nine of the field, three studies of ours, the campaigns with what they run, and the program of the field, so a suite added without a test shows here', () => {
		const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

		assert.deepEqual(
			files.sort(),
			[...shippedFiles, ...STUDIES, ...CAMPAIGNS, ...CHECKOUTS].map((file) => `${file}.yaml`).sort(),
		);
	});

	for (const file of shippedFiles) {
		test(`${file} has the samples, shape, workers, limits and hardware of its study`, () => {
			assert.equal(settingsRow(file), expectedSettings[file]);
		});

		test(`${file} is a Hydra file with one experiment that may be resumed and says what it asks`, () => {
			assert.ok(textOf(file).startsWith('# @package _global_\n'));
			assert.deepEqual(Object.keys(configs.get(file)), ['experiment']);
			assert.equal(experimentOf(file).resume, true);
			assert.match(experimentOf(file).description, /^[A-Z].{20,}\.$/);
		});

		test(`${file} is accepted by the schema, so none of its keys is unknown or out of range`, () => {
			assert.deepEqual(suiteSchema.safeParse(configs.get(file)).error?.issues ?? [], []);
		});

		test(`${file} splits the width of each model evenly over its heads`, () => {
			const uneven = modelsOf(file).filter(({dim, heads}) => dim % heads !== 0);

			assert.deepEqual(uneven, []);
		});

		test(`${file} names each model after its patch, depth and width`, () => {
			const misnamed = modelsOf(file).filter(
				({name, patch_size, depth, dim}) =>
					name !== 'vit0x0x0' && name.split('_')[0] !== `vit${patch_size}x${depth}x${dim}`,
			);

			assert.deepEqual(misnamed, []);
		});
	}

	for (const file of shippedFiles.filter((name) => name !== 'scaling_study')) {
		test(`${file} names no model twice`, () => {
			assert.deepEqual([...new Set(namesOf(file))], namesOf(file));
		});
	}

	for (const file of shippedFiles.filter((name) => name.startsWith('rq'))) {
		test(`${file} gives a head 64 channels and the MLP four widths`, () => {
			const others = modelsOf(file).filter(({dim, heads, mlp_dim}) => dim !== 64 * heads || mlp_dim !== 4 * dim);

			assert.deepEqual(others, []);
		});
	}
});

suite('the models of the three first studies', () => {
	test('go from pure copies to heavy arithmetic in numa_study', () => {
		assert.deepEqual(modelsOf('numa_study').map(modelRow), [
			'vit0x0x0 32,0,8,256,1024',
			'vit32x2x128 32,2,4,128,512',
			'vit32x4x256 32,4,8,256,1024',
			'vit32x6x512 32,6,8,512,2048',
			'vit16x8x768 16,8,12,768,3072',
			'vit16x12x1024 16,12,16,1024,4096',
		]);
	});

	test('are three small ones in quick_test, the middle one with four heads', () => {
		assert.deepEqual(modelsOf('quick_test').map(modelRow), [
			'vit0x0x0 32,0,8,256,1024',
			'vit32x2x256 32,2,4,256,1024',
			'vit32x4x512 32,4,8,512,2048',
		]);
	});

	test('vary depth, then width in scaling_study, where vit32x6x512 belongs to both series', () => {
		assert.deepEqual(modelsOf('scaling_study').map(modelRow), [
			'vit32x2x512 32,2,8,512,2048',
			'vit32x4x512 32,4,8,512,2048',
			'vit32x6x512 32,6,8,512,2048',
			'vit32x8x512 32,8,8,512,2048',
			'vit32x12x512 32,12,8,512,2048',
			'vit32x6x256 32,6,8,256,1024',
			'vit32x6x512 32,6,8,512,2048',
			'vit32x6x768 32,6,8,768,3072',
			'vit32x6x1024 32,6,8,1024,4096',
		]);
	});
});

suite('the models of the research questions', () => {
	test('of rq1 cover patch 8, 16 and 32, without the deep wide ones of the small patches', () => {
		const expected = words(`
			vit8x6x384 vit8x6x768 vit8x6x1024 vit8x6x1280 vit8x12x384 vit8x12x768 vit8x12x1024
			vit8x18x384 vit8x18x768 vit8x24x384
			vit16x6x384 vit16x6x768 vit16x6x1024 vit16x6x1280 vit16x12x384 vit16x12x768 vit16x12x1024 vit16x12x1280
			vit16x18x384 vit16x18x768 vit16x18x1024 vit16x24x384 vit16x24x768
			vit32x6x384 vit32x6x768 vit32x6x1024 vit32x6x1280 vit32x12x384 vit32x12x768 vit32x12x1024 vit32x12x1280
			vit32x18x384 vit32x18x768 vit32x18x1024 vit32x18x1280 vit32x24x384 vit32x24x768 vit32x24x1024 vit32x24x1280`);

		assert.deepEqual(namesOf('rq1_model_architecture_impact'), expected);
	});

	test('of rq2 carry the resolution that their name tells', () => {
		const expected = words(`
			vit8x6x384_256px:3,256,256 vit8x6x384_512px:3,512,512
			vit16x6x384_256px:3,256,256 vit16x6x384_512px:3,512,512 vit16x6x384_1024px:3,1024,1024
			vit32x6x384_256px:3,256,256 vit32x6x384_512px:3,512,512 vit32x6x384_1024px:3,1024,1024
			vit32x6x384_2048px:3,2048,2048 vit16x12x768_256px:3,256,256 vit16x12x768_512px:3,512,512
			vit32x12x768_256px:3,256,256 vit32x12x768_512px:3,512,512 vit32x12x768_1024px:3,1024,1024
			vit32x18x1024_256px:3,256,256 vit32x18x1024_512px:3,512,512 vit32x24x1280_256px:3,256,256`);

		const found = modelsOf('rq2_resolution_scaling').map(({name, tensor_shape}) => `${name}:${tensor_shape}`);

		assert.deepEqual(found, expected);
	});

	test('of rq3 come in compiled pairs, then by batch size, then by compile mode', () => {
		const expected = words(`
			vit32x6x384_uncompiled:compile_model=false vit32x6x384_compiled:compile_model=true
			vit16x6x384_uncompiled:compile_model=false vit16x6x384_compiled:compile_model=true
			vit32x6x768_uncompiled:compile_model=false vit32x6x768_compiled:compile_model=true
			vit32x12x384_uncompiled:compile_model=false vit32x12x384_compiled:compile_model=true
			vit16x12x768_uncompiled:compile_model=false vit16x12x768_compiled:compile_model=true
			vit32x12x768_uncompiled:compile_model=false vit32x12x768_compiled:compile_model=true
			vit32x12x1024_uncompiled:compile_model=false vit32x12x1024_compiled:compile_model=true
			vit32x18x768_uncompiled:compile_model=false vit32x18x768_compiled:compile_model=true
			vit32x18x1024_uncompiled:compile_model=false vit32x18x1024_compiled:compile_model=true
			vit16x24x768_uncompiled:compile_model=false vit16x24x768_compiled:compile_model=true
			vit32x24x1024_uncompiled:compile_model=false vit32x24x1024_compiled:compile_model=true
			vit32x12x768_uncompiled_batch1:compile_model=false;batch_size=1
			vit32x12x768_compiled_batch1:compile_model=true;batch_size=1
			vit32x12x768_uncompiled_batch32:compile_model=false;batch_size=32
			vit32x12x768_compiled_batch32:compile_model=true;batch_size=32
			vit16x6x384_compiled_reduce-overhead:compile_model=true;compile_mode=reduce-overhead
			vit16x6x384_compiled_max-autotune:compile_model=true;compile_mode=max-autotune
			vit32x12x768_compiled_reduce-overhead:compile_model=true;compile_mode=reduce-overhead
			vit32x12x768_compiled_max-autotune:compile_model=true;compile_mode=max-autotune
			vit32x18x1024_compiled_reduce-overhead:compile_model=true;compile_mode=reduce-overhead
			vit32x18x1024_compiled_max-autotune:compile_model=true;compile_mode=max-autotune`);

		assert.deepEqual(modelsOf('rq3_compilation_optimization').map(extrasRow), expected);
	});

	test('of the warm-up study are compiled with max-autotune and warm up as long as their name tells', () => {
		const expected = words(`
			vit32x18x1024_max-autotune_warmup1000:1000 vit32x18x1024_max-autotune_warmup2500:2500
			vit32x18x1024_max-autotune_warmup5000:5000 vit32x18x1024_max-autotune_warmup7500:7500
			vit32x18x1024_max-autotune_warmup10000:10000 vit16x24x1024_max-autotune_warmup1000:1000
			vit16x24x1024_max-autotune_warmup5000:5000 vit16x24x1024_max-autotune_warmup10000:10000
			vit32x24x1024_max-autotune_warmup5000:5000 vit32x24x1024_max-autotune_warmup10000:10000`);
		const models = modelsOf('rq3_max_autotune_warmup_study');

		const found = models.map(({name, warmup_samples}) => `${name}:${warmup_samples}`);

		assert.deepEqual(found, expected);
		assert.deepEqual([...new Set(models.map(({compile_mode}) => compile_mode))], ['max-autotune']);
	});

	test('of rq4 stand on node 0 and on node 2, with the batch or memory of their name', () => {
		const expected = words(`
			vit32x2x256_numa_local:numa_node=0 vit32x2x256_numa_remote:numa_node=2 vit32x6x384_numa_local:numa_node=0
			vit32x6x384_numa_remote:numa_node=2 vit16x6x384_numa_local:numa_node=0
			vit16x6x384_numa_remote:numa_node=2 vit32x12x768_numa_local:numa_node=0
			vit32x12x768_numa_remote:numa_node=2 vit16x12x768_numa_local:numa_node=0
			vit16x12x768_numa_remote:numa_node=2 vit32x12x1024_numa_local:numa_node=0
			vit32x12x1024_numa_remote:numa_node=2 vit32x18x1024_numa_local:numa_node=0
			vit32x18x1024_numa_remote:numa_node=2 vit32x24x1024_numa_local:numa_node=0
			vit32x24x1024_numa_remote:numa_node=2 vit16x24x1280_numa_local:numa_node=0
			vit16x24x1280_numa_remote:numa_node=2 vit32x12x768_numa_local_batch1:numa_node=0;batch_size=1
			vit32x12x768_numa_remote_batch1:numa_node=2;batch_size=1
			vit32x12x768_numa_local_batch32:numa_node=0;batch_size=32
			vit32x12x768_numa_remote_batch32:numa_node=2;batch_size=32
			vit32x12x768_numa_local_highmem:numa_node=0;memory_size_mb=2048
			vit32x12x768_numa_remote_highmem:numa_node=2;memory_size_mb=2048
			vit32x1x128_numa_local_transfer:numa_node=0;memory_size_mb=2048
			vit32x1x128_numa_remote_transfer:numa_node=2;memory_size_mb=2048`);

		assert.deepEqual(modelsOf('rq4_numa_locality_effects').map(extrasRow), expected);
	});

	test('of rq5 differ in mode, preprocessing, queue, batch, memory and resolution as their names tell', () => {
		const expected = words(`
			vit32x6x384_sync_baseline:pipeline_mode=sync vit16x12x768_sync_baseline:pipeline_mode=sync
			vit32x18x1024_sync_baseline:pipeline_mode=sync
			vit32x6x384_async_cpu_preproc:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4
			vit32x6x384_async_gpu_preproc:pipeline_mode=async;preprocessing_mode=gpu;queue_depth=4
			vit16x12x768_async_cpu_preproc:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4
			vit16x12x768_async_gpu_preproc:pipeline_mode=async;preprocessing_mode=gpu;queue_depth=4
			vit32x18x1024_async_cpu_preproc:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4
			vit32x18x1024_async_gpu_preproc:pipeline_mode=async;preprocessing_mode=gpu;queue_depth=4
			vit16x12x768_async_queue2:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=2
			vit16x12x768_async_queue8:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=8
			vit16x12x768_async_queue16:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=16
			vit32x12x768_async_256px_cpu:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4;tensor_shape=3,256,256
			vit32x12x768_async_256px_gpu:pipeline_mode=async;preprocessing_mode=gpu;queue_depth=4;tensor_shape=3,256,256
			vit32x12x768_async_1024px_cpu:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4;tensor_shape=3,1024,1024
			vit32x12x768_async_1024px_gpu:pipeline_mode=async;preprocessing_mode=gpu;queue_depth=4;tensor_shape=3,1024,1024
			vit16x12x768_async_batch1_latency:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=1;batch_size=1
			vit16x12x768_async_batch4_balanced:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4;batch_size=4
			vit16x12x768_async_batch32_throughput:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=8;batch_size=32
			vit16x12x768_async_highmem:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=4;memory_size_mb=2048
			vit16x12x768_async_lowmem:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=2;memory_size_mb=512
			vit32x6x384_async_overlap_test:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=8;memory_size_mb=2048
			vit8x6x384_async_many_patches:pipeline_mode=async;preprocessing_mode=cpu;queue_depth=8;tensor_shape=3,512,512`);

		assert.deepEqual(modelsOf('rq5_pipeline_design').map(extrasRow), expected);
	});
});

suite('the page about writing a suite', () => {
	const page = readFileSync(new URL('../../docs/writing-a-suite.md', import.meta.url), 'utf8');
	const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

	test('shows three suites that the schema accepts', () => {
		const problems = examples.map((text) => suiteSchema.safeParse(parse(text)).error?.issues ?? []);

		assert.deepEqual(problems, [[], [], []]);
	});

	test('names every key that the schema reads', () => {
		const keys = listKnownPaths().map((path) => path.split('.').at(-1) ?? '');

		assert.deepEqual(
			keys.filter((key) => !new RegExp(`[\`.]${key}\\b`).test(page) && !page.includes(`## ${key}`)),
			[],
		);
	});
});
