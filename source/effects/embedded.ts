/**
 * Suites and workloads by their path from the package's root. Empty here, where the files themselves are read;
 * bin/build.mjs fills it so that one dist/main.js runs alone in an empty folder.
 */
export const embedded: {readonly [path: string]: string} = {};
