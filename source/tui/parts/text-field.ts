/** A line that is being typed; `cursor` counts characters before it. */
export type TextField = {readonly text: string; readonly cursor: number};

export const createTextField = (text = ''): TextField => ({text, cursor: [...text].length});

type Edited = {readonly field: TextField; readonly end: 'typing' | 'accepted' | 'cancelled'};

/** What a key, as `readKeys` names it, does to the line: the keys of every shell's line. */
export function editText(field: TextField, key: string): Edited {
	if (key === 'enter') return {field, end: 'accepted'};
	if (key === 'escape') return {field, end: 'cancelled'};
	return {field: change(field, key), end: 'typing'};
}

function change(field: TextField, key: string): TextField {
	const letters = [...field.text];
	const {cursor} = field;
	const keep = (before: readonly string[], after: readonly string[]): TextField => ({
		text: [...before, ...after].join(''),
		cursor: before.length,
	});
	const [before, after] = [letters.slice(0, cursor), letters.slice(cursor)];
	switch (key) {
		case 'backspace':
			return keep(before.slice(0, -1), after);
		case 'delete':
			return keep(before, after.slice(1));
		case 'left':
			return {...field, cursor: Math.max(0, cursor - 1)};
		case 'right':
			return {...field, cursor: Math.min(letters.length, cursor + 1)};
		case 'home':
		case 'ctrl-a':
			return {...field, cursor: 0};
		case 'end':
		case 'ctrl-e':
			return {...field, cursor: letters.length};
		case 'ctrl-u':
			return keep([], after);
		case 'ctrl-k':
			return keep(before, []);
		case 'ctrl-w':
			return keep([...before.join('').replace(/\S+\s*$/u, '')], after);
		default:
			return [...key].length === 1 ? keep([...before, key], after) : field;
	}
}
