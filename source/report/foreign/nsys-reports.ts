import {describeResult, type ForeignCell, type ForeignTree, type Found, nameFile} from './foreign-run.ts';

const REPORT = /\.(nsys-rep|sqlite)$/;
/** `pipeline_` is what a guide promised, and what the shell scripts before it wrote. */
const PLACE = /^(?:pipeline_|h2d_d2h_)?gpu(\d+)_numa(\d+)(?:_(.+?))?(?:_compiled)?$/;
const SHAPE = /vit(\d+)x(\d+)x(\d+)/;

export const isReport = (path: string): boolean => REPORT.test(path);

const nameStem = (path: string): string => nameFile(path).replace(/(\.nsys-rep)?\.(nsys-rep|sqlite)$/, '');

/** Reports that no record speaks of: their names are all that is read of them. */
export function readReportNames(tree: ForeignTree, known: ReadonlySet<string>): Found {
	const stems = Map.groupBy(
		tree.names.filter((path) => isReport(path) && !known.has(nameStem(path))),
		nameStem,
	);
	if (stems.size === 0) return {runs: [], problems: []};
	const cells = [...stems].map(([stem, paths]) => readName(stem, paths));
	return {
		problems: [],
		runs: [
			{
				kind: 'nsys-reports',
				name: tree.name,
				limits: ['names of files alone: nothing in them was read', 'under nsys', 'one run a cell'],
				notes: ['What the reports hold is read by: warpdeck analyze FOLDER'],
				cells,
				sources: [],
				config: {},
			},
		],
	};
}

function readName(stem: string, paths: readonly string[]): ForeignCell {
	const [, gpu, node, model] = PLACE.exec(stem) ?? [];
	const [, patch, depth, dim] = SHAPE.exec(stem) ?? [];
	const shape = patch === undefined ? {} : {patch_size: Number(patch), depth: Number(depth), dim: Number(dim)};
	return {
		name: stem,
		block: 1,
		model: model ?? (gpu === undefined ? stem : null),
		gpuId: gpu === undefined ? null : Number(gpu),
		numaNode: node === undefined ? null : Number(node),
		params: {...shape, ...(stem.endsWith('_compiled') ? {compile_model: true} : {})},
		axes: {},
		source: paths[0] ?? stem,
		result: describeResult({
			status: 'invalid',
			reason: 'only the name of its report is known; what is in it: warpdeck analyze FOLDER',
			profiled: 'nsys',
			metrics: {reports: [...paths]},
		}),
	};
}
