import type {Experiment} from '../domain/experiment.ts';
import type {Workload} from '../domain/suite.ts';

type Served = Pick<Experiment, 'device' | 'params'> & {readonly workload: Workload};

/** A compiler keeps its graphs and its limits for as long as its process, and a command of the suite's own serves nobody. */
export const canServe = ({workload, device, params}: Served): boolean =>
	workload === 'vit_pipeline' && device !== 'cpu-reference' && params.compile_model !== true;
