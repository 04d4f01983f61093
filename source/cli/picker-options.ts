import type {PickerOption} from '../tui/picker-source.ts';

/** Settings that the picker offers without typing; what each one may be comes from the schema of suites. */
export const PICKER_OPTIONS: readonly PickerOption[] = [
	{key: 'experiment.hardware.device', name: 'device', values: null, note: ''},
	{key: 'experiment.hardware.binding', name: 'binding', values: null, note: ''},
	{key: 'experiment.profiler', name: 'profiler', values: null, note: ''},
];
