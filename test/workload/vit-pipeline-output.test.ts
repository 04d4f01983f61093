import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {evaluateInPython, skipWithoutTorch, smallArguments} from './run-workloads.ts';

/** One Python process answers everything here, because importing PyTorch takes longer than the answers. */
const questions = `
import json, torch, vit_pipeline

def load(overrides):
    options = vit_pipeline.parse(${JSON.stringify(smallArguments())} + overrides.split())
    pipeline = vit_pipeline.Pipeline(torch, options, torch.device("cpu"))
    pipeline.load()
    return pipeline

def compare(overrides):
    pipeline = load(overrides)
    pipeline.run("test", 12, lambda rows: None)
    with torch.no_grad():
        expected = [pipeline.model(pipeline.source(index, 4)) for index in range(3)]
    last = pipeline.slots[2 % len(pipeline.slots)].host
    return [torch.equal(pipeline.first_output, expected[0]), torch.equal(last, expected[2]), torch.equal(expected[0], expected[2]), list(last.shape)]

def run_no_op():
    pipeline = load("--vit-depth 0")
    pipeline.run("test", 4, lambda rows: None)
    return torch.equal(pipeline.first_output, pipeline.source(0, 4))

def go_round_the_pool():
    pipeline = load("--memory-size-mb 1")
    slots = len(pipeline.inputs)
    return [slots, torch.equal(pipeline.source(slots, 4), pipeline.source(0, 4)), torch.equal(pipeline.source(1, 4), pipeline.source(0, 4))]

def count_landed(overrides):
    pipeline, landed, running = load(overrides), [], []
    forward = pipeline.forward
    pipeline.forward = lambda batch: running.append(len(batch)) or forward(batch)
    pipeline.run("test", 10, lambda rows: landed.append([rows, len(running) >= len(landed) + 1]))
    return landed

def fail_on_a_stream():
    pipeline = load("")
    def explode(batch): raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    pipeline.module = explode
    try:
        pipeline.run("test", 40, lambda rows: None)
    except RuntimeError as error:
        return vit_pipeline.classify(error)

not_finite = torch.full((3,), float("nan"))
answers = {
    "async": compare(""), "sync": compare("--pipeline-mode sync"), "deep": compare("--queue-depth 3"),
    "noOp": run_no_op(), "slots": go_round_the_pool(), "landed": count_landed(""), "failure": fail_on_a_stream(),
    "checksum": vit_pipeline.checksum(torch, not_finite, vit_pipeline.make_tile(torch, 0)),
}
print(json.dumps(answers))
`;

suite('What comes back to host memory', {skip: skipWithoutTorch}, () => {
	const answers = skipWithoutTorch ? {} : (evaluateInPython(questions) as Readonly<Record<string, unknown>>);

	for (const mode of ['async', 'sync', 'deep']) {
		test(`is what the model alone gives for each batch, all tokens of it (${mode})`, () => {
			assert.deepEqual(answers[mode], [true, true, false, [4, 2, 128]]);
		});
	}

	test('is the batch itself at depth 0', () => {
		assert.equal(answers.noOp, true);
	});

	test('repeats with the slots of the pool, and no sooner', () => {
		assert.deepEqual(answers.slots, [21, true, false]);
	});

	test('is counted as progress only after it was computed', () => {
		assert.deepEqual(answers.landed, [
			[4, true],
			[4, true],
			[2, true],
		]);
	});

	test('gives no checksum when it is not finite', () => {
		assert.equal(answers.checksum, null);
	});

	test('or fails: an error on a stream reaches whoever waits for the batch, and is recognised', () => {
		assert.equal(answers.failure, 'cuda_oom');
	});
});
