import type {ExperimentResult} from '../../domain/experiment.ts';
import type {Opened, RunState} from '../../journal/state.ts';
import type {CellRecord} from '../cells.ts';
import type {CellPair, Objection} from './comparison.ts';
import {listLeaves, selectComparable} from './metrics.ts';

const MOST_NAMED = 3;

/** Why two runs are not two measurements of the same; each is a sentence, none where they are. */
export function listObjections(a: RunState, b: RunState, pairs: readonly CellPair[]): readonly Objection[] {
	if (!a.opened || !b.opened) return [];
	const [openedA, openedB] = [a.opened, b.opened];
	const all = [
		objectSameRun(openedA, openedB),
		objectNature(a, b),
		isForeign(openedA) !== isForeign(openedB) &&
			object('foreign', `Only ${isForeign(openedA) ? 'A' : 'B'} was measured by another program and imported.`),
		objectEach('suite', 'The suites differ', [[listSuites(openedA), listSuites(openedB)]]),
		objectSettings(pairs),
		objectHardware(openedA, openedB, pairs),
		objectEach('device', 'They were measured on different devices', pairs.map(readBoth(listDevices))),
		objectEach('binding', 'They were held on their nodes in different ways', pairs.map(readBoth(listBindings))),
		objectEach('data', 'They read different data', pairs.map(readBoth(listDataHashes))),
	];
	return all.filter((one) => typeof one === 'object' && one !== null);
}

const object = (kind: Objection['kind'], says: string): Objection => ({kind, says});

/** Whether `import` read it from the files of another program. */
export const isForeign = (opened: Opened): boolean =>
	(opened as Opened & {readonly foreign?: unknown}).foreign !== undefined;

const objectSameRun = (a: Opened, b: Opened): Objection | null =>
	a.token === b.token && a.at === b.at ? object('same-run', 'A and B are the same run.') : null;

function objectNature(a: RunState, b: RunState): Objection | null {
	if (a.simulated === b.simulated) return null;
	return object('simulated', `${a.simulated ? 'A' : 'B'} is simulated and the other is measured.`);
}

const listSuites = ({jobs, suite}: Opened): string =>
	[...new Set(jobs.length === 0 ? [suite] : jobs.map((job) => job.suite))].toSorted().join(', ');

function objectSettings(pairs: readonly CellPair[]): Objection | null {
	const settings = [...new Set(pairs.flatMap((pair) => pair.settings))];
	if (settings.length === 0) return null;
	const count = pairs.filter((pair) => pair.settings.length > 0).length;
	return object('settings', `In ${count} of ${pairs.length} cells they did different work: ${name(settings)}.`);
}

/** Only of what was used: the CPUs always, a GPU where a cell was on it. */
function objectHardware(a: Opened, b: Opened, pairs: readonly CellPair[]): Objection | null {
	const used = [...new Set(pairs.map((pair) => pair.a.cell.gpuId).filter((id) => id !== null))];
	const nameGpu = ({topology}: Opened, id: number): string =>
		topology.gpus.find(({index}) => index === id)?.name ?? 'none';
	const parts = [
		[a.topology.cpuModel, b.topology.cpuModel] as const,
		...used.map((id) => [`GPU ${id} ${nameGpu(a, id)}`, `GPU ${id} ${nameGpu(b, id)}`] as const),
	];
	return objectEach('hardware', 'The hardware differs', parts);
}

function objectEach(
	kind: Objection['kind'],
	what: string,
	values: readonly (readonly [a: string, b: string])[],
): Objection | null {
	const unlike = values.filter(([a, b]) => a !== b && a !== '' && b !== '').map(([a, b]) => `${a} against ${b}`);
	return unlike.length === 0 ? null : object(kind, `${what}: ${name([...new Set(unlike)])}.`);
}

const name = (items: readonly string[]): string =>
	[...items.slice(0, MOST_NAMED), ...(items.length > MOST_NAMED ? [`and ${items.length - MOST_NAMED} more`] : [])].join(
		'; ',
	);

const readBoth =
	(read: (cell: CellRecord) => string) =>
	({a, b}: CellPair): readonly [string, string] => [read(a), read(b)];

const listResults = (cell: CellRecord): readonly ExperimentResult[] =>
	selectComparable(cell).map(([, result]) => result);

const join = (values: readonly string[]): string => [...new Set(values)].toSorted().join(' and ');

const listDevices = (cell: CellRecord): string => join(listResults(cell).flatMap(({device}) => device ?? []));

const listBindings = ({records}: CellRecord): string => join(records.map(({experiment}) => experiment.binding.kind));

const DATA_HASH = /(^|[._])(data|dataset|input|corpus)_?(hash|sha\d*|checksum|digest|md5)$/i;

const listDataHashes = (cell: CellRecord): string =>
	join(
		listResults(cell).flatMap(({effective, metrics}) =>
			[...listLeaves(effective), ...listLeaves(metrics)]
				.filter(([path]) => DATA_HASH.test(path))
				.map(([path, value]) => `${path} ${value}`),
		),
	);
