import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {provideWorkload} from '../effects/provide-workload.ts';

/** Tells the bundled workload of this version from every other one. */
export async function hashWorkload(): Promise<string> {
	const path = provideWorkload('vit_pipeline.py', process.env);
	return createHash('sha256')
		.update(await readFile(path))
		.digest('hex');
}
