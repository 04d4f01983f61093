import {listInvalid} from '../domain/experiment.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

type Repeat = {readonly kind: 'repeat'; readonly id: string; readonly reason: string};

/**
 * Invalid results of which nothing was repeated yet. Each gets one more attempt by itself: what is invalid twice has a
 * cause that a person must find. Among the latest ends, because this is asked again with every one of them.
 */
export function findRepeats(state: RunState): readonly Repeat[] {
	return state.ends.flatMap((position) => {
		const record = getAt(state.experiments, position);
		const reason = record && isRepeatable(state, record) ? describeReason(record) : null;
		return record && reason !== null ? [{kind: 'repeat', id: record.experiment.id, reason}] : [];
	});
}

/** Not under a profiler, which would be there again, and not where nothing starts any more. */
function isRepeatable({repeats, lanes}: RunState, {experiment, stage}: ExperimentRecord): boolean {
	return (
		stage.kind === 'committed' &&
		stage.result.status === 'invalid' &&
		stage.result.profiled === undefined &&
		!repeats.has(experiment.id) &&
		lanes.get(experiment.lane)?.quarantined === null
	);
}

const describeReason = ({stage}: ExperimentRecord): string =>
	stage.kind === 'committed' ? listInvalid(stage.result).join('; ') : '';
