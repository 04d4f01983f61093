import type {WorkloadLine} from '../domain/workload-protocol.ts';

/** A line of the workload protocol, as a workload prints it. */
export const tell = (line: WorkloadLine): string => `::warpdeck ${JSON.stringify(line)}`;
