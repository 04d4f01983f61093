import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {verifyArchive} from '../../source/effects/run-archive.ts';
import {readPresence} from '../../source/effects/run-presence.ts';
import {fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 60_000;
const RUN = ['run', 'waiting', '--suites', fixtureSuites] as const;

const modeOf = (path: string): number => statSync(path).mode & 0o777;

suite('what somebody finds in the morning who said beforehand how to be told', () => {
	let place: Workplace;
	let server: Server;
	const posted: {readonly [name: string]: string}[] = [];
	const told = (): string => readFileSync(join(place.folder, 'told'), 'utf8');

	/** `${…}` is warpdeck's own here. */
	const set = (archive: string): void => {
		mkdirSync(join(place.folder, 'settings'), {recursive: true});
		const command = `sh -c 'printf "%s|" "$@" >> "$0"' ${join(place.folder, 'told')} $\{event} $\{text} $\{suite} $\{run}`;
		const {port} = server.address() as AddressInfo;
		const settings = {
			...{'notify.command': command, 'notify.webhook': `http://127.0.0.1:${port}/hook`},
			...{'run.share': 'group', 'run.archive': archive},
		};
		writeFileSync(join(place.folder, 'settings/config.json'), JSON.stringify(settings));
	};

	before(async () => {
		place = makeWorkplace();
		server = createServer(async (request, response) => {
			let text = '';
			for await (const chunk of request) text += chunk;
			posted.push(JSON.parse(text));
			response.end();
		});
		await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
	});
	after(() => {
		writeFileSync(join(place.folder, 'released'), '');
		server.closeAllConnections();
		server.close();
		place.remove();
	});

	test('the group may read the run and nobody else ask anything of it; command and webhook were told; it is kept', async () => {
		set(join(place.folder, 'kept'));
		await runProgram(place, [...RUN, '--detach']);
		const run = await findRunFolder(place);
		await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);
		const {control} = JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8')) as {readonly control: string};

		assert.deepEqual([run, join(run, 'logs'), join(run, 'results')].map(modeOf), [0o750, 0o750, 0o750]);
		assert.deepEqual(
			[modeOf(join(run, 'journal.jsonl')), modeOf(control), modeOf(join(control, '..'))],
			[0o640, 0o600, 0o700],
		);

		writeFileSync(join(place.folder, 'released'), '');
		await until(() => readPresence(run, Date.now()).kind !== 'alive', 'it ends', PATIENCE_MS);
		const archived = () =>
			existsSync(join(run, 'runner.log')) &&
			/^archived: (.*)$/m.exec(readFileSync(join(run, 'runner.log'), 'utf8'))?.[1];
		await until(() => Boolean(archived()), 'it is kept', PATIENCE_MS);

		const text = 'waiting finished: 2 ok';
		assert.equal(told(), `finished|${text}|waiting|${run}|`);
		assert.deepEqual(posted, [{event: 'finished', suite: 'waiting', text, run}]);
		const [kept = '', ...others] = readdirSync(join(place.folder, 'kept')).map((name) =>
			join(place.folder, 'kept', name),
		);
		assert.deepEqual(others, []);
		const {manifest, faults} = await verifyArchive(kept);
		assert.deepEqual([faults, manifest.missing, manifest.live], [[], [], false]);
		assert.equal(manifest.lastSeq, readWholeJournal(run).at(-1)?.seq);
	});

	test('an archive that cannot be written is said before and after, and costs the run nothing', async () => {
		set(join(place.folder, 'notes/archives'));
		const {code, stderr} = await runProgram(place, [...RUN, '--headless', '--fresh']);
		const journal = readWholeJournal(await findRunFolder(place));

		assert.equal(code, 0, stderr);
		assert.match(stderr, /warning: the run was not archived: .*notes/);
		assert.match(told(), /not-archived\|waiting was not archived: /);
		assert.ok(
			journal.some((fact) => fact.type === 'noted' && fact.message.startsWith('The run cannot be archived in ')),
		);
		assert.equal(journal.at(-1)?.type, 'closed');
	});
});
