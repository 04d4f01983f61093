import {toFile, toMetric, toSamples} from '../domain/command-output.ts';
import type {CommandOutput} from '../domain/command-output-keys.ts';

type Fill = (text: string) => string;
type Paths = {
	readonly json?: string | undefined;
	readonly csv?: string | undefined;
	readonly parquet?: string | undefined;
};

/** What a command leaves, with the placeholders of its paths filled for one experiment. */
export function fillOutput(output: CommandOutput, fill: Fill): CommandOutput {
	const {metrics, samples, files} = output;
	return {
		...output,
		...(metrics && {
			metrics: Object.fromEntries(
				Object.entries(metrics).map(([name, rule]) => [name, fillPaths(toMetric(rule), fill)]),
			),
		}),
		...(samples && {samples: fillPaths(toSamples(samples), fill)}),
		...(files && {files: files.map((rule) => ({...toFile(rule), path: fill(toFile(rule).path)}))}),
	};
}

/** Texts in which placeholders are filled. */
export const listOutputTexts = ({metrics = {}, samples, files = []}: CommandOutput): readonly string[] => [
	...Object.values(metrics).flatMap((rule) => listPaths(toMetric(rule))),
	...(samples === undefined ? [] : listPaths(toSamples(samples))),
	...files.map((rule) => toFile(rule).path),
];

const listPaths = ({json, csv, parquet}: Paths): readonly string[] =>
	[json, csv, parquet].filter((path) => path !== undefined);

function fillPaths<Rule extends Paths>(rule: Rule, fill: Fill): Rule {
	const {json, csv, parquet} = rule;
	return {
		...rule,
		...(json === undefined ? {} : {json: fill(json)}),
		...(csv === undefined ? {} : {csv: fill(csv)}),
		...(parquet === undefined ? {} : {parquet: fill(parquet)}),
	};
}
