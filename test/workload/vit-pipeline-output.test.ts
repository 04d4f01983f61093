import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {evaluateInPython, skipWithoutTorch, smallArguments} from './run-workloads.ts';

/** One Python process answers everything here, because importing PyTorch takes longer than the answers. */
const questions = `
import json, torch, _workload, vit_pipeline

def load(overrides):
    options = vit_pipeline.parse(${JSON.stringify(smallArguments())} + overrides.split())
    pipeline = vit_pipeline.Pipeline(torch, options, torch.device("cpu"))
    pipeline.load()
    return pipeline

def compare(overrides):
    pipeline = load(overrides)
    pipeline.run("first", 4)
    first = pipeline.newest[-1].target.clone()
    pipeline.run("test", 12)
    with torch.no_grad():
        expected = [pipeline.model(pipeline.source(index, 4)) for index in range(3)]
    last = pipeline.newest[-1].target
    return [torch.equal(first, expected[0]), torch.equal(last, expected[2]), torch.equal(expected[0], expected[2]), list(last.shape)]

def compare_with_textbook():
    pipeline = load("")
    model, images = pipeline.model, pipeline.source(0, 4)
    with torch.no_grad():
        patches = torch.nn.functional.unfold(images, 32, stride=32).transpose(1, 2)
        x = torch.cat([model.cls.expand(4, -1, -1), model.embed(patches)], 1) + model.positions
        for block in model.blocks:
            query, key, value = (part.unflatten(-1, (4, 32)).transpose(1, 2) for part in block.qkv(block.norm1(x)).chunk(3, -1))
            mixed = (query @ key.transpose(-2, -1) / 32 ** 0.5).softmax(-1) @ value
            x = x + block.project(mixed.transpose(1, 2).flatten(2))
            x = x + block.narrow(torch.nn.functional.gelu(block.widen(block.norm2(x))))
        return float((model(images) - model.norm(x)).abs().max())

def check(spoil):
    pipeline = load("")
    spoil(pipeline)
    try:
        return vit_pipeline.check_output(torch, pipeline)
    except vit_pipeline.Refusal as refusal:
        return [refusal.kind, refusal.exit_code]

def spoil_forward(pipeline):
    module = pipeline.module
    pipeline.module = lambda batch: module(batch) * 1.001

def run_no_op():
    pipeline = load("--vit-depth 0")
    pipeline.run("test", 4)
    return torch.equal(pipeline.newest[-1].target, pipeline.source(0, 4))

def go_round_the_pool():
    pipeline = load("--memory-size-mb 1")
    slots = len(pipeline.ring)
    return [slots, torch.equal(pipeline.source(slots, 4), pipeline.source(0, 4)), torch.equal(pipeline.source(1, 4), pipeline.source(0, 4))]

def count_landed(overrides):
    pipeline, landed, running = load(overrides), [], []
    forward = pipeline.forward
    pipeline.forward = lambda batch: running.append(len(batch)) or forward(batch)
    progress = vit_pipeline.Progress(10, 1000)
    progress.count = lambda rows: landed.append([rows, len(running) >= len(landed) + 1])
    pipeline.run("test", 10, progress)
    return landed

def fail_on_a_stream():
    pipeline = load("")
    def explode(batch): raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    pipeline.module = explode
    try:
        pipeline.run("test", 40)
    except RuntimeError as error:
        return _workload.classify(error)

not_finite = torch.full((3,), float("nan"))
answers = {
    "async": compare(""), "sync": compare("--pipeline-mode sync"), "deep": compare("--queue-depth 3"),
    "textbook": compare_with_textbook(), "checked": check(lambda pipeline: None), "spoilt": check(spoil_forward),
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

	test('is what a ViT computes that is written as the textbook has it', () => {
		assert.ok(Number(answers.textbook) < 1e-5, String(answers.textbook));
	});

	test('is compared with a plain forward pass on fresh inputs', () => {
		assert.deepEqual(answers.checked, {output_max_abs_diff: 0, output_max_rel_diff: 0});
	});

	test('fails the experiment when it differs from that', () => {
		assert.deepEqual(answers.spoilt, ['wrong-output', 1]);
	});

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
