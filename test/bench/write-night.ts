import {closeSync, openSync, writeSync} from 'node:fs';
import {tellNight} from './story-of-a-night.ts';

/** `node write-night.mjs FILE` */
const file = openSync(process.argv[2] ?? '', 'w');
for (const lines of tellNight()) writeSync(file, lines);
closeSync(file);
