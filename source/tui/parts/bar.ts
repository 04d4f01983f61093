import type {Glyphs} from '../theme.ts';

/** `width` signs of which done/total are full; not one is missing at the end and none is full at nothing. */
export function bar(done: number, total: number, width: number, {barFull, barEmpty}: Glyphs): string {
	const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
	const full = Math.floor(share * width);
	return barFull.repeat(full) + barEmpty.repeat(Math.max(0, width - full));
}
