/** How this very program was started, loaders included. */
export const listOwnCommand = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
