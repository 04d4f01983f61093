import {createClock} from '../effects/clock.ts';
import {openRunFolder} from '../effects/run-folder.ts';
import {createRecorder} from '../engine/recorder.ts';
import {reduce} from '../journal/reduce.ts';
import {initialState} from '../journal/state.ts';
import {createStore} from '../journal/store.ts';
import {answerEnded} from '../plan/answer-campaign.ts';
import type {Answer} from '../plan/answer-words.ts';
import {controlRequestSchema} from '../plan/control-request.ts';
import {formatLogLines} from '../report/legacy-log.ts';
import {VERSION} from './arguments.ts';
import {nameMyself} from './attachment.ts';
import {loadRun} from './load-run.ts';

/**
 * Writes down what a person says of a campaign on which nobody works, so that its next resume knows it; null for what
 * only a runner can do.
 */
export async function askEnded(path: string, asked: unknown): Promise<Answer | null> {
	const request = controlRequestSchema.parse(asked);
	const by = nameMyself();
	const seen = answerEnded(loadRun(path).state, request, by);
	if (seen?.kind !== 'facts') return seen;
	const clock = createClock();
	const folder = await openRunFolder(path, {clock, warpdeck: VERSION});
	try {
		const store = createStore(folder.facts.reduce(reduce, initialState));
		// Somebody may have been faster.
		const answer = answerEnded(store.get(), request, by);
		const recorder = createRecorder({
			runStore: folder.store,
			store,
			clock,
			onEvent: (event, state) => {
				for (const line of formatLogLines(event, state)) folder.store.log(line, event.at);
			},
		});
		if (answer?.kind === 'facts') await recorder.recordAll(answer.facts);
		return answer;
	} finally {
		await folder.store.close();
	}
}
