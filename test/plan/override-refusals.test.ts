// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are Hydra's interpolations as text
import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseOverride} from '../../source/plan/override.ts';

type Row = readonly [written: string, column: number, hint: string];

export const keys: readonly Row[] = [
	['a', 2, 'write a=VALUE'],
	['++a', 4, 'write ++a=VALUE'],
	['1=2', 1, 'joined by single dots'],
	['1a=2', 1, 'without leading zeros'],
	['.a=1', 1, 'single dots'],
	['a.=1', 2, 'single dots'],
	['a.01=1', 4, 'without leading zeros'],
	['a/b.c=d', 3, 'group/subgroup=option'],
	['a/$b=c', 3, 'group/subgroup=option'],
	['a/=c', 3, 'group/subgroup=option'],
	['a@b@c=d', 4, 'section.key=value'],
	['a@b/c=d', 4, 'section.key=value'],
	['a@src:dst=x', 6, 'group@package=option'],
	['a b=1', 2, 'ab=1'],
	[' a=1', 1, 'a=1'],
	['a =1', 2, 'a=1'],
	['"a.b"=1', 1, 'section.key=value'],
	['a#b=1', 2, 'section.key=value'],
	['é=1', 1, 'section.key=value'],
	['-a=1', 1, 'options such as --multirun'],
	['~~a', 2, 'one of them'],
	['+~a=1', 2, 'one of them'],
	['+++a=1', 3, 'one of them'],
];

const oursOnly: readonly Row[] = [
	['a[x].b=1', 2, 'a[0].b'],
	['a[-1]=1', 2, 'a[0].b'],
	['a[01]=1', 2, 'a[0].b'],
	['a[0=1', 2, 'a[0].b'],
	['[0].a=1', 1, 'a[0].b'],
	['*.a=1', 1, 'section.key=value'],
	['a/b[0]=1', 3, 'group/subgroup=option'],
	['a@b[0]=1', 3, 'a package is a plain path'],
];

export const values: readonly Row[] = [
	['k=~', 3, '"~"'],
	['k=a&b', 4, '\'k="a&b"\''],
	['k=a^b', 4, '"a^b"'],
	['k=`x`', 3, '"`x`"'],
	['k=ab😀c', 5, '"ab😀c"'],
	["k='é'é", 6, '"'],
	['k=a\nb', 4, '"a\nb"'],
	["k='a\\'", 3, 'quote the value'],
	["k='a'\\''", 6, '"'],
	["k='a' 'b'", 6, '"'],
	["k='a' ", 6, "leave it out: k='a'"],
	["k=b'a'", 4, '"'],
	['k==1', 3, '\\='],
	['k=a =b', 4, '\\='],
	['k=[a=b]', 5, '\\='],
	['k=1,', 5, 'extra comma'],
	['k=,1', 3, 'extra comma'],
	['k=1,,2', 5, 'extra comma'],
	['k=[1,2,]', 8, 'extra comma'],
	['k=[,1]', 4, 'extra comma'],
	['k=[1', 5, 'missing ]'],
	['k={a:1', 7, 'missing }'],
	['k=int(1', 8, 'missing )'],
	['k=]', 3, 'extra comma or bracket'],
	['k=[1]2', 6, '"[1]2"'],
	['k=x[1]', 4, 'a[0].b=1'],
	['k={a}', 5, '{name:value'],
	['k={a:}', 6, 'extra comma'],
	['k={${x}:1}', 4, '{name:value'],
	['k={a:1,,b:2}', 8, '{name:value'],
	['k=(1,2)', 3, '\\('],
	['k=null(1)', 7, '\\('],
	['k=${}', 4, '"${}"'],
	['k=${a', 4, '"${a"'],
	['k=${x:{k:1}}', 12, '"${x:{k:1}}"'],
];

export const calls: readonly Row[] = [
	['k=a(b)', 3, 'choice, range, sort'],
	['k=Range(3)', 3, 'choice, range, sort'],
	['k=choice()', 3, 'choice(a,b,c)'],
	['k=choice(1,null)', 12, 'choice(a,b,c)'],
	['k=choice(range(3))', 10, 'choice(a,b,c)'],
	['k=choice(choice(1,2))', 3, 'choice(a,b,c)'],
	['k=choice(a=1)', 10, 'choice(a,b,c)'],
	['k=range()', 3, 'range(start,stop,step)'],
	['k=range(1,2,3,4)', 15, 'range(start,stop,step)'],
	['k=range(1,start=2)', 9, 'range(start,stop,step)'],
	['k=range(start=1,2)', 17, 'range(start,stop,step)'],
	['k=range(a,2)', 9, 'range(start,stop,step)'],
	['k=range(0,5,0)', 3, 'not 0'],
	['k=range(0,nan)', 3, 'finite'],
	['k=range(0,1,inf)', 3, 'finite'],
	['k=range(true,2.5)', 3, 'finite'],
	['k=shuffle(range(0,inf))', 3, 'finite'],
	['k=sort()', 3, 'sort(3,1,2)'],
	['k=sort(1,a)', 3, 'sort(3,1,2)'],
	['k=sort([a,1])', 3, 'sort(3,1,2)'],
	['k=sort([1],[2])', 3, 'sort(3,1,2)'],
	['k=sort(1,2,reverse=1)', 12, 'sort(3,1,2)'],
	['k=sort(range(0,inf),reverse=true)', 3, 'sort(3,1,2)'],
	['k=int(a)', 3, 'int(value)'],
	['k=int(null)', 3, 'int(value)'],
	['k=int(inf)', 3, 'int(value)'],
	["k=int('1__0')", 3, 'int(value)'],
	['k=float(1e)', 3, 'float(value)'],
	['k=bool(yes)', 3, 'bool(value)'],
	['k=str(range(3))', 3, 'str(value)'],
	['k=str(null)', 3, 'str(value)'],
	['k=int(choice(1,2),3)', 3, 'int(value)'],
	['k=[choice(1,2)]', 4, 'whole value'],
	['k=1,range(3)', 5, 'whole value'],
	['k=interval(0,1)', 3, 'range(0,1,0.1)'],
	['k=glob(*)', 3, 'key=a,b'],
	['k=tag(x,choice(1,2))', 3, 'leave the tags out'],
	['k=json_str({a:1})', 3, 'quoted text'],
	['k=extend_list(1)', 3, 'key=[a,b,c]'],
	[`k=${'9'.repeat(4301)}`, 3, 'quote it'],
	[`k=${'['.repeat(400)}${']'.repeat(400)}`, 203, 'suite file'],
];

suite('a malformed override', () => {
	for (const [title, rows] of Object.entries({
		'is refused at the character of its key that is wrong': keys,
		'is refused where our own way of writing a key is misused': oursOnly,
		'is refused at the place in its value, with a way to write it': values,
		'is refused at the call that makes no sense, with a call that does': calls,
	})) {
		test(title, (t) => {
			const wrong = rows.map(describe).filter(({right}) => !right);
			t.diagnostic(`${rows.length - wrong.length} of ${rows.length} cases`);
			assert.deepEqual(wrong, []);
		});
	}

	test('keeps the advice short enough to read even where the value is quoted for a shell', () => {
		assert.deepEqual(parseOverride("k=it's"), {
			error: "the quote ' is never closed",
			column: 5,
			hint: `quote the value: k="it's" (typed in a shell: 'k="it'\\''s"')`,
		});
	});
});

function describe([written, column, hint]: Row) {
	const actual = parseOverride(written);
	return {
		written,
		actual,
		expected: {column, hint},
		right: 'error' in actual && actual.column === column && actual.hint.includes(hint),
	};
}
