import type {Message} from '../../journal/select.ts';
import {formatClock} from '../parts/duration.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import type {Glyphs, Tone} from '../theme.ts';

type MessagesLayout = {
	readonly width: number;
	/** With the heading. */
	readonly rows: number;
	readonly glyphs: Glyphs;
	readonly utcOffsetMinutes: number;
};

const TONES: {readonly [level in Message['level']]: Tone} = {
	info: 'plain',
	ok: 'ok',
	degraded: 'degraded',
	warning: 'degraded',
	invalid: 'invalid',
	failed: 'failed',
};

/** Exactly `rows` lines, the newest message last; its advice stands below it. */
export function layMessages(messages: readonly Message[], layout: MessagesLayout): readonly Line[] {
	const {width, rows, glyphs} = layout;
	const lines = chooseMessages(messages, rows - 1).flatMap((message) => layMessage(message, layout).slice(0, rows - 1));
	const blanks = Array.from({length: Math.max(0, rows - 1 - lines.length)}, (): Line => []);
	return [rule('messages', width, glyphs), ...lines, ...blanks];
}

/** The newest problem stays even where only the newest messages have room: it is why one looks. */
function chooseMessages(messages: readonly Message[], rows: number): readonly Message[] {
	const newestFirst = messages.toReversed();
	const problem = newestFirst.find(({level}) => level === 'failed' || level === 'invalid' || level === 'warning');
	const ranked = problem ? [problem, ...newestFirst.filter((one) => one !== problem)] : newestFirst;
	const chosen = new Set<Message>();
	let free = rows;
	for (const message of ranked) {
		const height = heightOf(message, rows);
		if (height > free) break;
		free -= height;
		chosen.add(message);
	}
	return messages.filter((message) => chosen.has(message));
}

/** Where there is one row only the advice is what it leaves out. */
const heightOf = ({advice}: Message, rows: number): number => (advice === null || rows === 1 ? 1 : 2);

const LEVEL_COLUMNS = Math.max(...Object.keys(TONES).map((level) => level.length));
const INDENT = '00:00:00  '.length + LEVEL_COLUMNS + 2;

function layMessage(message: Message, {width, glyphs, utcOffsetMinutes}: MessagesLayout): readonly Line[] {
	const {at, level, text, advice} = message;
	const clock = at === null ? '--:--:--' : formatClock(at, utcOffsetMinutes);
	const room = Math.max(0, width - INDENT);
	const words = pack([part(text)], room, glyphs);
	const first: Line = [
		{text: `${clock}  `, tone: 'dim'},
		{text: `${level.padEnd(LEVEL_COLUMNS)}  `, tone: TONES[level]},
		...words,
	];
	return advice === null ? [first] : [first, pack([part(`${' '.repeat(INDENT)}try: ${advice}`)], width, glyphs)];
}
