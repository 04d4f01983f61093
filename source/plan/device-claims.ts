import type {CommandWorkload} from '../domain/workload.ts';
import {listCommands} from '../domain/workload.ts';

/** A GPU that a command names by itself, whatever lane it runs on. */
export type Claim =
	/** `cuda:1`: counted among what the program sees. */
	| {readonly kind: 'torch'; readonly text: string; readonly index: number}
	/** `cuda:${gpu.index}`: the number outside, as if it were the one inside. */
	| {readonly kind: 'torch-index'; readonly text: string}
	/** `CUDA_VISIBLE_DEVICES=2`: counted among all. */
	| {readonly kind: 'visible'; readonly text: string; readonly value: string}
	/** `--gpu-id=5`: what it means is the program's. */
	| {readonly kind: 'option'; readonly text: string; readonly index: number}
	/** No such device exists where CUDA does. */
	| {readonly kind: 'mps'; readonly text: string}
	| {readonly kind: 'cuda'; readonly text: string};

const OPTION = /^--?(?:gpu|gpus|gpu[-_]?ids?|gpu[-_]index|device[-_]ids?|cuda[-_]device|device|cuda)$/i;

/** What a command says of devices in so many words; a placeholder is filled for each lane and is no claim. */
export function listClaims(workload: CommandWorkload): readonly Claim[] {
	const words = listCommands(workload).flatMap((command) =>
		command.flatMap((word, index) => readWord(word, command[index - 1])),
	);
	const {CUDA_VISIBLE_DEVICES: value} = workload.env;
	const declared = value === undefined ? [] : readVisible(`CUDA_VISIBLE_DEVICES=${value}`);
	const claims = [...words, ...declared];
	return claims.filter((claim, index) => claims.findIndex(({text}) => text === claim.text) === index);
}

function readWord(word: string, before = ''): readonly Claim[] {
	if (word.includes('CUDA_VISIBLE_DEVICES=')) return readVisible(word);
	const [, option = '', value = ''] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? [];
	const [said, text] = option === '' ? [word, isOption(before) ? `${before} ${word}` : word] : [value, word];
	const device = readDevice(said, text);
	if (device) return [device];
	return /^\d+$/.test(said) && isOption(option === '' ? before : option)
		? [{kind: 'option', text, index: Number(said)}]
		: [];
}

const isOption = (word: string): boolean => OPTION.test(word);

/** A device as configurations and commands write it; null for `cpu`, `auto` and what is none. */
export function readDevice(said: string, text: string): Claim | null {
	const index = /^cuda:(\d+)$/.exec(said)?.[1];
	if (index !== undefined) return {kind: 'torch', text, index: Number(index)};
	if (said === `cuda:\${gpu.index}`) return {kind: 'torch-index', text};
	if (said === 'mps') return {kind: 'mps', text};
	return said === 'cuda' ? {kind: 'cuda', text} : null;
}

/** Also in the middle of a text for a shell, or behind `env`. */
const readVisible = (text: string): readonly Claim[] =>
	[...text.matchAll(/CUDA_VISIBLE_DEVICES=["']?([\w,:/-]*)/g)].flatMap(([said, value = '']) =>
		text.includes(`CUDA_VISIBLE_DEVICES=\${`) ? [] : [{kind: 'visible', text: said, value}],
	);
