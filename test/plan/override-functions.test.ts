// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are Hydra's interpolations as text
import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseOverride, type ValueType} from '../../source/plan/override.ts';

type Row = readonly [written: string, valueType: ValueType, printed: string];

export const sweeps: readonly Row[] = [
	['1,2', 'SIMPLE_CHOICE_SWEEP', '1 2'],
	['1, 2 ,3', 'SIMPLE_CHOICE_SWEEP', '1 2 3'],
	['1,1', 'SIMPLE_CHOICE_SWEEP', '1 1'],
	["'1','2'", 'SIMPLE_CHOICE_SWEEP', "'1' '2'"],
	['a\\ ,b', 'SIMPLE_CHOICE_SWEEP', 'a\\  b'],
	['1e6,1e-7,1e16', 'SIMPLE_CHOICE_SWEEP', '1000000.0 1e-07 1e+16'],
	['[[0,1],[2,3]],[[0],[1]]', 'SIMPLE_CHOICE_SWEEP', '[[0,1],[2,3]] [[0],[1]]'],
	['choice 1,2', 'SIMPLE_CHOICE_SWEEP', 'choice\\ 1 2'],
	['${a},${b}', 'SIMPLE_CHOICE_SWEEP', '$\\{a\\} $\\{b\\}'],
	['choice(1)', 'CHOICE_SWEEP', '1'],
	["choice('1','2')", 'CHOICE_SWEEP', '1 2'],
	["choice(['a'],{b:'c'})", 'CHOICE_SWEEP', "['a'] {b:'c'}"],
	['choice( a , b )', 'CHOICE_SWEEP', 'a b'],
	['choice(sort(2,1))', 'CHOICE_SWEEP', '1 2'],
	['choice([choice\\(1\\)])', 'CHOICE_SWEEP', '[choice\\(1\\)]'],
];

export const ranges: readonly Row[] = [
	['range(3,null)', 'RANGE_SWEEP', '0 1 2'],
	['range(start=3)', 'RANGE_SWEEP', '0 1 2'],
	['range(1,stop=3)', 'RANGE_SWEEP', '1 2'],
	['range(start=1,start=2,stop=4)', 'RANGE_SWEEP', '2 3'],
	['range(0,10,4)', 'RANGE_SWEEP', '0 4 8'],
	['range(10,0,-4)', 'RANGE_SWEEP', '10 6 2'],
	['range(false,true)', 'RANGE_SWEEP', '0'],
	['range(1,0.5,-0.1)', 'RANGE_SWEEP', '1.0 0.9 0.8 0.7 0.6'],
	['range(0.5)', 'RANGE_SWEEP', '0.0'],
	['range(1.3,0,-0.5)', 'RANGE_SWEEP', '1.3 0.8 0.3'],
	['range(0,3e-7,1e-7)', 'RANGE_SWEEP', '0.0 1e-07 2e-07'],
	['range(1e22,3e22,1e22)', 'RANGE_SWEEP', '1e+22 2e+22'],
	['range(5,inf,-1)', 'RANGE_SWEEP', ''],
	['range(inf,5)', 'RANGE_SWEEP', ''],
	['range(99999999999999999999,100000000000000000001)', 'RANGE_SWEEP', '99999999999999999999 100000000000000000000'],
	['int(range(0.9,4.9))', 'RANGE_SWEEP', '0 1 2 3'],
	['float(range(0,3,2))', 'RANGE_SWEEP', '0.0 2.0'],
];

export const sorted: readonly Row[] = [
	['sort(range(5,2,-1))', 'RANGE_SWEEP', '3 4 5'],
	['sort(range(7,0,-3))', 'RANGE_SWEEP', '1 4 7'],
	['sort(range(0,4))', 'RANGE_SWEEP', '0 1 2 3'],
	['sort(range(0,1),reverse=true)', 'RANGE_SWEEP', '0'],
	['sort(range(1.3,0,-0.5))', 'RANGE_SWEEP', '0.3 0.8 1.3'],
	['sort(range(0,1,0.3),reverse=true)', 'RANGE_SWEEP', '0.9 0.6 0.3 0.0'],
	['sort(sweep=range(2,0,-1))', 'RANGE_SWEEP', '1 2'],
	['sort(2,1,reverse=true)', 'SIMPLE_CHOICE_SWEEP', '2 1'],
	['sort(true,0.5,0,1)', 'SIMPLE_CHOICE_SWEEP', '0 0.5 True 1'],
	['sort(1,true,reverse=true)', 'SIMPLE_CHOICE_SWEEP', '1 True'],
	['sort(b,B,a,_)', 'SIMPLE_CHOICE_SWEEP', 'B _ a b'],
	['sort(choice(b,a))', 'CHOICE_SWEEP', 'a b'],
	['sort(list=[2,1])', 'ELEMENT', '[1,2]'],
	['sort([[2],[1,5],[1]])', 'ELEMENT', '[[1],[1,5],[2]]'],
	['sort([9007199254740993,9007199254740992.0])', 'ELEMENT', '[9007199254740992.0,9007199254740993]'],
	["sort('b')", 'ELEMENT', 'b'],
	['sort([])', 'ELEMENT', '[]'],
	['sort({b:2})', 'ELEMENT', '{b:2}'],
];

export const casts: readonly Row[] = [
	['int(3.9)', 'ELEMENT', '3'],
	["int(' 12 ')", 'ELEMENT', '12'],
	['int(007)', 'ELEMENT', '7'],
	["int('-0_1')", 'ELEMENT', '-1'],
	['int(1e22)', 'ELEMENT', '10000000000000000000000'],
	["int([1.5,'2',{a:true}])", 'ELEMENT', '[1,2,{a:1}]'],
	['int(1.5,2.5)', 'SIMPLE_CHOICE_SWEEP', '1 2'],
	['int(choice(1.5,2.5))', 'CHOICE_SWEEP', '1 2'],
	['int(1,value=null)', 'ELEMENT', '1'],
	['float(1)', 'ELEMENT', '1.0'],
	["float('.5')", 'ELEMENT', '0.5'],
	["float('-Infinity')", 'ELEMENT', '-inf'],
	["float('1_0e-1')", 'ELEMENT', '1.0'],
	['float(true)', 'ELEMENT', '1.0'],
	['str(1e6)', 'ELEMENT', '1000000.0'],
	['str(True)', 'ELEMENT', 'true'],
	["str(['1',2])", 'ELEMENT', '[1,2]'],
	['str({a:1.0})', 'ELEMENT', '{a:1.0}'],
	['bool(2)', 'ELEMENT', 'True'],
	['bool(0.0)', 'ELEMENT', 'False'],
	['bool(nan)', 'ELEMENT', 'True'],
	['bool(null)', 'ELEMENT', 'False'],
	['bool(true,0)', 'SIMPLE_CHOICE_SWEEP', 'True False'],
	['bool([])', 'ELEMENT', '[]'],
];

export const shuffles: readonly Row[] = [
	['shuffle(3,1,2)', 'SIMPLE_CHOICE_SWEEP', '1 2 3'],
	['shuffle(range(0,3))', 'RANGE_SWEEP', '0 1 2'],
	['choice(shuffle(1,2))', 'CHOICE_SWEEP', '1 2'],
	['str(shuffle(choice(b,a)))', 'CHOICE_SWEEP', 'a b'],
	['sort(shuffle(choice(b,a)))', 'CHOICE_SWEEP', 'a b'],
	['shuffle(a)', 'ELEMENT', '[a]'],
	['shuffle({a:1})', 'ELEMENT', '[{a:1}]'],
	['shuffle()', 'SIMPLE_CHOICE_SWEEP', ''],
];

suite('a function in an override', () => {
	for (const [title, rows] of Object.entries({
		'or a comma makes a sweep of the values in their order': sweeps,
		'range counts in decimals, so no value drifts': ranges,
		'sort orders as Python does, whichever way a range ran': sorted,
		'int, float, str or bool casts as Python does, inside lists and sweeps too': casts,
		'shuffle keeps the values and leaves their order to the seed': shuffles,
	})) {
		test(title, (t) => {
			const wrong = rows.map(describe).filter(({actual, expected}) => actual !== expected);
			t.diagnostic(`${rows.length - wrong.length} of ${rows.length} cases`);
			assert.deepEqual(wrong, []);
		});
	}
});

function describe([written, valueType, printed]: Row) {
	const parsed = parseOverride(`k=${written}`);
	const actual = 'value' in parsed ? `${parsed.valueType} ${print(parsed)}` : JSON.stringify(parsed);
	return {written, actual, expected: `${valueType} ${printed}`};
}

type Printed = {
	readonly canonical?: string;
	readonly sweep?: readonly string[];
	readonly sweepSorted?: readonly string[];
};

const print = ({canonical, sweep, sweepSorted}: Printed) => canonical ?? (sweep ?? sweepSorted)?.join(' ');
