import {encodeFact} from '../../source/journal/format.ts';
import {budgetStory} from '../tui/campaign-story.ts';
import {STORY_START} from './story.ts';

const EACH_MS = 600_000;

/** The journal of a campaign that its budget stopped; fixtures/journals/v1-campaign-budget.jsonl was made of it once. */
export const writeCampaignJournal = (): string =>
	[...budgetStory(), {type: 'closed', reason: 'finished'} as const]
		.map((fact, index) => encodeFact({...fact, seq: index + 1, at: STORY_START + index * EACH_MS}))
		.join('');
