import {type Finding, note, ok} from './finding.ts';

/** What ends a process that nobody ends, as far as this machine tells. */
export type FateFacts = {
	/** KillUserProcesses of systemd-logind, for this user; null where it is not known, or there is no systemd. */
	readonly killsUserProcesses: boolean | null;
	/** The control group that it lives in: of a login, of the user's own systemd, or neither. */
	readonly group: 'login' | 'user manager' | 'other';
	/** Whether the user's systemd outlives the last logout. */
	readonly lingers: boolean;
	/** Number of the Slurm job that it runs in. */
	readonly slurmJob: string | null;
	/** Name of the shell that is process 1, as in a container that was started with a shell. */
	readonly firstShell: string | null;
};

const NAME = 'after logout';

/** Whether a run outlives its terminal here, and what to type where it does not. */
export function judgeFate(facts: FateFacts): Finding {
	const {killsUserProcesses, group, lingers, slurmJob, firstShell} = facts;
	if (slurmJob !== null) {
		return note(
			NAME,
			`a run ends with the Slurm job ${slurmJob}, and that with its allocation`,
			"sbatch --wrap 'warpdeck run … --headless'",
		);
	}
	if (firstShell !== null) {
		return note(
			NAME,
			`a run ends with this container, whose first process is the shell ${firstShell}`,
			'docker run -d … sleep infinity, then docker exec -it … warpdeck run …',
		);
	}
	if (group === 'login' && killsUserProcesses === true) {
		return note(
			NAME,
			'systemd ends a run with its login (KillUserProcesses=yes)',
			'loginctl enable-linger, then systemd-run --user --scope warpdeck run …',
		);
	}
	if (group === 'user manager' && !lingers) {
		return note(NAME, 'systemd ends a run with your last login, because you do not linger', 'loginctl enable-linger');
	}
	return ok(NAME, 'a run goes on');
}

/** One line for whoever starts a run that will be ended; null where it will not. */
export const warnOfFate = ({says, mend}: Finding): string | null =>
	mend === null ? null : `Here ${says}. To let it outlive that: ${mend}`;
