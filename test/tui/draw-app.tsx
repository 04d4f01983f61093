import type {ExperimentFiles} from '../../source/journal/experiment-files.ts';
import type {RunState} from '../../source/journal/state.ts';
import {App} from '../../source/tui/app.tsx';
import {createFrames} from '../../source/tui/frames.ts';
import {createTheme, type ThemeOptions} from '../../source/tui/theme.ts';
import {type Pressing, renderToScreen, type Size} from '../rig/render-to-screen.ts';

export type DrawOptions = Partial<ThemeOptions> & {
	readonly sinceLastEventMs?: number;
	readonly files?: readonly string[];
	readonly experiment?: ExperimentFiles;
	readonly pressings?: readonly Pressing[];
};

/** The whole screen of a run, as a viewer sees it who has pressed nothing else. */
export function drawApp(state: RunState, size: Size, options: DrawOptions = {}): Promise<readonly string[]> {
	const {ascii = false, palette = 'none', sinceLastEventMs = 400, files = [], experiment, pressings} = options;
	const clock = {now: () => state.at + sinceLastEventMs};
	return renderToScreen(
		<App
			frames={createFrames({store: {get: () => state}, clock, viewer: clock})}
			theme={createTheme({ascii, palette})}
			utcOffsetMinutes={0}
			files={files}
			experiments={experiment && {follow: (_id, onRead) => tell(onRead, experiment)}}
			isOwner
			onEffect={() => undefined}
		/>,
		size,
		pressings,
	);
}

function tell(onRead: (files: ExperimentFiles) => void, files: ExperimentFiles): () => void {
	onRead(files);
	return noop;
}

const noop = () => {};
