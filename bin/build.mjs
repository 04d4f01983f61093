import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {copyFile, mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {isBuiltin} from 'node:module';
import {dirname, join, relative, resolve, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EMBEDDED_FILES = /\.(ya?ml|py)$/;
const NVML_STARTER = 'source/effects/nvml-process.ts';
const ARCHITECTURES = ['x64', 'arm64'];
/** esbuild keeps `require` of CommonJS packages for Node's own modules; an ES module has none unless it makes one. */
const BANNER =
	"import {createRequire as createRequireOfBundle} from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** Yoga reads its own bytes with `fetch` where there is one, and Node's takes 20 ms to load; nothing here asks a network. */
const HIDE_FETCH =
	"Object.defineProperty(globalThis, 'fetch', {value: undefined, configurable: true, writable: true});";

/** Six packages make a segmenter when they are loaded, which takes 30 ms; most screens have no letter that needs one. */
const SPARE_SEGMENTERS = `{
	const Segmenter = Intl.Segmenter;
	Intl.Segmenter = class {
		constructor(...wanted) { this.wanted = wanted; }
		segment(text) { return (this.made ??= new Segmenter(...this.wanted)).segment(text); }
	};
}`;

/** The file may be copied alone to a machine with an older Node, where no launcher stands before it. */
const REFUSE_OLD_NODE = `{
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 22 || (major === 22 && minor < 13)) {
		process.stderr.write('warpdeck needs Node 22.13 or newer; this is ' + process.versions.node + '.\\n  try: install Node 24, or: npm ci in a checkout of warpdeck, which brings one\\n');
		process.exit(3);
	}
}`;

async function bundle(entryPoint, target) {
	const {metafile} = await build({
		metafile: true,
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
		banner: {js: `${REFUSE_OLD_NODE}\n${BANNER}\n${HIDE_FETCH}\n${SPARE_SEGMENTERS}`},
		loader: {'.yaml': 'text', '.py': 'text'},
		// Its other form asks for its parts in a way that no bundler follows.
		alias: {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'},
		plugins: [
			takeBuiltinsDirectly,
			measureAsWeDo,
			loadWhenCalled,
			omitDevtools,
			omitLocales,
			importInkTable,
			embedFiles,
			requireKoffi('import.meta.dirname'),
			drawBeside,
		],
	});
	if (!Object.hasOwn(metafile.inputs, NVML_STARTER)) return;
	await putNvmlBeside(dirname(resolve(ROOT, target)));
	await putDrawingBeside(dirname(resolve(ROOT, target)));
	await writeFile(join(dirname(resolve(ROOT, target)), 'LICENSES.txt'), nameLicences(BUNDLED_PACKAGES));
}

/** What draws figures is twice the program, and only a report loads it. */
async function putDrawingBeside(folder) {
	await build({
		absWorkingDir: ROOT,
		entryPoints: ['source/effects/drawing.ts'],
		outfile: join(folder, 'drawing.js'),
		bundle: true,
		platform: 'node',
		target: 'node22',
		format: 'esm',
		minify: true,
		legalComments: 'none',
		logLevel: 'warning',
		banner: {js: BANNER},
		plugins: [findDrawingFiles],
	});
	await mkdir(join(folder, 'drawing'), {recursive: true});
	for (const [name, path] of Object.entries(DRAWING_FILES)) {
		await copyFile(join(ROOT, 'node_modules', path), join(folder, 'drawing', name));
	}
	await writeFile(join(folder, 'drawing/LICENSES.txt'), nameLicences(DRAWING_PACKAGES));
}

const DRAWING_FILES = {
	'regular.ttf': 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
	'bold.ttf': 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
	'resvg.wasm': '@resvg/resvg-wasm/index_bg.wasm',
	'LICENSE-dejavu.txt': 'dejavu-fonts-ttf/LICENSE',
};

/** Packages that `dist/drawing.js` is made of, as their licences ask to be named. */
const DRAWING_PACKAGES = ['vega', 'vega-lite', '@resvg/resvg-wasm', 'pdfkit', 'svg-to-pdfkit', 'fontkit'];

/** In the program itself, and installed by nobody. */
const BUNDLED_PACKAGES = ['hyparquet'];

function nameLicences(packages) {
	const lines = packages.map((name) => {
		const {version, license, repository} = JSON.parse(
			readFileSync(join(ROOT, `node_modules/${name}/package.json`), 'utf8'),
		);
		return `${name} ${version}: ${license}, ${repository?.url ?? repository ?? 'see the registry of npm'}`;
	});
	return `${lines.join('\n')}\n`;
}

/** A process of its own reads NVML: it is small because it is no part of the program, and the program runs without it. */
async function putNvmlBeside(folder) {
	await build({
		absWorkingDir: ROOT,
		entryPoints: ['source/effects/nvml-child.ts'],
		outfile: join(folder, 'nvml.cjs'),
		bundle: true,
		platform: 'node',
		target: 'node22',
		format: 'cjs',
		minify: true,
		legalComments: 'none',
		logLevel: 'warning',
		plugins: [requireKoffi('__dirname')],
	});
	for (const arch of ARCHITECTURES) await copyKoffi(arch, join(folder, `koffi/linux_${arch}`));
	await copyFile(join(ROOT, 'node_modules/koffi/LICENSE.txt'), join(folder, 'koffi/LICENSE.txt'));
}

async function copyKoffi(arch, folder) {
	const packaged = `@koromix/koffi-linux-${arch}`;
	const home = existsSync(join(ROOT, 'node_modules', packaged))
		? join(ROOT, 'node_modules', packaged)
		: fetchPackage(packaged);
	if (home === null) return;
	await mkdir(folder, {recursive: true});
	await copyFile(join(home, `linux_${arch}/koffi.node`), join(folder, 'koffi.node'));
}

/** npm installs a binary for this processor only; the others come once, and are what the lock file says. */
function fetchPackage(packaged) {
	const {version, integrity} = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages[
		`node_modules/${packaged}`
	];
	const cache = join(ROOT, 'node_modules/.cache', `${packaged.replace('/', '-')}-${version}`);
	if (existsSync(join(cache, 'package'))) return join(cache, 'package');
	mkdirSync(cache, {recursive: true});
	try {
		const said = execFileSync('npm', ['pack', '--json', `${packaged}@${version}`], {
			cwd: cache,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const archive = join(cache, JSON.parse(said.toString())[0].filename);
		const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
		if (`sha512-${hash}` !== integrity) throw new Error(`${packaged} is not what package-lock.json says`);
		execFileSync('tar', ['-xzf', archive, '-C', cache]);
		return join(cache, 'package');
	} catch (error) {
		process.stderr.write(
			`warning: dist has no ${packaged}, there GPUs are watched by nvidia-smi: ${error.message.split('\n')[0]}\n`,
		);
		return null;
	}
}

/** In the program itself the import stays an import, of the file beside it. */
const drawBeside = {
	name: 'draw-beside',
	setup({onResolve}) {
		onResolve({filter: /^\.\/drawing\.ts$/}, () => ({path: './drawing.js', external: true}));
	},
};

const findDrawingFiles = {
	name: 'find-drawing-files',
	setup({onLoad}) {
		onLoad({filter: /source[/\\]effects[/\\]drawing-files\.ts$/}, () => ({
			contents: `import {readFileSync} from 'node:fs';
				import {join} from 'node:path';
				const FILES = {regular: 'regular.ttf', bold: 'bold.ttf', resvg: 'resvg.wasm'};
				export const readDrawingFile = (name) => readFileSync(join(import.meta.dirname, 'drawing', FILES[name]));`,
		}));
	},
};

/** An import of one of Node's own modules reads all that it exports, among it what Node loads only when it is asked for. */
const takeBuiltinsDirectly = {
	name: 'take-builtins-directly',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(node:)?[a-z_/]+$/}, ({path}) =>
			isBuiltin(path) ? {path: path.replace(/^(?!node:)/, 'node:'), namespace: 'builtin'} : undefined,
		);
		onLoad({filter: /.*/, namespace: 'builtin'}, ({path}) => ({
			contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
		}));
	},
};

/** Ink measures text as we do: both agree on every letter, and its own way takes 45 ms of a start. */
const measureAsWeDo = {
	name: 'measure-as-we-do',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^string-width$/}, ({path}) => ({path, namespace: 'width'}));
		onLoad({filter: /.*/, namespace: 'width'}, () => ({
			contents: `import {stripVTControlCharacters} from 'node:util';
				import {displayWidth} from './fit.ts';
				export default (text) => displayWidth(text.includes('\\u001b') ? stripVTControlCharacters(text) : text);`,
			resolveDir: join(ROOT, 'source/tui/parts'),
		}));
	},
};

/** A function each, which few screens call: what stands behind them loads node:crypto and node:child_process. */
const CALLED = {
	'object-hash': "exports.sha1 = (value) => require('object-hash').sha1(value);",
	'terminal-size': "export default () => require('terminal-size').default();",
};

const loadWhenCalled = {
	name: 'load-when-called',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(object-hash|terminal-size)$/}, ({path, namespace, resolveDir}) =>
			namespace === 'called' ? undefined : {path, namespace: 'called', pluginData: resolveDir},
		);
		onLoad({filter: /.*/, namespace: 'called'}, ({path, pluginData}) => ({
			contents: CALLED[path],
			resolveDir: pluginData,
		}));
	},
};

/** Ink loads the devtools only when DEV=true; leaving them external would still evaluate the import. */
const omitDevtools = {
	name: 'omit-devtools',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'empty'}));
		onLoad({filter: /.*/, namespace: 'empty'}, () => ({contents: 'export default {};'}));
	},
};

/** Forty languages of messages that nobody is shown are an eighth of the file, and every start would read them. */
const omitLocales = {
	name: 'omit-locales',
	setup({onLoad}) {
		onLoad({filter: /zod[/\\]v4[/\\]locales[/\\]index\.js$/}, ({path}) => ({
			contents: "export {default as en} from './en.js';",
			resolveDir: join(path, '..'),
		}));
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

/** koffi's own search would look into node_modules, which are not there; `folder` is code that gives the bundle's folder. */
const requireKoffi = (folder) => ({
	name: 'require-koffi',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^koffi$/}, ({path}) => ({path, namespace: 'koffi'}));
		onLoad({filter: /.*/, namespace: 'koffi'}, () => ({
			contents: `export default require(${folder} + '/koffi/' + process.platform + '_' + process.arch + '/koffi.node');`,
		}));
	},
});

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

/**
 * `node bin/build.mjs [entry] [outfile]`: one file that runs alone, and beside it what reads NVML. The arguments serve the
 * tests of this build and the benchmark.
 */
const [entry = 'source/cli/main.ts', outfile = 'dist/main.js'] = process.argv.slice(2);
await bundle(entry, outfile).catch(() => {
	// esbuild has already said what is wrong, and where.
	process.exitCode = 1;
});
