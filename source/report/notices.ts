import {listAwaiting} from '../journal/phase-order.ts';
import type {RunState} from '../journal/state.ts';

/** Something that a person is told who does not look. */
export type Notice = {
	readonly event: 'finished' | 'failed' | 'stopped' | 'stalled' | 'not-archived' | 'waits';
	readonly suite: string;
	/** One line. */
	readonly text: string;
};

/** How a run has ended, in one line. */
export function noticeEnd({opened, closed, counts}: RunState): Notice {
	const suite = opened?.suite ?? '';
	const good = counts.succeeded + counts.degraded;
	const bad = [
		...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
		...(counts.invalid > 0 ? [`${counts.invalid} invalid`] : []),
		...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
		...(counts.postponed > 0 ? [`${counts.postponed} postponed`] : []),
		...(counts.waiting > 0 ? [`${counts.waiting} not run`] : []),
	];
	const event = closed?.reason !== 'finished' ? 'stopped' : bad.length > 0 ? 'failed' : 'finished';
	return {event, suite, text: `${suite} ${closed?.reason ?? 'open'}: ${[`${good} ok`, ...bad].join(', ')}`};
}

/** Phases of a campaign that wait for a person, a notice each. */
export function listWaits({campaign, opened, closed}: RunState): readonly Notice[] {
	if (campaign === null || closed !== null) return [];
	const suite = opened?.suite ?? '';
	return listAwaiting(campaign).map((state): Notice => {
		const {name, gate, pause} = state.phase;
		const isAsked = state.approved === null && gate?.approval !== undefined;
		const what = isAsked ? `asks a person: ${gate.approval}` : `pauses: ${pause}`;
		return {event: 'waits', suite, text: `Phase ${name} ${what}; warpdeck approve ${name} goes on`};
	});
}

/** A template's words with what they stand for; quotes hold words together as in a shell, and nothing else is special. */
export function fillTemplate(template: string, values: {readonly [name: string]: string}): readonly string[] {
	const words = [...template.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
		word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double),
	);
	return words.map((word) => word.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole));
}
