import {embedded} from '../../source/effects/embedded.ts';

/** Bundled and started by bundle.test.ts: the smallest program that has a headless way and a way with a screen. */
const reads: string[] = [];
process.env = new Proxy(process.env, {
	get: (variables, name) => {
		reads.push(String(name));
		return variables[String(name)];
	},
});

if (process.argv[2] === 'draw') {
	const {drawTable} = await import('./bundle-screen.tsx');
	console.log(drawTable());
}

/** Ink looks for DEV while its module is evaluated, and nothing else here does. */
console.log(`ink evaluated: ${reads.includes('DEV')}`);
console.log(`embedded: ${Object.keys(embedded).join(' ')}`);
