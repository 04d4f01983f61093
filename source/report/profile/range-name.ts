export type Stage = 'h2d' | 'compute' | 'd2h';

/** What the name of an NVTX range says, where it is one of those that pipelines of this field give. */
export type RangeName = {
	/** The name with its number replaced: `test_h2d_batch_#`. */
	readonly pattern: string;
	/** `test` of `test_h2d_batch_3` and of `test_batch_3`; null where the range is no batch. */
	readonly group: string | null;
	/** Part of the batch; null for the whole batch and for what is no batch. */
	readonly stage: Stage | null;
	readonly isWarmUp: boolean;
	/** Belongs to the measured part by its name. */
	readonly isTest: boolean;
};

const NUMBERED = /^(.*?)(\d+)$/;
const BATCH = /^(?:(.*)_)?batch_$/;
const STAGE = /^(?:(.*)_)?(h2d|compute|d2h)$/;
const WARM_UP = /^warm[-_ ]?up/i;
const TEST = /^test(?:$|[^a-z])/i;

/** Names differ in their numbers only, so that a few patterns stand for thousands of ranges. */
export function createNameReader(): (name: string) => {readonly name: RangeName; readonly number: number | null} {
	const known = new Map<string, RangeName>();
	return (name) => {
		const [, stem = name, digits = ''] = NUMBERED.exec(name) ?? [];
		const key = digits === '' ? name : `${stem}#`;
		const found = known.get(key) ?? readStem(stem, key);
		known.set(key, found);
		return {name: found, number: digits === '' ? null : Number(digits)};
	};
}

function readStem(stem: string, pattern: string): RangeName {
	const [isBatch, inner = ''] = BATCH.exec(stem) ?? [];
	const [isStage, group, stage] = STAGE.exec(inner) ?? [];
	return {
		pattern,
		group: isBatch === undefined || !pattern.endsWith('#') ? null : isStage === undefined ? inner : (group ?? ''),
		stage: isBatch === undefined ? null : ((stage as Stage | undefined) ?? null),
		isWarmUp: WARM_UP.test(stem),
		isTest: TEST.test(stem),
	};
}
