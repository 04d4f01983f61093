import type {PhaseKeys} from '../domain/campaign-keys.ts';
import {findNearest, UserError} from '../domain/errors.ts';

/** What a schema cannot see: whether the phases of a campaign fit together. */
export function checkPhases(phases: readonly PhaseKeys[], origin: string): void {
	const names = phases.map(({name}) => name);
	for (const [index, phase] of phases.entries()) {
		const at = `experiment.phases.${index}`;
		if (names.indexOf(phase.name) < index) throw refuseTwice(origin, at, phase.name, names);
		const unknown = phase.after.find((name) => !names.includes(name));
		if (unknown !== undefined) throw refuseAfter(origin, at, unknown, names);
		checkGroups(phase, at, origin);
		checkPostponed(phase, at, origin);
	}
	const circle = findCircle(phases);
	if (circle) throw refuseCircle(origin, circle, phases);
}

const refuseTwice = (origin: string, at: string, name: string, names: readonly string[]): UserError => {
	const free = [2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${name}_${n}`).find((other) => !names.includes(other));
	return new UserError(`${origin}: two phases have the name ${name}.`, {
		tryThis: [`${at}.name=${free ?? `${name}_more`}`],
	});
};

function refuseAfter(origin: string, at: string, unknown: string, names: readonly string[]): UserError {
	const nearest = findNearest(unknown, names);
	return new UserError(`${origin}: ${at}.after names ${unknown}, and there is no such phase.`, {
		tryThis: [nearest ? `${at}.after=[${nearest}]` : `one of ${names.join(', ')}`],
	});
}

/** Names of phases that wait for each other, the first of them again at the end; null where none do. */
function findCircle(phases: readonly PhaseKeys[]): readonly string[] | null {
	const after = new Map(phases.map((phase) => [phase.name, phase.after]));
	const done = new Set<string>();
	const walk = (name: string, path: readonly string[]): readonly string[] | null => {
		if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
		if (done.has(name)) return null;
		for (const before of after.get(name) ?? []) {
			const found = walk(before, [...path, name]);
			if (found) return found;
		}
		done.add(name);
		return null;
	};
	for (const {name} of phases) {
		const found = walk(name, []);
		if (found) return found;
	}
	return null;
}

function refuseCircle(origin: string, circle: readonly string[], phases: readonly PhaseKeys[]): UserError {
	const [first = '', before = ''] = circle;
	const index = phases.findIndex(({name}) => name === first);
	const kept = (phases[index]?.after ?? []).filter((name) => name !== before);
	const told =
		first === before ? `phase ${first} waits for itself` : `phases wait for each other: ${circle.join(' after ')}`;
	return new UserError(`${origin}: ${told}, so that none of them could start.`, {
		tryThis: [`experiment.phases.${index}.after=[${kept.join(',')}]`],
	});
}

/** A count that nothing counts towards would never be reached. */
function checkGroups({name, expected = {}, done = [], runs}: PhaseKeys, at: string, origin: string): void {
	const known = new Set([...runs.map(({group}) => group ?? name), ...done.map(({group}) => group ?? name)]);
	const uncounted = Object.keys(expected).find((group) => !known.has(group));
	if (uncounted === undefined) return;
	throw new UserError(
		`${origin}: ${at}.expected counts ${uncounted}, and no run or done of the phase has that group.`,
		{
			tryThis: [
				`group: ${uncounted}   (in a run of phase ${name})`,
				`the groups of the phase are ${[...known].join(', ')}`,
			],
		},
	);
}

function checkPostponed({name, postpone = [], runs}: PhaseKeys, at: string, origin: string): void {
	const groups = [...new Set(runs.flatMap(({group}) => group ?? []))];
	for (const [index, {runs: which}] of postpone.entries()) {
		const found = typeof which === 'number' ? runs.slice(which, which + 1) : runs.filter(({group}) => group === which);
		const where = `${at}.postpone.${index}.runs`;
		if (found.length === 0) {
			throw new UserError(`${origin}: ${where} names ${which}, and phase ${name} has no such run.`, {
				tryThis: [
					`${where}=0   (its runs are 0 to ${runs.length - 1})`,
					...(groups.length > 0 ? [`${where}=${groups[0]}   (its groups are ${groups.join(', ')})`] : []),
				] as [string, ...string[]],
			});
		}
		if (found.some(({postponed}) => postponed !== undefined)) {
			throw new UserError(`${origin}: ${where} postpones a run that has its own reason already.`, {
				tryThis: [`leave out ${at}.postpone.${index}`],
			});
		}
	}
}
