import type {DatabaseSync} from 'node:sqlite';
import type {Capture, GlobalId} from '../report/profile/capture.ts';
import type {NsysSchema} from './nsys-schema.ts';

type Seen = {readonly pid: number; readonly cudaId: number; readonly gpuId: number};

/**
 * Operations name a GPU by its number in CUDA, which each process counts for itself: two processes with a GPU each both
 * call theirs 0.
 */
export function readGpus(db: DatabaseSync, schema: NsysSchema): Pick<Capture, 'gpus' | 'gpuOf'> {
	const seen = readSeen(db, schema);
	const byDevice = new Map(seen.map(({cudaId, gpuId}) => [cudaId, gpuId]));
	const byProcess = new Map(seen.map(({pid, cudaId, gpuId}) => [`${pid} ${cudaId}`, gpuId]));
	return {
		gpus: readNamed(db, schema, new Set(byDevice.size === 0 ? [] : byProcess.values())),
		gpuOf: (process, device) => {
			const own = process === null ? undefined : byProcess.get(`${readPid(process)} ${device}`);
			return own ?? byDevice.get(device) ?? device;
		},
	};
}

/** The process's own number is in the middle 24 bits. */
const readPid = (process: GlobalId): number => Number((BigInt(process) >> 24n) & 0xffffffn);

function readSeen(db: DatabaseSync, {hasTable}: NsysSchema): readonly Seen[] {
	if (!hasTable('TARGET_INFO_CUDA_DEVICE')) return [];
	return db.prepare('SELECT pid, cudaId, gpuId FROM TARGET_INFO_CUDA_DEVICE WHERE gpuId IS NOT NULL').all() as Seen[];
}

/** Those that a process used; all where nobody says. */
function readNamed(db: DatabaseSync, {hasTable, column}: NsysSchema, used: ReadonlySet<number>): Capture['gpus'] {
	const table = 'TARGET_INFO_GPU';
	if (!hasTable(table)) return [];
	const rows = db
		.prepare(
			`SELECT id, ${column(table, 'name')} AS name, ${column(table, 'busLocation')} AS bus FROM ${table} ORDER BY id`,
		)
		.all() as {id: number; name: string | null; bus: string | null}[];
	return rows
		.filter(({id}) => used.size === 0 || used.has(id))
		.map(({id, name, bus}) => ({device: id, name, busLocation: bus}));
}
