import {resolve} from 'node:path';
import {isJsonObject} from '../domain/json.ts';
import {readSettings} from '../effects/settings.ts';
import {type Composition, findHead} from '../plan/compose.ts';

const DEFAULT_OUTPUTS = 'outputs';

/** `output.base_dir` of the suite, else the user's setting, else `outputs` here. */
export function chooseBaseDir(composition: Composition): string {
	const head = findHead(composition);
	const output = head?.config.output;
	if (isJsonObject(output) && output.base_dir !== undefined) return head?.suite.output.base_dir ?? DEFAULT_OUTPUTS;
	return readSettings().outputs ?? DEFAULT_OUTPUTS;
}

/** `output.archive_dir` of the suite, else the user's setting, as an absolute path; undefined where nothing is archived. */
export function chooseArchiveDir(composition: Composition): string | undefined {
	const folder = findHead(composition)?.suite.output.archive_dir ?? readSettings()['run.archive'];
	return folder === undefined ? undefined : resolve(folder);
}

/** Where runs are looked for when nothing else is said. */
export const listBaseDirs = (): readonly string[] =>
	[...new Set([readSettings().outputs ?? DEFAULT_OUTPUTS, DEFAULT_OUTPUTS])].flatMap((dir) => [dir, nameImports(dir)]);

/** Where imported results lie, apart from what was measured here. */
export const nameImports = (baseDir: string): string => `${baseDir}/imported`;
