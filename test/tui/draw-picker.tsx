import {render} from 'ink';
import {createStore} from '../../source/journal/store.ts';
import {App} from '../../source/tui/app.tsx';
import {createFrames} from '../../source/tui/frames.ts';
import type {PickerSource} from '../../source/tui/picker-source.ts';
import {createTheme, type ThemeOptions} from '../../source/tui/theme.ts';
import type {OutsideEffect} from '../../source/tui/view.ts';
import {createScreen, type Size} from '../rig/render-to-screen.ts';

type Drawn = {
	/** What a person sees after these keys. */
	readonly press: (keys: string, wanted: RegExp) => Promise<string>;
	readonly lines: () => readonly string[];
	/** All that the keys asked of the world outside but to work a choice out. */
	readonly effects: readonly OutsideEffect[];
	readonly leave: () => Promise<void>;
};

/** The picker on a terminal in memory. */
export async function drawPicker(
	source: PickerSource,
	size: Size,
	options: Partial<ThemeOptions> = {},
): Promise<Drawn> {
	const {ascii = false, palette = 'none'} = options;
	const screen = createScreen(size);
	const clock = {now: () => 0};
	const effects: OutsideEffect[] = [];
	const instance = render(
		<App
			isOwner={false}
			frames={createFrames({store: createStore(), clock, viewer: clock})}
			theme={createTheme({ascii, palette})}
			utcOffsetMinutes={0}
			files={[]}
			picker={source}
			onEffect={(effect) => {
				if (effect.kind === 'consider') source.consider(effect.choice);
				else effects.push(effect);
			}}
		/>,
		{stdout: screen.stdout, stdin: screen.stdin, interactive: true, patchConsole: false, exitOnCtrlC: false},
	);
	await instance.waitUntilRenderFlush();
	await screen.settle();
	return {
		effects,
		lines: screen.lines,
		press: (keys, wanted) => {
			screen.press(keys);
			return screen.until(wanted);
		},
		leave: async () => {
			instance.unmount();
			await instance.waitUntilExit();
		},
	};
}
