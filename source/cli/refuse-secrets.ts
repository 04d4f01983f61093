import {UserError} from '../domain/errors.ts';
import {holdsSecret, isSecretName, listSecrets, type Variables} from '../domain/secrets.ts';
import {isCommand, listTexts} from '../domain/workload.ts';
import type {Composition} from '../plan/compose.ts';

/** A command is written down with its run, and has to be the same when that is resumed; so no secret may stand in it. */
export function refuseSecrets({jobs}: Composition, env: Variables): void {
	const secrets = listSecrets(env);
	for (const {suite, suiteName} of jobs) {
		const {workload} = suite.experiment;
		if (!isCommand(workload)) continue;
		const name = Object.entries(workload.env).find(([key, value]) => isSecretName(key) && isLiteral(value))?.[0];
		if (name !== undefined) throw refuse(suiteName, `env.${name}`, name);
		if (!listTexts(workload).some((text) => holdsSecret(text, secrets))) continue;
		throw refuse(
			suiteName,
			'command',
			secrets.find((secret) => holdsSecret(listTexts(workload).join('\n'), [secret]))?.name,
		);
	}
}

/** Numbers, switches and placeholders are nobody's secret. */
const isLiteral = (value: string): boolean => value.length >= 8 && !/^[\d.]+$/.test(value) && !value.includes(`\${`);

const refuse = (suiteName: string, key: string, name = 'TOKEN'): UserError =>
	new UserError(`${suiteName}: experiment.workload.${key} holds a secret, which would be written down with the run.`, {
		tryThis: [
			`experiment.workload.env_from=[${name}]   (it reaches the program, and its value is never stored)`,
			`export ${name}=…`,
		],
	});
