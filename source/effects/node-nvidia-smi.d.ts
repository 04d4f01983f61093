declare module 'node-nvidia-smi' {
	const ask: (callback: (problem: unknown, data: unknown) => void) => void;
	export = ask;
}
