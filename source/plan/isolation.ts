import type {Experiment} from '../domain/experiment.ts';
import {isNamed, type Workload} from '../domain/workload.ts';

type Served = Pick<Experiment, 'device' | 'params'> & {readonly workload: Workload};

/** A compiler keeps its graphs and its limits for as long as its process, and a command of the suite's own serves nobody. */
export const canServe = ({workload, device, params}: Served): boolean =>
	answersRequests(workload) && device !== 'cpu-reference' && params.compile_model !== true;

const answersRequests = (workload: Workload): boolean =>
	workload === 'vit_pipeline' || (isNamed(workload) && workload.serves === true);
