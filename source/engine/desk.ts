import type {Fact} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {type Addition, answerAddition} from '../plan/answer-addition.ts';
import {answerRequest} from '../plan/answer-request.ts';
import {type Answer, refuse} from '../plan/answer-words.ts';
import type {ControlRequest} from '../plan/control-request.ts';

/** What overrides expand to on this machine; rejects with a message for the user. */
export type Expand = (overrides: readonly string[]) => Promise<Addition>;

type DeskOptions = {
	readonly read: () => RunState;
	/** Resolves once the facts are on the disk and what follows from them is under way. */
	readonly record: (facts: readonly Fact[]) => Promise<void>;
	readonly expand: Expand | undefined;
	/** Done at once, because the disk that must take the fact may be full. */
	readonly urgent: {
		readonly drain: (by: string) => Promise<void>;
		readonly stop: (by: string) => Promise<void>;
		readonly kill: () => void;
	};
};

/** Takes requests one after the other, because each is judged by what the ones before have made true. */
export function createDesk({read, record, expand, urgent}: DeskOptions) {
	let last: Promise<unknown> = Promise.resolve();

	const answer = async (request: ControlRequest, by: string): Promise<Answer> => {
		const found = request.kind === 'add' ? await expandFor(request.overrides, by) : answerRequest(read(), request, by);
		if (found.kind === 'facts') await record(found.facts);
		return found;
	};

	const expandFor = async (overrides: readonly string[], by: string): Promise<Answer> => {
		if (!expand) return refuse('Nothing can be added to this run.', 'start a run of its own: warpdeck run');
		try {
			return answerAddition(read(), await expand(overrides), by);
		} catch (error) {
			return refuse(error instanceof Error ? error.message : String(error), 'warpdeck plan shows what would be added');
		}
	};

	const hurry = async (request: UrgentRequest, by: string): Promise<Answer> => {
		const found = answerRequest(read(), request, by);
		if (found.kind === 'refused') return found;
		if (request.kind === 'kill') urgent.kill();
		if (found.facts.length > 0) await (request.kind === 'drain' ? urgent.drain(by) : urgent.stop(by));
		return found;
	};

	return (request: ControlRequest, by: string): Promise<Answer> => {
		if (isUrgent(request)) return hurry(request, by);
		const answered = last.then(() => answer(request, by));
		last = answered.catch(() => {});
		return answered;
	};
}

type UrgentRequest = Extract<ControlRequest, {kind: 'drain' | 'stop' | 'kill'}>;

const isUrgent = (request: ControlRequest): request is UrgentRequest =>
	request.kind === 'drain' || request.kind === 'stop' || request.kind === 'kill';
