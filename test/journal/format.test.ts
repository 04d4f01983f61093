import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {crc32} from '../../source/journal/crc.ts';
import {JOURNAL_VERSION} from '../../source/journal/event.ts';
import {type Decoded, decodeLine, encodeFact, encodeMeasurement, upgradeFact} from '../../source/journal/format.ts';
import {opened, STORY_START} from '../rig/story.ts';

const encoder = new TextEncoder();
const decode = (line: string): Decoded => decodeLine(encoder.encode(line.replace(/\n$/, '')));
const stampOf = (seq: number) => ({seq, at: STORY_START});

/** A line as a warpdeck of another version would write it. */
function seal(raw: object): string {
	const json = JSON.stringify(raw);
	return `${json.slice(0, -1)},"crc":"${crc32(encoder.encode(json)).toString(16).padStart(8, '0')}"}`;
}

suite('the checksum', () => {
	test('of 123456789 is the check value of CRC-32, and that of nothing is 0', () => {
		assert.equal(crc32(encoder.encode('123456789')).toString(16), 'cbf43926');
		assert.equal(crc32(new Uint8Array()), 0);
	});

	test('of a text is the same whole, in two parts at any cut, and from any place in a larger one', () => {
		const bytes = encoder.encode('a line that is longer than three times eight bytes');
		const shifted = encoder.encode(`###${'a line that is longer than three times eight bytes'}##`);

		for (const cut of bytes.keys()) {
			assert.equal(crc32(bytes, cut, bytes.length, crc32(bytes, 0, cut)), crc32(bytes), `cut at ${cut}`);
		}
		assert.equal(crc32(shifted, 3, 3 + bytes.length), crc32(bytes));
	});
});

suite('a line', () => {
	test('is JSON whose last key is the checksum of the rest, so that any tool can read and check it', () => {
		const line = encodeFact({type: 'draining', by: 'user', ...stampOf(7)});

		assert.equal(line, `{"type":"draining","by":"user","seq":7,"at":${STORY_START},"crc":"${line.slice(-11, -3)}"}\n`);
		assert.equal(
			crc32(encoder.encode(line.replace(/,"crc":"[0-9a-f]{8}"/, '').trimEnd())),
			parseInt(line.slice(-11, -3), 16),
		);
	});

	test('gives back the very event that was written, whatever characters it holds', () => {
		const event = {
			type: 'noted',
			level: 'warning',
			message: 'µs, „ü“, 🚀, \u2028, a lone \ud800, "quotes",\n\\ and ,"crc":"00000000"}',
			...stampOf(3),
		} as const;

		const decoded = decode(encodeFact(event));

		assert.deepEqual(decoded, {kind: 'event', event});
	});

	test('of a measurement carries a checksum too', () => {
		const event = {type: 'samples', id: 'a', latencyMs: [1.5, 2], ...stampOf(9)} as const;

		assert.deepEqual(decode(encodeMeasurement(event)), {kind: 'event', event});
	});

	test('in which any one byte differs is damaged and never another event', () => {
		const bytes = encoder.encode(encodeFact({type: 'draining', by: 'user', ...stampOf(7)}).trimEnd());

		for (const at of bytes.keys()) {
			for (const bit of [0, 3, 5, 7]) {
				const flipped = bytes.slice();
				flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
				assert.equal(decodeLine(flipped).kind, 'damaged', `bit ${bit} of byte ${at}`);
			}
		}
	});

	for (const [what, line] of [
		['nothing', ''],
		['text that is no JSON', 'hello'],
		['JSON without a checksum', '{"type":"draining","by":"user","seq":1,"at":1}'],
		[
			'a checksum in capitals',
			seal({type: 'draining', by: 'x', seq: 1, at: 1}).replace(
				/"crc":"(.*)"/,
				(_, crc) => `"crc":"${crc.toUpperCase()}A"`,
			),
		],
		['a checksum in a list', '[1,"crc":"00000000"}'],
		['a good checksum but no type', seal({seq: 1, at: 1})],
		['a good checksum but no number', seal({type: 'draining', by: 'x', at: 1})],
		['a good checksum but no time', seal({type: 'draining', by: 'x', seq: 1})],
	] as const) {
		test(`that holds ${what} is damaged, and reading goes on`, () => {
			assert.equal(decode(line).kind, 'damaged');
		});
	}

	test('of a type that only a newer warpdeck knows is counted and not guessed at', () => {
		const decoded = decode(seal({type: 'teleported', where: 'away', ...stampOf(5)}));

		assert.deepEqual(decoded, {kind: 'unknown', type: 'teleported', seq: 5});
	});

	test('whose type is the name of something that every object has is unknown too', () => {
		assert.equal(decode(seal({type: 'constructor', ...stampOf(5)})).kind, 'unknown');
	});
});

suite('a run of another version', () => {
	test('that is newer is refused with the version that wrote it and what to do', () => {
		const line = seal({...opened({version: JOURNAL_VERSION + 1, warpdeck: '9.8.7'}), ...stampOf(1)});

		assert.throws(
			() => decode(line),
			(error) => {
				assert.ok(error instanceof UserError);
				assert.match(error.message, /warpdeck 9\.8\.7 in journal format 2; .* up to format 1/);
				assert.match(error.tryThis[0], /Upgrade warpdeck/);
				return true;
			},
		);
	});

	test('that is older passes every upgrade between its version and ours, in order', () => {
		const upgraders = [
			(raw: object) => ({...raw, trail: 'two'}),
			(raw: object) => ({...raw, trail: `${(raw as {trail?: string}).trail ?? 'none'} three`}),
		];

		assert.deepEqual(upgradeFact({type: 'noted'}, 1, upgraders), {type: 'noted', trail: 'two three'});
		assert.deepEqual(upgradeFact({type: 'noted'}, 2, upgraders), {type: 'noted', trail: 'none three'});
		assert.deepEqual(upgradeFact({type: 'noted'}, 3, upgraders), {type: 'noted'});
	});
});
