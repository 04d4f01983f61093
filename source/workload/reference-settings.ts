import {findNearest, UserError} from '../domain/errors.ts';
import {countValues, type ImageShape} from './image-preparation.ts';
import type {VitSizes} from './vit-reference.ts';

type FillPattern = 'random' | 'sequential' | 'zeros';

export type ReferenceSettings = {
	/** A label, repeated in the ready line. */
	readonly name: string;
	readonly shape: ImageShape;
	readonly samples: number;
	readonly batchSize: number;
	readonly warmupSamples: number;
	readonly poolMiB: number;
	readonly vit: VitSizes;
	/** Completed batches between two Progress lines. */
	readonly syncFrequency: number;
	readonly fillPattern: FillPattern;
	readonly seed: number;
	readonly preprocessing: 'none' | 'cpu' | 'gpu';
	readonly timeBoxS: number;
	/** Seconds that the timed window lasts at least, within the time box. */
	readonly minWindowS: number;
	/** Wishes that one JavaScript thread cannot fulfil, in words for people. */
	readonly unfulfilled: readonly string[];
	readonly compileMode: string;
	readonly compileWanted: boolean;
};

type Option =
	| {readonly kind: 'count'; readonly least: number; readonly preset: number}
	| {readonly kind: 'seconds'; readonly preset: number}
	| {readonly kind: 'choice'; readonly choices: readonly string[]; readonly preset: string}
	| {readonly kind: 'text'; readonly preset: string}
	| {readonly kind: 'flag'}
	| {readonly kind: 'shape'; readonly preset: readonly number[]};

const count = (preset: number, least = 1): Option => ({kind: 'count', least, preset});
const choice = (...choices: readonly [string, ...string[]]): Option => ({kind: 'choice', choices, preset: choices[0]});

/** The arguments of vit_pipeline.py that mean something without PyTorch and a GPU, with the same defaults. */
const OPTIONS = {
	'--device': choice('auto', 'cpu', 'cuda'),
	'--gpu-id': count(0, 0),
	'--shape': {kind: 'shape', preset: [3, 224, 224]},
	'--num-samples': count(1000),
	'--batch-size': count(10),
	'--warmup-samples': count(100, 0),
	'--memory-size-mb': count(512),
	'--vit-patch-size': count(32),
	'--vit-depth': count(6, 0),
	'--vit-heads': count(8),
	'--vit-dim': count(512),
	'--vit-mlp-dim': count(2048),
	'--sync-frequency': count(10),
	'--skip-warmup': {kind: 'flag'},
	'--deterministic': {kind: 'flag'},
	'--no-pin-memory': {kind: 'flag'},
	'--fill-pattern': choice('random', 'sequential', 'zeros'),
	'--compile-model': {kind: 'flag'},
	'--compile-mode': choice('default', 'reduce-overhead', 'max-autotune'),
	'--pipeline-mode': choice('sync', 'async'),
	'--preprocessing-mode': choice('none', 'cpu', 'gpu'),
	'--queue-depth': count(1),
	'--execution': choice('eager', 'graph'),
	'--min-window-s': {kind: 'seconds', preset: 1},
	'--no-measure-floors': {kind: 'flag'},
	'--seed': count(0, 0),
	'--name': {kind: 'text', preset: ''},
	'--time-box-s': {kind: 'seconds', preset: 20},
} as const satisfies Readonly<Record<string, Option>>;

type Flag = keyof typeof OPTIONS;
type Given = Readonly<Record<Flag, string | number | boolean | readonly number[]>>;

/** Reads the arguments; throws a UserError for anything unknown, out of range or contradictory. */
export function parseReferenceSettings(argv: readonly string[]): ReferenceSettings {
	const given: Record<string, Given[Flag]> = {};
	for (const [flag, option] of Object.entries<Option>(OPTIONS))
		given[flag] = 'preset' in option ? option.preset : false;
	for (let at = 0; at < argv.length; ) {
		const flag = argv[at] ?? '';
		const option = findOption(flag);
		const words = option.kind === 'flag' ? 0 : option.kind === 'shape' ? 3 : 1;
		given[flag] = readValue(flag, option, argv.slice(at + 1, at + 1 + words));
		at += 1 + words;
	}
	if (given['--device'] === 'cuda') throw noCuda();
	return checkSettings(buildSettings(given as Given));
}

function findOption(flag: string): Option {
	const option = (OPTIONS as Readonly<Record<string, Option>>)[flag];
	if (option) return option;
	const nearest = findNearest(flag, Object.keys(OPTIONS));
	throw refuse(`The reference pipeline does not know ${flag}.`, nearest ?? Object.keys(OPTIONS).join(' '));
}

function readValue(flag: string, option: Option, words: readonly string[]): Given[Flag] {
	const text = words[0] ?? '';
	switch (option.kind) {
		case 'flag':
			return true;
		case 'text':
			return text;
		case 'choice':
			if (option.choices.includes(text)) return text;
			throw refuse(`${flag} is '${text}'; it takes one of ${option.choices.join(', ')}.`, `${flag} ${option.preset}`);
		case 'seconds':
			return readNumber(flag, text, {least: 0, preset: option.preset, whole: false});
		case 'count':
			return readNumber(flag, text, {...option, whole: true});
		case 'shape':
			return [0, 1, 2].map((index) =>
				readNumber(flag, words[index] ?? '', {least: 1, preset: '3 224 224', whole: true}),
			);
	}
}

type Range = {readonly least: number; readonly preset: number | string; readonly whole: boolean};

function readNumber(flag: string, text: string, {least, preset, whole}: Range): number {
	const value = text.trim() === '' ? Number.NaN : Number(text);
	if (value >= least && Number.isFinite(value) && (!whole || Number.isSafeInteger(value))) return value;
	throw refuse(
		`${flag} is '${text}'; it takes a ${whole ? 'whole ' : ''}number of ${least} or more.`,
		`${flag} ${preset}`,
	);
}

function buildSettings(given: Given): ReferenceSettings {
	const number = (flag: Flag) => Number(given[flag]);
	return {
		name: String(given['--name']),
		shape: given['--shape'] as ImageShape,
		samples: number('--num-samples'),
		batchSize: number('--batch-size'),
		warmupSamples: given['--skip-warmup'] ? 0 : number('--warmup-samples'),
		poolMiB: number('--memory-size-mb'),
		vit: {
			patchSize: number('--vit-patch-size'),
			depth: number('--vit-depth'),
			heads: number('--vit-heads'),
			dim: number('--vit-dim'),
			mlpDim: number('--vit-mlp-dim'),
		},
		syncFrequency: number('--sync-frequency'),
		fillPattern: given['--fill-pattern'] as FillPattern,
		seed: number('--seed'),
		preprocessing: given['--preprocessing-mode'] as ReferenceSettings['preprocessing'],
		timeBoxS: number('--time-box-s'),
		minWindowS: number('--min-window-s'),
		compileMode: String(given['--compile-mode']),
		compileWanted: Boolean(given['--compile-model']) && number('--vit-depth') > 0,
		unfulfilled: listUnfulfilled(given),
	};
}

function listUnfulfilled(given: Given): readonly string[] {
	const isAsync = given['--pipeline-mode'] === 'async';
	return [
		...(given['--execution'] === 'graph' ? ['no graph execution: no CUDA graphs on the CPU'] : []),
		...(given['--compile-model'] && given['--vit-depth'] !== 0
			? ['not compiled: the reference pipeline has no compiler']
			: []),
		...(isAsync
			? ['not overlapped: the reference pipeline runs its stages one after another (pipeline_mode sync)']
			: []),
	];
}

function checkSettings(settings: ReferenceSettings): ReferenceSettings {
	const {vit, batchSize, shape, poolMiB} = settings;
	if (vit.depth > 0 && vit.dim % vit.heads !== 0) {
		throw refuse(`--vit-heads ${vit.heads} does not divide --vit-dim ${vit.dim}.`, '--vit-heads 1');
	}
	const batchMiB = (4 * batchSize * countValues(shape)) / 2 ** 20;
	if (batchMiB > poolMiB) {
		const message = `A pool of ${poolMiB} MiB does not hold one batch of ${batchMiB.toFixed(1)} MiB.`;
		throw refuse(message, `--memory-size-mb ${Math.ceil(batchMiB)}`);
	}
	return settings;
}

const noCuda = () =>
	new UserError('The reference pipeline runs on the CPU and knows no CUDA.', {tryThis: ['--device cpu'], exitCode: 3});

const refuse = (message: string, tryThis: string) => new UserError(message, {tryThis: [tryThis]});
