import {findNearest, UserError} from '../domain/errors.ts';
import type {ConversionRequest} from '../plan/convert-config.ts';
import type {Flags} from './arguments.ts';

export type ConversionOptions = ConversionRequest & {
	/** Of the new file's name, before its ending. */
	readonly suffix: string;
	/** Instead of a name with a suffix. */
	readonly output?: string;
	readonly dryRun: boolean;
	readonly force: boolean;
};

const DTYPES = ['float16', 'bfloat16', 'float32'];
const KINDS = ['cuda', 'cpu', 'mps'];

export function readConversionOptions(words: readonly string[], flags: Flags): ConversionOptions {
	if (words.length === 0) {
		throw new UserError('warpdeck convert-config was not told what.', {
			tryThis: ['warpdeck convert-config configs/run_h1.json --dry-run'],
		});
	}
	const {suffix, output} = flags;
	if (output !== undefined && words.length > 1) {
		throw new UserError(`--output names one file, and there are ${words.length} to convert.`, {
			tryThis: ['--suffix _cuda   (a name for each)'],
		});
	}
	if (suffix?.includes('/'))
		throw new UserError(`--suffix ${suffix} has a /, which no name may have.`, {tryThis: ['--suffix _cuda']});
	const kind = readWord('--to', flags.to, KINDS) ?? 'cuda';
	const device = readDevice(flags.device, flags.to === undefined ? null : kind) ?? kind;
	const dtype = readWord('--dtype', flags.dtype, DTYPES);
	const ending = suffix ?? `_${device.replace(/:.*/, '')}`;
	return {
		device,
		suffix: ending,
		lowMemory: flags.lowMemory === true,
		dryRun: flags.dryRun === true,
		// The name that the converter of the guide has for it.
		force: flags.force === true || flags.overwrite === true,
		...(flags.batchSize === undefined ? {} : {batchSize: readCount(flags.batchSize)}),
		...(dtype === undefined ? {} : {dtype}),
		...(output === undefined ? {} : {output}),
		...(flags.rename ? {runNameSuffix: ending} : {}),
	};
}

function readWord(option: string, value: string | undefined, known: readonly string[]): string | undefined {
	if (value === undefined || known.includes(value)) return value;
	const nearest = findNearest(value, known);
	throw new UserError(`${option} ${value} is not known: it is one of ${known.join(', ')}.`, {
		tryThis: [`${option} ${nearest ?? known[0]}`],
	});
}

function readDevice(device: string | undefined, kind: string | null): string | undefined {
	if (device === undefined) return undefined;
	if (!/^(cuda(:\d+)?|cpu|mps)$/.test(device)) {
		throw new UserError(`--device ${device} is no device: it is cuda, cuda:N, cpu or mps.`, {
			tryThis: ['--device cuda:1   (the second GPU that the program sees)'],
		});
	}
	if (kind === null || device.startsWith(kind)) return device;
	throw new UserError(`--to ${kind} and --device ${device} are two devices.`, {tryThis: [`--device ${device}`]});
}

function readCount(text: string): number {
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
	throw new UserError(`--batch-size ${text} is no number of samples.`, {tryThis: ['--batch-size 4']});
}
