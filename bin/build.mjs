import {readdir, readFile} from 'node:fs/promises';
import {join, relative, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EMBEDDED_FILES = /\.(ya?ml|py)$/;
/** esbuild keeps `require` of CommonJS packages for Node's own modules; an ES module has none unless it makes one. */
const BANNER =
	"import {createRequire as createRequireOfBundle} from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** The file may be copied alone to a machine with an older Node, where no launcher stands before it. */
const REFUSE_OLD_NODE = `{
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 22 || (major === 22 && minor < 13)) {
		process.stderr.write('warpdeck needs Node 22.13 or newer; this is ' + process.versions.node + '.\\n  try: install Node 24, or: npm ci in a checkout of warpdeck, which brings one\\n');
		process.exit(3);
	}
}`;

async function bundle(entryPoint, target) {
	await build({
		absWorkingDir: ROOT,
		entryPoints: [entryPoint],
		outfile: target,
		bundle: true,
		platform: 'node',
		target: 'node22',
		format: 'esm',
		jsx: 'automatic',
		minify: true,
		legalComments: 'none',
		logLevel: 'warning',
		define: {'process.env.NODE_ENV': '"production"'},
		banner: {js: `${REFUSE_OLD_NODE}\n${BANNER}`},
		loader: {'.yaml': 'text', '.py': 'text'},
		plugins: [omitDevtools, importInkTable, embedFiles],
	});
}

/** Ink loads the devtools only when DEV=true; leaving them external would still evaluate the import. */
const omitDevtools = {
	name: 'omit-devtools',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'empty'}));
		onLoad({filter: /.*/, namespace: 'empty'}, () => ({contents: 'export default {};'}));
	},
};

/** Needs no way round Node's loader, as parts/ink-table.ts does; ink comes first, so that its awaits are over by then. */
const importInkTable = {
	name: 'import-ink-table',
	setup({onLoad}) {
		onLoad({filter: /source[/\\]tui[/\\]parts[/\\]ink-table\.ts$/}, ({path}) => ({
			contents:
				"import 'ink';\nimport inkTable from 'ink-table';\nexport const InkTable = inkTable.default ?? inkTable;\n",
			resolveDir: join(path, '..'),
		}));
	},
};

const embedFiles = {
	name: 'embed-files',
	setup({onLoad}) {
		onLoad({filter: /source[/\\]effects[/\\]embedded\.ts$/}, async () => ({
			contents: `export const embedded = ${JSON.stringify(await readEmbedded())};`,
			loader: 'js',
		}));
	},
};

async function readEmbedded() {
	const entries = await readdir(join(ROOT, 'suites'), {recursive: true, withFileTypes: true});
	const paths = entries
		.filter((entry) => entry.isFile() && EMBEDDED_FILES.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
	const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
	return Object.fromEntries(paths.map((path, index) => [relative(ROOT, path).split(sep).join('/'), texts[index]]));
}

/** `node bin/build.mjs [entry] [outfile]`: one file that runs alone; the arguments serve the tests of this build. */
const [entry = 'source/cli/main.ts', outfile = 'dist/main.js'] = process.argv.slice(2);
await bundle(entry, outfile).catch(() => {
	// esbuild has already said what is wrong, and where.
	process.exitCode = 1;
});
