/** What keeps a GPU's clock down; an idle GPU is no case of it. */
type Throttle = {
	/** `slowdown`: the hardware protects itself. `power`: the limit of power is reached. `setting`: somebody chose it. */
	readonly kind: 'slowdown' | 'power' | 'setting';
	/** Whether a rest cures it; a brake that a power supply puts on may last all night. */
	readonly isHeat: boolean;
	readonly words: string;
};

const IDLE = 0x1n;

/** Bits and meanings of nvmlClocksEventReason* in NVIDIA's nvml.h, the worst first. */
const REASONS: readonly (Throttle & {readonly bit: bigint})[] = [
	{bit: 0x40n, kind: 'slowdown', isHeat: true, words: 'HW thermal slowdown'},
	{bit: 0x80n, kind: 'slowdown', isHeat: false, words: 'HW power brake'},
	{bit: 0x8n, kind: 'slowdown', isHeat: false, words: 'HW slowdown'},
	{bit: 0x20n, kind: 'slowdown', isHeat: true, words: 'SW thermal slowdown'},
	{bit: 0x4n, kind: 'power', isHeat: false, words: 'SW power cap'},
	{bit: 0x2n, kind: 'setting', isHeat: false, words: 'application clock setting'},
	{bit: 0x10n, kind: 'setting', isHeat: false, words: 'sync boost'},
	{bit: 0x100n, kind: 'setting', isHeat: false, words: 'display clock setting'},
];
const KNOWN = REASONS.reduce((mask, {bit}) => mask | bit, IDLE);

/** Decodes the driver's hexadecimal mask; null when there is none, a bit that nvml.h does not name stays a number. */
export function readThrottles(mask: string | null): readonly Throttle[] | null {
	if (mask === null || !/^0x[\da-f]{1,16}$/i.test(mask)) return null;
	const bits = BigInt(mask);
	const unknown = bits & ~KNOWN;
	const known = REASONS.filter(({bit}) => (bits & bit) !== 0n).map(({bit: _, ...throttle}): Throttle => throttle);
	return unknown === 0n
		? known
		: [...known, {kind: 'setting', isHeat: false, words: `reason 0x${unknown.toString(16)}`}];
}

/** Bounds that operators know; a driver that tells its own slowdown margin is not asked for it yet. */
const HOT_CELSIUS = 80;
const CRITICAL_CELSIUS = 90;

/** null when the temperature is unknown. */
export function judgeHeat(celsius: number | null): 'normal' | 'hot' | 'critical' | null {
	if (celsius === null) return null;
	if (celsius >= CRITICAL_CELSIUS) return 'critical';
	return celsius >= HOT_CELSIUS ? 'hot' : 'normal';
}
