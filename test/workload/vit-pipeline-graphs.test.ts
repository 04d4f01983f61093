import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {evaluateInPython, skipWithoutTorch, smallArguments} from './run-workloads.ts';

/**
 * CUDA's part is played by a recorder: while it captures, the streams write down what they are told, and a replay does
 * it in that order. Everything else, which batches a graph holds and how they are counted, is the workload's own.
 */
const questions = `
import concurrent.futures, json, time, torch, vit_pipeline

class Recorder(vit_pipeline.HostStream):
    steps = None

    def run(self, work):
        super().run(work) if Recorder.steps is None else Recorder.steps.append(work)

    def wait(self, event):
        if Recorder.steps is None: super().wait(event)

    def record(self, event):
        super().record(event) if Recorder.steps is None else Recorder.steps.append(lambda: stamp(event))

def stamp(event):
    event.moment = concurrent.futures.Future()
    event.moment.set_result(time.perf_counter())

class Replay:
    def __init__(self, steps): self.steps = steps
    def pool(self): return None
    def replay(self):
        for step in self.steps: step()

def capture(pipeline, stream, work, memory=None):
    pipeline.forget_batches()
    Recorder.steps = steps = []
    work()
    Recorder.steps = None
    pipeline.forget_batches()
    return Replay(steps)

vit_pipeline.HostStream, vit_pipeline.capture = Recorder, capture

def run(overrides, warmup, least_s=0):
    options = vit_pipeline.parse(${JSON.stringify(smallArguments())} + overrides.split())
    pipeline = vit_pipeline.Pipeline(torch, options, torch.device("cpu"))
    pipeline.load()
    pipeline.batches = graphs = vit_pipeline.Graphs(pipeline, (warmup, options.num_samples, vit_pipeline.first_rows(options)))
    warmed_up = pipeline.run("warmup", warmup).samples
    window = pipeline.run("test", options.num_samples, None, least_s)
    pipeline.run("first", vit_pipeline.first_rows(options))
    first = torch.equal(pipeline.newest[-1].target, pipeline.plain_output(pipeline.source(0, vit_pipeline.first_rows(options))))
    checked = vit_pipeline.check_output(torch, pipeline)
    pipeline.close()
    return {"size": graphs.batches_a_graph, "whole": len(graphs.whole), "rests": sorted(graphs.rests), "warmedUp": warmed_up,
            "samples": window.samples, "passes": window.passes, "batches": len(window.latency_ms), "first": first, "checked": checked,
            "ordered": window.ended_ms == sorted(window.ended_ms)}

print(json.dumps({
    "even": run("--num-samples 64", 4),
    "uneven": run("--num-samples 150 --queue-depth 3", 10),
    "small": run("--num-samples 3", 8),
    "long": run("--num-samples 32 --memory-size-mb 1", 32, 1),
    "noOp": run("--num-samples 40 --vit-depth 0", 4),
    "sizes": [vit_pipeline.choose_graph_size(batches) for batches in (0, 1, 7, 10, 100, 101, 64)],
}))
`;

suite('CUDA graphs of several batches', {skip: skipWithoutTorch}, () => {
	type Told = {readonly [name: string]: unknown};
	const told = skipWithoutTorch ? {} : (evaluateInPython(questions) as Readonly<Record<string, Told>>);
	const equal = {output_max_abs_diff: 0, output_max_rel_diff: 0};

	test('hold as many batches as divide a pass, 100 at most, and never none', () => {
		assert.deepEqual(told.sizes, [1, 1, 7, 10, 100, 100, 64]);
	});

	test('lie over the pool one after the other, and a single one serves a warm-up that fills none', () => {
		const {ordered, ...even} = told.even ?? {};
		assert.deepEqual(even, {
			size: 16,
			whole: 8,
			rests: [4],
			warmedUp: 4,
			samples: 64,
			passes: 1,
			batches: 16,
			first: true,
			checked: equal,
		});
		assert.equal(ordered, true);
	});

	test('leave the rest of a pass and a partial last batch to a graph of their own', () => {
		const {size, rests, warmedUp, samples, batches, first, checked} = told.uneven ?? {};
		assert.deepEqual([size, rests, warmedUp, samples, batches], [37, [2, 4, 10], 10, 150, 38]);
		assert.deepEqual([first, checked], [true, equal]);
	});

	test('serve a pass that is smaller than one batch', () => {
		const {size, whole, rests, warmedUp, samples, batches, first} = told.small ?? {};
		assert.deepEqual([size, whole, rests, warmedUp, samples, batches, first], [1, 8, [3], 8, 3, 1, true]);
	});

	test('are replayed pass after pass, each only after it has landed', () => {
		const {passes, samples, batches, whole, ordered} = told.long ?? {};
		assert.ok(Number(passes) >= 2, String(passes));
		assert.deepEqual([samples, batches, whole], [32 * Number(passes), 8 * Number(passes), 2]);
		assert.equal(ordered, true);
	});

	test('copy a batch back as it came at depth 0', () => {
		const {first, checked} = told.noOp ?? {};
		assert.deepEqual([first, checked], [true, equal]);
	});
});
