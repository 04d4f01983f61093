import type {Fact} from '../journal/event.ts';
import {findHead} from '../plan/compose.ts';
import {countLate} from '../plan/fit-deadline.ts';
import {identify} from './estimate.ts';
import {chooseBaseDir} from './outputs.ts';
import {readDurations} from './past-durations.ts';
import type {Preparation} from './prepare.ts';

/** `08:00` is the next one by this machine's clock; everything else is a date. Epoch ms. */
function resolveDeadline(said: string, now: number): number {
	const [, hours, minutes] = /^(\d{1,2}):(\d\d)$/.exec(said) ?? [];
	if (hours === undefined) return new Date(said.replace(' ', 'T')).getTime();
	const date = new Date(now);
	date.setHours(Number(hours), Number(minutes), 0, 0);
	if (date.getTime() <= now) date.setDate(date.getDate() + 1);
	return date.getTime();
}

/** The fact that a run begins or goes on with; a date that has passed would leave nothing to do, and is told instead. */
export function listDeadline(said: string | undefined, now: number): readonly Fact[] {
	if (said === undefined) return [];
	const deadline = resolveDeadline(said, now);
	if (deadline > now) return [{type: 'deadline-set', deadline, said, by: 'experiment.deadline'}];
	const message = `The deadline ${said} has passed, so that this run goes on without one.`;
	return [{type: 'noted', level: 'warning', message}];
}

/** Said before anything starts: what will not fit, as far as earlier runs tell. */
export function describeDeadline({plan, composition}: Preparation, now: number): readonly string[] {
	const said = findHead(composition)?.suite.experiment.deadline;
	if (said === undefined) return [];
	const durations = readDurations(chooseBaseDir(composition), plan.suite);
	const roomS = (resolveDeadline(said, now) - now) / 1000;
	const late = countLate(plan, (experiment) => durations.get(identify(experiment)), roomS);
	return [`deadline: nothing starts after ${said}; ${describeLate(late, plan.experiments.length)}`];
}

export const noteDeadline = (preparation: Preparation, now: number): readonly Fact[] =>
	describeDeadline(preparation, now).map((message) => ({type: 'noted', level: 'info', message}));

function describeLate(late: number | null, total: number): string {
	if (late === null) return 'whether everything fits is not known, because no earlier run here measured these settings';
	if (late === 0) return `by the times of earlier runs all ${total} experiments will have started by then`;
	return `by the times of earlier runs ${late} of ${total} experiments will not fit and will be postponed`;
}
