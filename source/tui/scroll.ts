import type {Action} from './keys.ts';

type Range = {
	/** The last position there is. */
	readonly last: number;
	/** Positions of a page. */
	readonly page: number;
};

/** Where a cursor or the first line of a page is after a key that moves it; never outside of what is there. */
export function move(position: number, action: Action, {last, page}: Range): number {
	const from = Math.min(position, Math.max(0, last));
	const targets: {readonly [action in Action]?: number} = {
		up: from - 1,
		down: from + 1,
		'page-up': from - page,
		'page-down': from + page,
		top: 0,
		bottom: last,
	};
	return Math.max(0, Math.min(last, targets[action] ?? from));
}

/** First row of a window of `page` rows that shows `cursor` and moves no further than it must. */
export function follow(first: number, cursor: number, page: number): number {
	if (cursor < first) return cursor;
	return cursor >= first + page ? cursor - page + 1 : first;
}
