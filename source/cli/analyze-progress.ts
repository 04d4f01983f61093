import type {WriteStream} from 'node:tty';
import type {CaptureFile} from '../effects/capture-files.ts';
import {bar} from '../tui/parts/bar.ts';
import {createTheme} from '../tui/theme.ts';

type Progress = {readonly advance: (file: CaptureFile) => void; readonly close: () => void};

const WIDTH = 30;
const CLEAR = '\r\u001b[K';

/** One line that is drawn over again, on a terminal only; it is gone at the end. */
export function openProgress(
	stream: Pick<WriteStream, 'isTTY' | 'write'>,
	files: readonly CaptureFile[],
	ascii: boolean,
): Progress {
	if (!stream.isTTY) return {advance: () => {}, close: () => {}};
	const {glyphs} = createTheme({ascii, palette: 'none'});
	const total = files.reduce((sum, {bytes}) => sum + bytes, 0);
	let [done, doneBytes] = [0, 0];
	const draw = () =>
		stream.write(`${CLEAR}analysing ${bar(doneBytes, total, WIDTH, glyphs)} ${done}/${files.length} captures`);
	draw();
	return {
		advance: ({bytes}) => {
			done++;
			doneBytes += bytes;
			draw();
		},
		close: () => void stream.write(CLEAR),
	};
}
