import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {holdsSecret, listSecrets, type Variables} from '../domain/secrets.ts';
import {type ConfigCopy, changeConfig} from '../plan/config-copy.ts';
import {fileMode, folderMode} from './file-modes.ts';
import {readConfig} from './read-config.ts';

/** The changed copy of a configuration, in plain JSON, which every reader of JSON with comments and of YAML takes too. */
export async function writeConfigCopy({from, to, changes}: ConfigCopy, env: Variables): Promise<void> {
	const changed = changeConfig(await readConfig(from), changes, from);
	const text = `${JSON.stringify(changed, null, 2)}\n`;
	refuseSecret(text, from, env);
	mkdirSync(dirname(to), {recursive: true, mode: folderMode()});
	const temporary = `${to}.${process.pid}.tmp`;
	writeFileSync(temporary, text, {mode: fileMode()});
	renameSync(temporary, to);
}

function refuseSecret(text: string, from: string, env: Variables): void {
	const secrets = listSecrets(env);
	if (!holdsSecret(text, secrets)) return;
	const named = holdsSecret(text, []) ? undefined : secrets.find((one) => holdsSecret(text, [one]));
	throw new UserError(
		`${from} holds ${named ? `the value of ${named.name}` : 'a token'}, which a copy would keep with the run.`,
		{
			tryThis: [`take it out of ${from}; experiment.workload.env_from=[${named?.name ?? 'HF_TOKEN'}] hands it on`],
		},
	);
}
