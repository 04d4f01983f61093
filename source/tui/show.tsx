import {type Instance, render} from 'ink';
import type {ExperimentSource} from '../journal/experiment-files.ts';
import type {Store} from '../journal/store.ts';
import type {Answer} from '../plan/answer-words.ts';
import type {ControlRequest} from '../plan/control-request.ts';
import {App} from './app.tsx';
import type {AttachmentSource} from './attachment.ts';
import {createFrames} from './frames.ts';
import type {Greeting} from './panels/since.ts';
import type {PickerSource, RunChoice} from './picker-source.ts';
import type {RunRequest} from './screen.ts';
import {followStops} from './suspension.ts';
import {createTheme, type Palette} from './theme.ts';
import type {OutsideEffect} from './view.ts';

type ShowOptions = {
	readonly store: Pick<Store, 'get'>;
	/** Epoch ms; a replay brings its own. */
	readonly clock: {readonly now: () => number};
	/** Left out where there is no run to end, as in a replay. */
	readonly onRequest?: (request: RunRequest) => void;
	/** What a person asks of a run that goes on; resolves to its answer. */
	readonly onControl?: (request: ControlRequest) => Promise<Answer>;
	/** Writes the report of the run; resolves to what is said of it. */
	readonly onExport?: () => Promise<string>;
	/** Where another screen may have the control. */
	readonly onTakeControl?: () => Promise<Answer>;
	/** East of UTC. */
	readonly utcOffsetMinutes: number;
	readonly ascii: boolean;
	readonly palette: Palette;
	/** Paths that the summary names, as a person would type them. */
	readonly files: readonly string[];
	readonly experiments?: ExperimentSource;
	/** Set: the run is another process's, which leaving the screen does not end. */
	readonly attachment?: AttachmentSource;
	/** Shown before anything else, until a key. */
	readonly greeting?: Greeting | null;
	/** Set: the picker comes first, and what is picked is the answer. */
	readonly picker?: PickerSource;
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
 * Draws on the terminal's other screen until the user leaves, and gives the terminal back as it was. Resolves to what
 * was picked, null for everything else.
 */
export async function showScreen(options: ShowOptions): Promise<RunChoice | null> {
	const {
		store,
		clock,
		onRequest,
		onControl,
		onTakeControl,
		onExport,
		utcOffsetMinutes,
		files,
		experiments,
		attachment,
		greeting,
	} = options;
	const {picker, signal} = options;
	const {stdout = process.stdout, stdin = process.stdin} = options;
	const frames = createFrames({store, clock, viewer: performance});
	const theme = createTheme(options);
	let instance: Instance | undefined;
	let choice: RunChoice | null = null;
	const leave = () => instance?.unmount();
	const perform = (effect: OutsideEffect): Promise<string> | undefined => {
		if (effect.kind === 'control') return onControl?.(effect.request).then(describeAnswer, describeFault);
		if (effect.kind === 'export') return (onExport ?? exportNothing)().catch(describeFault);
		if (effect.kind === 'take-control') return onTakeControl?.().then(describeAnswer, describeFault);
		if (effect.kind === 'request') onRequest?.(effect.request);
		else if (effect.kind === 'copy') stdout.write(copyToClipboard(effect.text));
		else if (effect.kind === 'consider') picker?.consider(effect.choice);
		else if (effect.kind === 'redraw') redraw();
		else {
			if (effect.kind === 'start') choice = effect.choice;
			leave();
		}
		return undefined;
	};
	const app = () => (
		<App
			{...{frames, isOwner: onRequest !== undefined, theme, utcOffsetMinutes, files, experiments, attachment}}
			{...{greeting, picker, followStops}}
			onEffect={perform}
		/>
	);
	const redraw = () => {
		instance?.clear();
		stdout.write(ERASE_SCREEN);
		instance?.rerender(app());
	};
	if (signal?.aborted) return null;
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
	return choice;
}

/** One line, because it stands on the line of keys. */
const describeAnswer = (answer: Answer): string =>
	answer.kind === 'facts' ? answer.said : `${answer.message} ${answer.tryThis[0] ?? ''}`.trim();

const describeFault = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const exportNothing = async (): Promise<string> => 'there is no run yet to report';

/** OSC 52: the user's own terminal keeps it, also over SSH; tmux passes it on where set-clipboard is on. */
const copyToClipboard = (text: string): string => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;

/** `interactive` is said because Ink draws nothing live where CI is set, and the caller knows that this is a terminal. */
const RENDERING = {
	alternateScreen: true,
	incrementalRendering: true,
	maxFps: MAX_FPS,
	patchConsole: false,
	exitOnCtrlC: false,
	interactive: true,
} as const;
