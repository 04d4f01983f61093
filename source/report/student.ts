const MOST_STEPS = 60;

/**
 * P(|T| > |t|) of Student's t with a whole number of degrees of freedom, by the finite series of Abramowitz and Stegun,
 * "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4. "Student", "The probable error of a mean",
 * Biometrika 6 (1908), 1-25.
 */
export const computeTwoSidedP = (t: number, freedom: number): number =>
	Math.max(0, 1 - computeCentre(Math.atan(Math.abs(t) / Math.sqrt(freedom)), freedom));

/** P(T > t), as `computeTwoSidedP`. */
export const computeUpperP = (t: number, freedom: number): number => {
	const half = computeTwoSidedP(t, freedom) / 2;
	return t > 0 ? half : 1 - half;
};

/** P(|T| <= t), where tan(angle) is t / sqrt(freedom). */
function computeCentre(angle: number, freedom: number): number {
	const isOdd = freedom % 2 === 1;
	const cosine = Math.cos(angle);
	let term = isOdd ? cosine : 1;
	let sum = freedom === 1 ? 0 : term;
	for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
		term *= ((k - 1) / k) * cosine ** 2;
		sum += term;
	}
	return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** Every comparison of a run asks for the same few, with each new fact. */
const found = new Map<string, number>();

/** The t that T exceeds with probability `tail` (at most 0.5), found by halving the angle whose tangent it is. */
export function findUpperQuantile(tail: number, freedom: number): number {
	const key = `${tail} ${freedom}`;
	const known = found.get(key) ?? Math.sqrt(freedom) * Math.tan(findAngle(1 - 2 * tail, freedom));
	found.set(key, known);
	return known;
}

function findAngle(centre: number, freedom: number): number {
	let [below, above] = [0, Math.PI / 2];
	for (let step = 0; step < MOST_STEPS; step++) {
		const middle = (below + above) / 2;
		if (computeCentre(middle, freedom) < centre) below = middle;
		else above = middle;
	}
	return (below + above) / 2;
}
