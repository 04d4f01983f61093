import type {Plan} from '../plan/plan.ts';
import {describeWithout} from '../plan/profile-notices.ts';
import type {Room} from './check-room.ts';
import {estimateDiskMiB} from './estimate.ts';

/** Leaves profiles out where their reports would fill the disk that the timed passes write to. */
export function affordProfiles(plan: Plan, {diskFreeMiB, baseDir}: Room): Plan {
	const profiler = plan.experiments.find(({role}) => role === 'profile')?.profiler;
	const needMiB = estimateDiskMiB(plan);
	if (profiler === undefined || diskFreeMiB === null || needMiB <= diskFreeMiB) return plan;
	const experiments = plan.experiments.filter(({role}) => role !== 'profile');
	const reason = `would make it up to ${needMiB} MiB, and ${baseDir} has ${diskFreeMiB} MiB free`;
	const notice = describeWithout(profiler, reason, 'output.base_dir=FOLDER on another disk');
	return {...plan, experiments, notices: [...plan.notices, notice]};
}
