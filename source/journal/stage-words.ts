import {AUTHOR} from './campaign-facts.ts';
import type {Stage} from './state.ts';

/** Its suite leaves it for later: no resume takes it up by itself. */
export const isLeftByAuthor = (stage: Stage): boolean => stage.kind === 'postponed' && stage.by === AUTHOR;
