import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {type ConfigCopy, changeConfig} from '../plan/config-copy.ts';
import {fileMode, folderMode} from './file-modes.ts';
import {readConfig} from './read-config.ts';

/** The changed copy of a configuration, in plain JSON, which every reader of JSON with comments and of YAML takes too. */
export async function writeConfigCopy({from, to, changes, sha256}: ConfigCopy): Promise<void> {
	const changed = changeConfig(await readConfig(from), changes, from);
	if (sha256 !== undefined && hash(from) !== sha256) {
		throw new UserError(`${from} has changed since the run was planned, and its copies would not be alike.`, {
			tryThis: ['start a new run, or put the file back and: warpdeck resume'],
		});
	}
	mkdirSync(dirname(to), {recursive: true, mode: folderMode()});
	const temporary = `${to}.${process.pid}.tmp`;
	writeFileSync(temporary, `${JSON.stringify(changed, null, 2)}\n`, {mode: fileMode()});
	renameSync(temporary, to);
}

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
