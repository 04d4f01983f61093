import headless from '@xterm/headless';

export type Emulator = {
	/** Resolves when the text has been drawn. */
	readonly write: (text: string) => Promise<void>;
	readonly resize: (columns: number, rows: number) => void;
	/** The rows of the active screen without blanks at their ends. */
	readonly lines: () => readonly string[];
	readonly text: () => string;
	/** Resolves with the screen's text once it fits; fails with the last screen. */
	readonly until: (wanted: RegExp | ((text: string) => boolean), what?: string) => Promise<string>;
	readonly isAlternate: () => boolean;
	readonly isCursorShown: () => boolean;
	/** Colour number of the first cell of the text, -1 for the default. */
	readonly colourOf: (text: string) => number;
	/** Every row as runs of cells that look the same. */
	readonly runs: () => readonly (readonly Run[])[];
	readonly onAnswer: (listener: (text: string) => void) => void;
};

export type EmulatorOptions = {
	readonly columns: number;
	readonly rows: number;
	/** A program that writes to no terminal of the kernel's has nobody to turn a line feed into a new line. */
	readonly convertEol?: boolean;
	readonly timeoutMs?: number;
};

/** A terminal in memory: what a person would see, not the bytes that were sent. */
export function createEmulator({columns, rows, convertEol = false, timeoutMs = 10_000}: EmulatorOptions): Emulator {
	const terminal = new headless.Terminal({cols: columns, rows, convertEol, allowProposedApi: true, scrollback: 0});
	const watchers = new Set<() => void>();
	const isCursorShown = watchCursor(terminal);
	const lines = () => readLines(terminal);
	const text = () => lines().join('\n');
	return {
		write: (data) =>
			new Promise((resolve) => {
				terminal.write(data, () => {
					for (const watcher of [...watchers]) watcher();
					resolve();
				});
			}),
		resize: (width, height) => terminal.resize(width, height),
		lines,
		text,
		until: (wanted, what = `${wanted}`) => {
			const test = () => (wanted instanceof RegExp ? wanted.test(text()) : wanted(text()));
			return watch({test, text, what, watchers, timeoutMs});
		},
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		isCursorShown,
		colourOf: (wanted) => readColour(terminal, lines(), wanted),
		runs: () => readRuns(terminal),
		onAnswer: (listener) => void terminal.onData(listener),
	};
}

type Terminal = InstanceType<typeof headless.Terminal>;

const CURSOR_MODE = 25;

/** The emulator keeps this to itself, so the sequences that hide and show the cursor are listened to. */
function watchCursor({parser}: Terminal): () => boolean {
	let isShown = true;
	for (const [final, shows] of [
		['h', true],
		['l', false],
	] as const) {
		parser.registerCsiHandler({prefix: '?', final}, (modes) => {
			if (modes.includes(CURSOR_MODE)) isShown = shows;
			return false;
		});
	}
	return () => isShown;
}

/** Read to the terminal's width only: cells right of it are left over from a wider one. */
function readLines({buffer: {active}, rows, cols}: Terminal): readonly string[] {
	return Array.from(
		{length: rows},
		(_, y) =>
			active
				.getLine(active.baseY + y)
				?.translateToString(true, 0, cols)
				.trimEnd() ?? '',
	);
}

function readColour({buffer: {active}}: Terminal, lines: readonly string[], wanted: string): number {
	const y = lines.findIndex((line) => line.includes(wanted));
	const cell = active.getLine(active.baseY + y)?.getCell(lines[y]?.indexOf(wanted) ?? 0);
	return cell?.isFgDefault() ? -1 : (cell?.getFgColor() ?? -1);
}

/** Neighbouring cells of one look; `colour` is a number of the terminal's palette, null for its own foreground. */
export type Run = {
	readonly text: string;
	readonly column: number;
	readonly cells: number;
	readonly colour: number | null;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly inverse: boolean;
};

function readRuns({buffer: {active}, rows, cols}: Terminal): readonly (readonly Run[])[] {
	return Array.from({length: rows}, (_, y) => {
		const runs: Run[] = [];
		for (let column = 0; column < cols; column++) {
			const cell = active.getLine(active.baseY + y)?.getCell(column);
			if (!cell || cell.getWidth() === 0) continue;
			const one = {
				text: cell.getChars() || ' ',
				column,
				cells: cell.getWidth(),
				colour: cell.isFgDefault() ? null : cell.getFgColor(),
				bold: cell.isBold() !== 0,
				dim: cell.isDim() !== 0,
				inverse: cell.isInverse() !== 0,
			};
			const last = runs.at(-1);
			if (last && looksLike(last, one))
				runs[runs.length - 1] = {...last, text: last.text + one.text, cells: last.cells + one.cells};
			else runs.push(one);
		}
		return runs;
	});
}

const looksLike = (one: Run, other: Run): boolean =>
	one.colour === other.colour && one.bold === other.bold && one.dim === other.dim && one.inverse === other.inverse;

type Watch = {
	readonly test: () => boolean;
	readonly text: () => string;
	readonly what: string;
	readonly watchers: Set<() => void>;
	readonly timeoutMs: number;
};

const QUIET_MS = 100;
/** A screen that never rests is read all the same. */
const LONGEST_FRAME_MS = 500;

function watch({test, text, what, watchers, timeoutMs}: Watch): Promise<string> {
	return new Promise((resolve, reject) => {
		const end = (finish: () => void) => {
			for (const one of [timer, settling, latest]) clearTimeout(one);
			watchers.delete(look);
			finish();
		};
		let matched: string | null = null;
		let settling: NodeJS.Timeout | undefined;
		const settle = () => end(() => resolve(matched ?? text()));
		// A frame comes in pieces: what fits is read once nothing more was drawn for a moment.
		const look = () => {
			if (test()) matched = text();
			if (matched === null) return;
			clearTimeout(settling);
			settling = setTimeout(settle, QUIET_MS);
			latest ??= setTimeout(settle, LONGEST_FRAME_MS);
		};
		let latest: NodeJS.Timeout | undefined;
		const timer = setTimeout(
			() => end(() => reject(new Error(`not within ${timeoutMs} ms: ${what}\n--- screen\n${text()}`))),
			timeoutMs,
		);
		watchers.add(look);
		look();
	});
}
