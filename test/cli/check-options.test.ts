import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Flags, readArguments} from '../../source/cli/arguments.ts';
import {checkOptions} from '../../source/cli/check-options.ts';
import {dispatch} from '../../source/cli/dispatch.ts';
import {UserError} from '../../source/domain/errors.ts';
import {refusalOf} from '../rig/suites.ts';

const REFUSED: readonly {
	readonly verb: string;
	readonly flags: Flags;
	readonly says: RegExp;
	readonly advises: RegExp;
}[] = [
	{verb: 'summary', flags: {json: true, csv: true}, says: /--json and --csv exclude/, advises: /leave --csv out/},
	{verb: 'summary', flags: {csv: true, md: true}, says: /--csv and --md exclude/, advises: /leave --md out/},
	{verb: 'plan', flags: {json: true, cfg: 'job'}, says: /--json and --cfg exclude/, advises: /leave --cfg out/},
	{verb: 'plan', flags: {topology: 'a', simulate: 'b'}, says: /one machine/, advises: /leave --simulate out/},
	{verb: 'run', flags: {json: true, ascii: true}, says: /nothing is drawn/, advises: /leave --ascii out/},
	{verb: 'replay', flags: {headless: true, ascii: true}, says: /nothing is drawn/, advises: /leave --ascii out/},
	{verb: 'plan', flags: {resolve: true}, says: /--cfg is not there/, advises: /--cfg job --resolve$/},
	{verb: 'plan', flags: {package: 'experiment'}, says: /--cfg is not there/, advises: /--cfg job --package experiment/},
	{verb: 'plan', flags: {topology: ''}, says: /--topology has no value/, advises: /--topology FILE/},
	{verb: 'run', flags: {simulate: ''}, says: /--simulate has no value/, advises: /--simulate FILE/},
	{verb: 'plan', flags: {cfg: ''}, says: /--cfg has no value/, advises: /--cfg job/},
	{verb: 'replay', flags: {speed: ''}, says: /--speed has no value/, advises: /--speed 60/},
	{verb: 'plan', flags: {suites: ['mine', '']}, says: /--suites has no value/, advises: /--suites FOLDER/},
];

suite('options that cannot stand together, or stand alone', () => {
	for (const {verb, flags, says, advises} of REFUSED) {
		test(`are refused with what to leave out or add: ${verb} ${JSON.stringify(flags)}`, () => {
			const {message, advice} = refusalOf(() => checkOptions(verb, flags));

			assert.match(message, says);
			assert.match(advice, advises);
		});
	}

	for (const [verb, flags] of [
		['run', {headless: true, ascii: true}],
		['run', {json: true, headless: true}],
		['plan', {cfg: 'job', resolve: true, package: 'experiment'}],
		['plan', {json: true, topology: 'host.json', suites: ['a', 'b']}],
	] as const) {
		test(`are accepted where each has its effect: ${verb} ${JSON.stringify(flags)}`, () => {
			assert.doesNotThrow(() => checkOptions(verb, flags));
		});
	}
});

suite('a whole command line', () => {
	for (const [argv, says] of [
		[['list', 'extra'], /list does not read extra/],
		[['suites', 'extra'], /suites does not read extra/],
		[['topology', 'extra'], /topology does not read extra/],
		[['topology', '--json', '--ascii'], /--json and --ascii exclude/],
		[['doctor', 'extra'], /doctor does not read extra/],
		[['summary', 'a', 'b'], /summary does not read b/],
		[['replay', 'a', 'b'], /replay does not read b/],
		[['resume', 'a', 'b'], /resume does not read b/],
		[['plan', '--suites'], /--suites has no value/],
		[['summary', '--json', '--md'], /exclude each other/],
	] as const) {
		test(`is refused before anything is read: ${argv.join(' ')}`, async () => {
			await assert.rejects(
				dispatch(argv, readArguments),
				(error) => error instanceof UserError && error.exitCode === 2 && says.test(error.message),
			);
		});
	}
});
