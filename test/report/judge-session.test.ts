import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {broken, formatFinding, note, ok} from '../../source/report/finding.ts';
import {judgeDisk, judgeLocale, judgeTerminal} from '../../source/report/judge-session.ts';

suite('a locale', () => {
	for (const [locale, verdict] of [
		['C.UTF-8', 'ok'],
		['de_DE.utf8', 'ok'],
		['C', 'broken'],
		['', 'broken'],
	] as const) {
		test(`of ${JSON.stringify(locale)} is ${verdict}`, () => assert.equal(judgeLocale(locale).verdict, verdict));
	}

	test('that is not set is told by the names that would set it', () => {
		assert.match(judgeLocale('').says, /LC_ALL, LC_CTYPE and LANG are not set: screens are drawn in ASCII/);
	});
});

suite('a terminal', () => {
	const least = {columns: 60, rows: 16};
	const xterm = {term: 'xterm-256color', columns: 120, rows: 40, colours: 256};

	for (const [what, terminal, verdict, says] of [
		['as it should be', xterm, 'ok', /^xterm-256color, 120 x 40, 256 colours$/],
		['without colours', {...xterm, colours: 2}, 'ok', /no colours/],
		['that is dumb', {...xterm, term: 'dumb'}, 'broken', /TERM=dumb/],
		['without a name', {...xterm, term: ''}, 'broken', /TERM=:/],
		['that is too narrow', {...xterm, columns: 40}, 'broken', /40 x 40, .* too small/],
		['that is too low', {...xterm, rows: 10}, 'broken', /120 x 10, .* too small/],
		['that is none', null, 'note', /one line an event/],
	] as const) {
		test(`${what} is ${verdict}`, () => {
			const finding = judgeTerminal(terminal, least);

			assert.equal(finding.verdict, verdict);
			assert.match(finding.says, says);
		});
	}
});

suite('the disk of the results', () => {
	const facts = {baseDir: 'outputs', freeMiB: 50_000, refusal: null};

	for (const [what, changes, verdict] of [
		['with room', {}, 'ok'],
		['with hardly any', {freeMiB: 12}, 'broken'],
		['that does not tell', {freeMiB: null}, 'note'],
		['that may not be written', {refusal: 'no permission'}, 'broken'],
	] as const) {
		test(`${what} is ${verdict}`, () => assert.equal(judgeDisk({...facts, ...changes}).verdict, verdict));
	}
});

suite('a printed finding', () => {
	test('has its verdict, its name, what was seen, and what to type on a line of its own', () => {
		const printed = formatFinding(broken('locale', 'C has no UTF-8', 'export LANG=C.UTF-8'), 80);

		assert.equal(printed, `broken   locale          C has no UTF-8\n${' '.repeat(25)}try: export LANG=C.UTF-8\n`);
	});

	test('stays within 80 columns, whatever it has to say', () => {
		const printed = formatFinding(note('NUMA', 'word '.repeat(60), `/a/path/without/a/blank${'/x'.repeat(60)}`), 80);

		for (const line of printed.split('\n')) assert.ok(line.length <= 80, line);
		assert.doesNotMatch(formatFinding(ok('a', 'b'), 80), /try/);
	});
});
