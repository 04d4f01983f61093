// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are Hydra's interpolations as text
import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type EncodedValue, parseOverride} from '../../source/plan/override.ts';

const int = (digits: string) => ({$int: digits});
const float = (text: string) => ({$float: text});
const single = (text: string) => ({$quoted: text, quote: 'single'}) as const;
const double = (text: string) => ({$quoted: text, quote: 'double'}) as const;
const dict = (...pairs: [EncodedValue, EncodedValue][]) => ({$dict: pairs});

type Row = readonly [written: string, value: EncodedValue];

export const numbers: readonly Row[] = [
	['0', int('0')],
	['+0', int('0')],
	['-0', int('0')],
	['+12', int('12')],
	['1_000_000', int('1000000')],
	['123456789012345678901234567890', int('123456789012345678901234567890')],
	['-9007199254740993', int('-9007199254740993')],
	['1_0.2_5', float('10.25')],
	['-0.0', float('-0.0')],
	['1.e5', float('100000.0')],
	['1e-4', float('0.0001')],
	['1e-5', float('1e-05')],
	['1e-7', float('1e-07')],
	['123456789.125', float('123456789.125')],
	['1e15', float('1000000000000000.0')],
	['1e16', float('1e+16')],
	['1.5e300', float('1.5e+300')],
	['12345678901234567890.0', float('1.2345678901234567e+19')],
	['5e-324', float('5e-324')],
	['1e-400', float('0.0')],
	['1.7976931348623157e309', float('inf')],
	['+NAN', float('nan')],
	['+inf', float('inf')],
	['1e0_1', float('10.0')],
	['0.30000000000000004', float('0.30000000000000004')],
];

export const texts: readonly Row[] = [
	['', ''],
	['   ', ''],
	['0x1F', '0x1F'],
	['_1', '_1'],
	['1_', '1_'],
	['1e', '1e'],
	['1e5_', '1e5_'],
	['+-1', '+-1'],
	['--1', '--1'],
	['.', '.'],
	['-.', '-.'],
	['.e5', '.e5'],
	['nano', 'nano'],
	['inf-1', 'inf-1'],
	['truely', 'truely'],
	['null-x', 'null-x'],
	['null null', 'null null'],
	['true false', 'true false'],
	['1 2', '1 2'],
	['10:20:30', '10:20:30'],
	['2025-07-12T14:30:15', '2025-07-12T14:30:15'],
	['user@host', 'user@host'],
	['cuda:0', 'cuda:0'],
	['a : b', 'a : b'],
	['a: ', 'a: '],
	[': x', ': x'],
	['C:\\x\\y', 'C:\\x\\y'],
	['C:\\\\x\\\\y', 'C:\\x\\y'],
	['\\ x', ' x'],
	['x\\ ', 'x '],
	['x \\  ', 'x  '],
	['\\\t', '\t'],
	['a\\,b', 'a,b'],
	['\\[x\\]', '[x]'],
	['\\{a\\:1\\}', '{a:1}'],
	['f\\(x\\)', 'f(x)'],
	['1\\ ', '1 '],
	['\\.', '\\.'],
	['$HOME/runs', '$HOME/runs'],
	['${a.b}/${c}', '${a.b}/${c}'],
	['x_${y}_z', 'x_${y}_z'],
	['${ }', '${ }'],
	["${y:'a b'}", "${y:'a b'}"],
	['${oc.env:HOME,/root}', '${oc.env:HOME,/root}'],
	['${x:{k:1}', '${x:{k:1}'],
	['choice', 'choice'],
	['a?b|c%d*', 'a?b|c%d*'],
];

export const keywords: readonly Row[] = [
	['NULL', null],
	['nULL', null],
	['TRUE', true],
	['fAlSe', false],
	['  true  ', true],
	['\ttrue\t', true],
];

export const quotes: readonly Row[] = [
	["'é'", single('é')],
	['"日本 😀"', double('日本 😀')],
	["'it\\'s'", single("it's")],
	['"it\\\'s"', double("it\\'s")],
	["'\\''", single("'")],
	["'\\\\'", single('\\')],
	["'\\\\\\''", single("\\'")],
	["'a\\\\nb'", single('a\\\\nb')],
	['"a\\\\\\"b"', double('a\\"b')],
	["'\\x'", single('\\x')],
	["'a\nb'", single('a\nb')],
	["'null'", single('null')],
	["'1,2'", single('1,2')],
	["'~;&#!^<>`'", single('~;&#!^<>`')],
	["' a '", single(' a ')],
	['""', double('')],
	["  'a'", single('a')],
];

export const containers: readonly Row[] = [
	['[]', []],
	['[ ]', []],
	[' [1,2]', [int('1'), int('2')]],
	['[a b,c d]', ['a b', 'c d']],
	['[\'a\',"b",c]', [single('a'), double('b'), 'c']],
	['[ [0] , [1] ]', [[int('0')], [int('1')]]],
	['[1,null,true,1.5]', [int('1'), null, true, float('1.5')]],
	['[:,a:]', [':', 'a:']],
	['[${a},${b,c}]', ['${a}', '${b,c}']],
	['{a:1,a:2}', dict(['a', int('2')])],
	['{a:1,b:2,a:3}', dict(['a', int('3')], ['b', int('2')])],
	['{a.b:1}', dict(['a.b', int('1')])],
	['{a : 1}', dict(['a', int('1')])],
	['{true:1}', dict([true, int('1')])],
	['{0:a,-0.0:b,false:c}', dict([int('0'), 'c'])],
	['{1.5:x,inf:y}', dict([float('1.5'), 'x'], [float('inf'), 'y'])],
	['{nan:x,nan:y}', dict([float('nan'), 'x'], [float('nan'), 'y'])],
	['{10000000000000000000000:a,1e22:b}', dict([int('10000000000000000000000'), 'b'])],
	['{a\\:b:1}', dict(['a:b', int('1')])],
	['{a::b}', dict(['a', ':b'])],
	['{a: b : c}', dict(['a', 'b : c'])],
	['{a b :1}', dict(['a b', int('1')])],
	['{/x*:1}', dict(['/x*', int('1')])],
	['{a:{b:[{}]}}', dict(['a', dict(['b', [dict()]])])],
];

suite('the value of an override', () => {
	for (const [title, rows] of Object.entries({
		'that looks like a number is that number exactly': numbers,
		'that is nothing else is the text as written, with its escapes resolved': texts,
		'that is a keyword has its meaning in any case of letters': keywords,
		'in quotes is a text whatever it looks like': quotes,
		'in brackets or braces is a list or a dict in the order as written': containers,
	})) {
		test(title, (t) => {
			const wrong = rows.map(describe).filter(({actual, expected}) => actual !== expected);
			t.diagnostic(`${rows.length - wrong.length} of ${rows.length} cases`);
			assert.deepEqual(wrong, []);
		});
	}
});

function describe([written, value]: Row) {
	const parsed = parseOverride(`k=${written}`);
	const actual = 'value' in parsed ? parsed.value : parsed;
	return {written, actual: JSON.stringify(actual), expected: JSON.stringify(value)};
}
