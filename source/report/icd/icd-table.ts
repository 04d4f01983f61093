export type IcdValue = string | number | boolean | null;

/** Every digit is kept, and nothing stands where nothing is known. */
export type IcdTable = {readonly columns: readonly string[]; readonly rows: readonly (readonly IcdValue[])[]};

/** RFC 4180; the marks of a run that was not measured here on hardware are columns, so that no line loses them. */
export function formatCsv({columns, rows}: IcdTable, marks: IcdMarks): string {
	const lines = [[...columns, 'simulated', 'foreign'], ...rows.map((row) => [...row, marks.simulated, marks.foreign])];
	return `${lines.map((line) => line.map(quote).join(',')).join('\n')}\n`;
}

/** `foreign` is whose results they are. */
export type IcdMarks = {readonly simulated: boolean; readonly foreign: string | null};

function quote(value: IcdValue): string {
	const text = String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
