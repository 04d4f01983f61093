const PRIVATE = {file: 0o600, folder: 0o700, umask: null};
/** Others of the user's group may read what a run has written, and nothing more. */
const SHARED = {file: 0o640, folder: 0o750, umask: 0o027};

let modes: typeof PRIVATE | typeof SHARED = PRIVATE;

/** From now on this process makes a run's files and folders readable for its group. */
export function shareWithGroup(): void {
	modes = SHARED;
	process.umask(SHARED.umask);
}

/** Of a file of a run. */
export const fileMode = (): number => modes.file;

/** Of a folder of a run. */
export const folderMode = (): number => modes.folder;
