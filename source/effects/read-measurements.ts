import {existsSync} from 'node:fs';
import type {MeasurementEvent} from '../journal/event.ts';
import {isMeasurement} from '../journal/event.ts';
import {foldJournal} from '../journal/fold.ts';
import {readChunks} from './journal-file.ts';

/** The measurements of a run, in order; none where the file is missing, because nothing depends on them. */
export function readMeasurements(path: string): readonly MeasurementEvent[] {
	if (!existsSync(path)) return [];
	const measurements: MeasurementEvent[] = [];
	foldJournal(
		readChunks(path),
		(known, event) => {
			if (isMeasurement(event)) known.push(event);
			return known;
		},
		measurements,
	);
	return measurements;
}
