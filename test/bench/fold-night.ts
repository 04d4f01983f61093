import {readChunks} from '../../source/effects/journal-file.ts';
import {foldJournal} from '../../source/journal/fold.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';

/** `node fold-night.mjs FILE fold|check|parse`: prints milliseconds and what came of it. */
const [path = '', mode = 'fold'] = process.argv.slice(2);
const WAYS: {readonly [mode: string]: () => string} = {fold, check, parse};

const startedAt = performance.now();
const outcome = WAYS[mode]?.();
process.stdout.write(`${performance.now() - startedAt} ${outcome}\n`);

/** The whole way of a resume: read, check, parse, reduce. */
function fold(): string {
	const {state, damageCount, lastSeq} = foldJournal(readChunks(path), reduce, initialState);
	return `${state.counts.succeeded} ${state.anomalyCount + damageCount} ${lastSeq}`;
}

/** Read, check and parse, and keep nothing. */
function check(): string {
	return String(foldJournal(readChunks(path), (count: number) => count + 1, 0).state);
}

/** The floor: lines cut and parsed, no checksum looked at. */
function parse(): string {
	let rest = '';
	let lines = 0;
	for (const chunk of readChunks(path)) {
		const text = rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
		let start = 0;
		for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
			JSON.parse(text.slice(start, end));
			start = end + 1;
			lines++;
		}
		rest = text.slice(start);
	}
	return String(lines);
}
