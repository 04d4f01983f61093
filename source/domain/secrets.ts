/** Words of a variable's name whose value is nobody's business. */
const SECRET_WORD =
	/(^|_)(TOKENS?|KEYS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|PAT|COOKIE)(_|$)|(TOKEN|APIKEY|SECRET|PASSWORD)$/i;
/** They hold a path or a folder, whatever else their names say. */
const PATH_WORD = /(^PWD$|^OLDPWD$|_(FILE|PATH|DIR|SOCK|FOLDER)$)/i;

/** Forms that tokens of well-known services have. */
const TOKEN_FORM =
	/\b(hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b/g;

/** A shorter one would be found in words that have nothing to do with it. */
const SHORTEST = 8;

export type Variables = {readonly [name: string]: string | undefined};

/** Whether a variable holds a token, a key or a password, by its name. */
export const isSecretName = (name: string): boolean => SECRET_WORD.test(name) && !PATH_WORD.test(name);

/** A secret of the user's environment, which nothing that warpdeck writes may hold. */
type Secret = {readonly name: string; readonly value: string};

/** The longest first, because one may hold another. */
export const listSecrets = (env: Variables): readonly Secret[] =>
	Object.entries(env)
		.flatMap(([name, value = '']) => (isSecretName(name) && isTelling(value) ? [{name, value}] : []))
		.toSorted((a, b) => b.value.length - a.value.length);

/** `MAX_KEYS=100000000` is no secret. */
const isTelling = (value: string): boolean => value.trim().length >= SHORTEST && !/^[\d.,\s-]+$/.test(value);

/** The text with the name of a secret in the place of its value; the same text where it has none. */
function hideSecrets(text: string, secrets: readonly Secret[]): string {
	const hidden = secrets.reduce(
		(rest, {name, value}) =>
			listForms(value).reduce((line, form) => line.replaceAll(form, `[${name} is not stored]`), rest),
		text,
	);
	return hidden.replace(TOKEN_FORM, '[a token is not stored]');
}

/** Looks through the environment once, because a run writes thousands of texts. */
export function createHider(env: Variables): (text: string) => string {
	const secrets = listSecrets(env);
	return (text) => hideSecrets(text, secrets);
}

/** As it is, and as JSON writes it. */
const listForms = (value: string): readonly string[] => [...new Set([JSON.stringify(value).slice(1, -1), value])];

/** What a log may hold of them. */
export const listHiddenForms = (secrets: readonly Secret[]): readonly string[] =>
	secrets.flatMap(({value}) => listForms(value));

export const holdsSecret = (text: string, secrets: readonly Secret[]): boolean => hideSecrets(text, secrets) !== text;
