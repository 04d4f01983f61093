import {UserError} from '../domain/errors.ts';
import {findSettingsFile, readSettings, SETTING_NAMES, saveSetting} from '../effects/settings.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck settings [NAME=VALUE…]`: what is kept for every run; an empty value forgets one. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('settings', flags, ['json']);
	for (const word of words) {
		const [name = '', value] = word.split(/=(.*)/s);
		if (value === undefined) {
			throw new UserError(`${word} sets nothing.`, {
				tryThis: SETTING_NAMES.map((known) => `${known}=VALUE`) as [string],
			});
		}
		await saveSetting(name, value === '' ? undefined : value);
	}
	const {problem, ...settings} = readSettings();
	if (problem) process.stderr.write(`warning: ${problem}\n`);
	if (flags.json) process.stdout.write(`${JSON.stringify(settings, null, '\t')}\n`);
	else {
		for (const name of SETTING_NAMES) process.stdout.write(`${name}=${settings[name] ?? ''}\n`);
		process.stdout.write(`kept in ${findSettingsFile()}\n`);
	}
	return 0;
}
