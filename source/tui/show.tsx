import {type Instance, render} from 'ink';
import type {Store} from '../journal/store.ts';
import {App} from './app.tsx';
import {createFrames} from './frames.ts';
import {createTheme} from './theme.ts';
import type {RunRequest} from './view.ts';

type ShowOptions = {
	readonly store: Pick<Store, 'get'>;
	/** Epoch ms; a replay brings its own. */
	readonly clock: {readonly now: () => number};
	readonly onRequest: (request: RunRequest) => void;
	/** East of UTC. */
	readonly utcOffsetMinutes: number;
	readonly ascii: boolean;
	readonly colour: boolean;
	/** Paths that the summary names, as a person would type them. */
	readonly files: readonly string[];
	/** Takes the screen away from outside, as on SIGTERM or a hang-up. */
	readonly signal?: AbortSignal;
	readonly stdout?: NodeJS.WriteStream;
	readonly stdin?: NodeJS.ReadStream;
};

/** At most four frames a second: more costs a slow line and shows nobody anything. */
const TICK_MS = 250;
const MAX_FPS = 10;
const ERASE_SCREEN = '\u001b[2J\u001b[H';

/**
 * Draws the run on the terminal's other screen until the user leaves, and gives the terminal back as it was. The user
 * leaves by q or Ctrl-C once the run is closed; pressed before, they ask the run to end, and the screen goes with it.
 */
export async function showRun(options: ShowOptions): Promise<void> {
	const {store, clock, onRequest, utcOffsetMinutes, files, signal} = options;
	const {stdout = process.stdout, stdin = process.stdin} = options;
	const frames = createFrames({store, clock});
	let instance: Instance | undefined;
	const leave = () => instance?.unmount();
	const app = () => (
		<App
			{...{frames, onRequest, utcOffsetMinutes, files}}
			theme={createTheme(options)}
			onLeave={leave}
			onRedraw={() => redraw()}
		/>
	);
	const redraw = () => {
		instance?.clear();
		stdout.write(ERASE_SCREEN);
		instance?.rerender(app());
	};
	if (signal?.aborted) return;
	const timer = setInterval(frames.tick, TICK_MS);
	signal?.addEventListener('abort', leave, {once: true});
	try {
		instance = render(app(), {...RENDERING, stdout, stdin});
		await instance.waitUntilExit();
	} finally {
		clearInterval(timer);
		signal?.removeEventListener('abort', leave);
		instance?.unmount();
	}
}

/** `interactive` is said because Ink draws nothing live where CI is set, and the caller knows that this is a terminal. */
const RENDERING = {
	alternateScreen: true,
	incrementalRendering: true,
	maxFps: MAX_FPS,
	patchConsole: false,
	exitOnCtrlC: false,
	interactive: true,
} as const;
