import type {ExperimentFiles} from '../../source/journal/experiment-files.ts';
import type {RunState} from '../../source/journal/state.ts';
import {App} from '../../source/tui/app.tsx';
import type {Attachment} from '../../source/tui/attachment.ts';
import {createFrames} from '../../source/tui/frames.ts';
import type {Greeting} from '../../source/tui/panels/since.ts';
import {createTheme, type ThemeOptions} from '../../source/tui/theme.ts';
import type {OutsideEffect} from '../../source/tui/view.ts';
import {type Pressing, renderToScreen, type Size} from '../rig/render-to-screen.ts';

export type DrawOptions = Partial<ThemeOptions> & {
	readonly sinceLastEventMs?: number;
	readonly files?: readonly string[];
	readonly experiment?: ExperimentFiles;
	readonly pressings?: readonly Pressing[];
	/** Shown first. */
	readonly greeting?: Greeting;
	/** Set: another process runs the run. */
	readonly attachment?: Attachment;
	readonly onEffect?: (effect: OutsideEffect) => undefined;
};

/** The whole screen of a run, as a viewer sees it who has pressed nothing else. */
export function drawApp(state: RunState, size: Size, options: DrawOptions = {}): Promise<readonly string[]> {
	const {ascii = false, palette = 'none', sinceLastEventMs = 400, files = [], experiment, pressings} = options;
	const {greeting, attachment, onEffect = noop} = options;
	const clock = {now: () => state.at + sinceLastEventMs};
	return renderToScreen(
		<App
			frames={createFrames({store: {get: () => state}, clock, viewer: clock})}
			theme={createTheme({ascii, palette})}
			utcOffsetMinutes={0}
			files={files}
			experiments={experiment && {follow: (_id, onRead) => tell(onRead, experiment)}}
			greeting={greeting}
			attachment={attachment && {get: () => attachment, subscribe: () => noop}}
			isOwner
			onEffect={onEffect}
		/>,
		size,
		pressings,
	);
}

function tell(onRead: (files: ExperimentFiles) => void, files: ExperimentFiles): () => void {
	onRead(files);
	return noop;
}

const noop = () => undefined;
