import {z} from 'zod';

const id = z.string().min(1).max(500);
const reason = z.string().trim().min(1).max(500);
const lane = z.string().min(1).max(100);

/** What a person asks of a run that goes on, from a key, a command or another machine. */
export const controlRequestSchema = z.discriminatedUnion('kind', [
	/** Without a lane every lane, those that come later too; `now` suspends what runs where that is safe. */
	z.strictObject({
		kind: z.literal('pause'),
		lane: lane.optional(),
		now: z.boolean().optional(),
		reason: reason.optional(),
	}),
	/** Without a lane the run and every lane that somebody or a rule paused. */
	z.strictObject({kind: z.literal('continue'), lane: lane.optional()}),
	z.strictObject({kind: z.literal('skip'), ids: z.array(id).min(1), reason: reason.optional()}),
	/** Of a kind of failure (`timeout`), everything that failed or was postponed or skipped, or exactly these. */
	z.strictObject({
		kind: z.literal('retry'),
		what: z.union([
			z.strictObject({ids: z.array(id).min(1)}),
			z.strictObject({failure: z.string().min(1).max(100)}),
			z.literal('failed'),
			z.literal('postponed'),
			z.literal('skipped'),
		]),
		reason: reason.optional(),
	}),
	/** To another lane, or within its own: `up` and `down` by one. Neither said: to the one of its kind with the least to do. */
	z.strictObject({
		kind: z.literal('move'),
		id,
		lane: lane.optional(),
		place: z.enum(['first', 'last', 'up', 'down']).optional(),
	}),
	z.strictObject({kind: z.literal('postpone'), ids: z.array(id).min(1), reason: reason.optional()}),
	/** Overrides as `warpdeck run` takes them; what they expand to waits behind everything else. */
	z.strictObject({kind: z.literal('add'), overrides: z.array(z.string().max(10_000)).min(1).max(1000)}),
	z.strictObject({kind: z.literal('set'), maxWorkers: z.int().positive().max(10_000)}),
	/** Epoch ms, null for none; `said` is what the person wrote. */
	z.strictObject({kind: z.literal('set-deadline'), deadline: z.int().positive().nullable(), said: z.string().max(100)}),
	/** To a phase of a campaign: what its gate asks a person, that it passes all the same, or that what follows its pause starts. */
	z.strictObject({kind: z.literal('approve'), phase: z.string().min(1).max(200)}),
	/** When a campaign has cost enough; null: never, absent: as before. */
	z.strictObject({
		kind: z.literal('set-budget'),
		stopUsd: z.number().positive().nullable().optional(),
		stopHours: z.number().positive().nullable().optional(),
	}),
	/** Start nothing more. */
	z.strictObject({kind: z.literal('drain')}),
	/** End what runs too. */
	z.strictObject({kind: z.literal('stop')}),
	/** End it at once. */
	z.strictObject({kind: z.literal('kill')}),
]);

export type ControlRequest = z.output<typeof controlRequestSchema>;
export type RequestOf<K extends ControlRequest['kind']> = Extract<ControlRequest, {kind: K}>;
