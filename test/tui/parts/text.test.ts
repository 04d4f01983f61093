import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {formatClock, formatDuration, formatZone} from '../../../source/tui/parts/duration.ts';
import {clean, cutColumns, displayWidth, fit, truncate} from '../../../source/tui/parts/fit.ts';
import {lineText, lineWidth, pack, part, spread} from '../../../source/tui/parts/line.ts';
import {formatMemory, formatMs, formatPercent, formatPower} from '../../../source/tui/parts/units.ts';
import {createTheme} from '../../../source/tui/theme.ts';

const {glyphs} = createTheme({ascii: false, palette: 'none'});

suite('text of a given width', () => {
	test('counts wide characters as two columns and accents as none', () => {
		assert.equal(displayWidth('温度'), 4);
		assert.equal(displayWidth('e\u0301'), 1);
		assert.equal(displayWidth('✅'), 2);
	});

	test('is cut before a wide character that has no room, and filled up', () => {
		assert.equal(fit('温度計', 4, '~'), '温~ ');
		assert.equal(truncate('abcdef', 4, '~'), 'abc~');
		assert.equal(fit('7', 3, '~', 'right'), '  7');
	});

	test('is cut into pieces that are together what it was, wide characters never in two', () => {
		assert.deepEqual(cutColumns('abcdefg', 3), ['abc', 'def', 'g']);
		assert.deepEqual(cutColumns('a温度b', 2), ['a', '温', '度', 'b']);
		assert.deepEqual(cutColumns('', 3), ['']);
		assert.deepEqual(cutColumns('abc', 3), ['abc']);
	});

	test('loses whatever could move the cursor or turn the line around', () => {
		assert.equal(clean('\u001b[2J\u001b[31mred\u001b[0m\r\nnext\u0007 \u202eevil'), 'red  next evil');
	});

	test('is ASCII where the terminal has no more', () => assert.equal(clean('温 ok', true), '? ok'));
});

suite('a line of parts', () => {
	const parts = [part('name', 'plain', 9), part('less', 'plain', 1), part('more', 'plain', 5)];

	test('drops what matters least until the rest fits', () => {
		assert.equal(lineText(pack(parts, 16, glyphs)), 'name  less  more');
		assert.equal(lineText(pack(parts, 15, glyphs)), 'name  more');
		assert.equal(lineText(pack(parts, 3, glyphs)), 'na…');
	});

	test('lets both ends compete for the room', () => {
		assert.equal(
			lineText(spread([part('left', 'plain', 1)], [part('right', 'plain', 9)], 20, glyphs)),
			'left           right',
		);
		assert.equal(lineText(spread([part('left', 'plain', 1)], [part('right', 'plain', 9)], 8, glyphs)), '   right');
	});

	test('is never wider than its screen, whatever a program calls itself', () => {
		for (let width = 1; width < 40; width++)
			assert.ok(lineWidth(spread([part('温度温度\u001b[1m温度', 'plain', 3)], parts, width, glyphs)) <= width);
	});
});

suite('times and units', () => {
	test('durations below an hour leave the hours out, and unknown ones say so', () => {
		assert.equal(formatDuration(83_900), '01:23');
		assert.equal(formatDuration(3_723_000), '1:02:03');
		assert.equal(formatDuration(null), 'unknown');
	});

	test('the clock is that of the given zone, also across midnight', () => {
		assert.equal(formatClock(1_752_287_462_000, 0), '02:31:02');
		assert.equal(formatClock(1_752_287_462_000, -210), '23:01:02');
		assert.equal(formatZone(-210), 'UTC-3:30');
		assert.equal(formatZone(120), 'UTC+2');
	});

	test('what a tool does not know stays N/A and never becomes 0', () => {
		assert.equal(formatPercent(null), 'N/A');
		assert.equal(formatMemory(null, null), 'N/A');
		assert.equal(formatMemory(null, 49_152), 'N/A/48.0 GiB');
		assert.equal(formatPower(262.4, 300), '262/300 W');
		assert.equal(formatMs(null), 'N/A');
		assert.equal(formatMs(0.714), '0.71');
	});
});
