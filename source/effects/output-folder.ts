import {resolve} from 'node:path';
import type {DiskFacts} from '../report/judge-session.ts';
import {askTool} from './ask-tool.ts';

/** The code of the script below where nothing may be written. */
const REFUSED = 9;

/** Of a folder that is not there yet, the one in which it will be made. */
const SCRIPT = `
folder=$1
while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
[ -d "$folder" ] && [ -w "$folder" ] && [ -x "$folder" ] || exit ${REFUSED}
df -Pm "$folder"
`;

type FolderOptions = {readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number};

/**
 * Whether runs can be written there and how much is free. In a process of its own, because a network folder whose
 * server is gone keeps whoever looks at it for ever.
 */
export async function readDiskFacts(baseDir: string, options: FolderOptions): Promise<DiskFacts> {
	const answer = await askTool('sh', ['-c', SCRIPT, 'sh', resolve(baseDir)], options);
	if (answer.kind === 'hung')
		return {baseDir, freeMiB: null, refusal: `its disk did not answer within ${answer.afterMs / 1000} s`};
	if (answer.kind === 'answered' && answer.code === REFUSED)
		return {baseDir, freeMiB: null, refusal: 'no permission, a read-only disk, or a file in its path'};
	return {baseDir, freeMiB: answer.kind === 'answered' ? parseFreeMiB(answer.stdout) : null, refusal: null};
}

/** The column Available of the last line, in blocks of 1 MiB; a disk of 0 blocks does not tell. */
function parseFreeMiB(text: string): number | null {
	const [, blocks, available] = /\s(\d+)\s+\d+\s+(\d+)\s+\S+\s+\/.*$/.exec(text.trimEnd()) ?? [];
	return blocks === undefined || blocks === '0' ? null : Number(available);
}
