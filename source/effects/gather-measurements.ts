import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {foldJournal} from '../journal/fold.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {createGathering, type Gathered} from '../report/figures/measurements.ts';
import {readChunks} from './journal-file.ts';
import {TELEMETRY} from './run-store.ts';

/** What figures show of a run's measurements, read line by line; nothing where the file is missing. */
export function gatherMeasurements(folder: string, state: RunState): Gathered {
	const from = state.opened?.at ?? 0;
	const gathering = createGathering({from, to: findEnd(state), startedAt: listStarts(state)});
	const path = join(folder, TELEMETRY);
	if (existsSync(path)) foldJournal<void>(readChunks(path), (_, event) => gathering.take(event), undefined);
	return gathering.finish();
}

/** Measurements of a run that goes on, or was killed, are later than its last fact: only what facts tell of is drawn. */
const findEnd = (state: RunState): number => state.closed?.at ?? state.at;

function listStarts(state: RunState): ReadonlyMap<string, number> {
	const starts = [...iterate(state.experiments)].flatMap(({experiment, stage}) =>
		stage.kind === 'committed' && stage.startedAt !== null ? [[experiment.id, stage.startedAt] as const] : [],
	);
	return new Map(starts);
}
