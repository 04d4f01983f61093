import type {CampaignPhase} from '../domain/campaign.ts';

type Ordered = Pick<CampaignPhase, 'name' | 'after' | 'priority'>;

/** In the order in which they start where each waits for the one before: what may start by priority, then as in the suite. */
export function orderPhases<T extends Ordered>(phases: readonly T[]): readonly T[] {
	const ordered: T[] = [];
	while (ordered.length < phases.length) {
		const done = new Set(ordered.map(({name}) => name));
		const ready = phases.filter((phase) => !done.has(phase.name) && phase.after.every((name) => done.has(name)));
		const next = ready.reduce<T | undefined>(
			(best, phase) => (best && best.priority <= phase.priority ? best : phase),
			undefined,
		);
		// A circle is refused where a campaign is composed; a list that has one all the same ends here.
		if (!next) return ordered;
		ordered.push(next);
	}
	return ordered;
}

/** Whether one of two phases has to pass before the other starts, over whatever stands between them. */
export const isOrdered = (one: Ordered, other: Ordered, phases: readonly Ordered[]): boolean =>
	listBefore(one, phases).has(other.name) || listBefore(other, phases).has(one.name);

function listBefore({after}: Ordered, phases: readonly Ordered[]): ReadonlySet<string> {
	const found = new Set<string>();
	const open = [...after];
	for (let name = open.pop(); name !== undefined; name = open.pop()) {
		if (found.has(name)) continue;
		found.add(name);
		open.push(...(phases.find((phase) => phase.name === name)?.after ?? []));
	}
	return found;
}
