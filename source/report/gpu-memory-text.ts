import type {JsonObject} from '../domain/json.ts';
import {countNoun} from './figures.ts';
import type {MemoryAdvice} from './gpu-memory.ts';

const MOST = 12;
const NAMED = 3;

const formatGiB = (mib: number): string => (mib < 1024 ? `${mib.toFixed(1)} MiB` : `${(mib / 1024).toFixed(1)} GiB`);

/** As a person reads it; of what nobody measured one line says so. Empty where nothing is planned on a GPU. */
export function describeGpuMemory(advice: readonly MemoryAdvice[]): readonly string[] {
	const isSilent = ({measured, largest, tooMuch}: MemoryAdvice) => !measured && !largest && !tooMuch;
	const told = advice.filter((one) => !isSilent(one)).toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]);
	const more = told.length - MOST;
	return [
		...told.slice(0, MOST).map(describe),
		...(more > 0 ? [`GPU memory: and ${countNoun(more, 'other model')}: --json has them all`] : []),
		...describeSilent(advice.filter(isSilent)),
	];
}

const RANK = {'does not fit': 0, unknown: 1, fits: 2} as const;

function describeSilent(advice: readonly MemoryAdvice[]): readonly string[] {
	if (advice.length === 0) return [];
	const names = [...new Set(advice.map(nameModel))];
	const rest = names.length - NAMED;
	const all = `${names.slice(0, NAMED).join('; ')}${rest > 0 ? ` and ${rest} more` : ''}`;
	return [`GPU memory: not measured by an earlier run for ${all}`];
}

const nameModel = ({model, batchSize}: MemoryAdvice): string =>
	batchSize === null ? model : `${model}, batch_size ${batchSize}`;

function describe(advice: MemoryAdvice): string {
	const {gpus, gpuName, haveMiB, verdict, measured, largest, tooMuch, derived} = advice;
	const where = `${gpus.join(', ')} (${gpuName}${haveMiB === null ? '' : `, ${formatGiB(haveMiB)}`})`;
	const line =
		verdict === 'fits' || derived === null || derived < 1
			? []
			: [`a straight line through the measured ones would fit ${derived} (derived)`];
	const facts = [
		...(measured
			? [`measured ${formatGiB(measured.mib)} on ${measured.on ?? 'a GPU without a name'} in ${measured.run}`]
			: []),
		...(!measured && largest ? [`largest batch_size measured to fit is ${largest.batchSize}, in ${largest.run}`] : []),
		...(verdict !== 'fits' && tooMuch ? [`${tooMuch.batchSize} was too much in ${tooMuch.run}`] : []),
		...line,
	];
	const words = {fits: 'fits in', 'does not fit': 'does not fit in', unknown: 'is not known to fit in'} as const;
	return `GPU memory: ${nameModel(advice)} ${words[verdict]} ${where}: ${facts.join('; ')}`;
}

/** As `plan --json` has it. */
export const exportGpuMemory = (advice: readonly MemoryAdvice[]): readonly JsonObject[] =>
	advice.map(({model, batchSize, gpus, gpuName, haveMiB, verdict, measured, largest, tooMuch, derived}) => ({
		...{model, batch_size: batchSize, gpus, gpu_name: gpuName, gpu_memory_mib: haveMiB},
		verdict: verdict.replaceAll(' ', '-'),
		measured,
		largest: largest && {batch_size: largest.batchSize, run: largest.run},
		too_much: tooMuch && {batch_size: tooMuch.batchSize, run: tooMuch.run},
		derived_largest: derived,
	}));
