#!/usr/bin/env python3
"""Measures a ViT inference pipeline: pinned host memory -> GPU -> forward pass -> host, on CUDA or on a CPU.

Prints lines for people and `::warpdeck {json}` lines for warpdeck (docs/workload-protocol.md). Every value under
`effective` is read back from the objects that ran. `--describe` prints the parameters and metrics as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import math
import mmap
import os
import sys
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Iterator, NamedTuple, NoReturn

TILE_LENGTH = 1048573  # prime, so that rows of no usual width line up with the tile
RUN_AHEAD = 64  # batches that the host may enqueue before it waits for the oldest
MIB = 1 << 20


class Parameter(NamedTuple):
    flag: str
    key: str
    default: Any
    help: str
    least: int = 1
    choices: tuple[str, ...] = ()


PARAMETERS = (
    Parameter("--device", "device", "auto", "where to compute; auto takes CUDA when PyTorch sees it", choices=("auto", "cuda", "cpu")),
    Parameter("--gpu-id", "gpu_id", 0, "CUDA ordinal among the visible GPUs", least=0),
    Parameter("--shape", "tensor_shape", [3, 224, 224], "channels, height and width of one sample"),
    Parameter("--num-samples", "num_samples", 1000, "samples to measure"),
    Parameter("--batch-size", "batch_size", 10, "samples in a batch; the last batch may hold fewer"),
    Parameter("--warmup-samples", "warmup_samples", 100, "samples to run before the measurement", least=0),
    Parameter("--memory-size-mb", "memory_size_mb", 512, "size of the host pool that holds the inputs, in MiB"),
    Parameter("--vit-patch-size", "patch_size", 32, "side of a square patch in pixels"),
    Parameter("--vit-depth", "depth", 6, "transformer blocks; 0 runs no model and copies the batch back", least=0),
    Parameter("--vit-heads", "heads", 8, "attention heads; must divide the dim"),
    Parameter("--vit-dim", "dim", 512, "width of a token"),
    Parameter("--vit-mlp-dim", "mlp_dim", 2048, "width inside the MLP of a block"),
    Parameter("--sync-frequency", "sync_frequency", 10, "completed batches between two Progress lines"),
    Parameter("--skip-warmup", "skip_warmup", False, "same as --warmup-samples 0"),
    Parameter("--deterministic", "deterministic", False, "ask PyTorch for deterministic algorithms"),
    Parameter("--no-pin-memory", "no_pin_memory", False, "leave host buffers pageable"),
    Parameter("--fill-pattern", "fill_pattern", "random", "content of the inputs", choices=("random", "sequential", "zeros")),
    Parameter("--compile-model", "compile_model", False, "run the model through torch.compile"),
    Parameter("--compile-mode", "compile_mode", "default", "mode of torch.compile", choices=("default", "reduce-overhead", "max-autotune")),
    Parameter("--pipeline-mode", "pipeline_mode", "async", "three overlapping streams, or one with a wait after each batch", choices=("async", "sync")),
    Parameter("--preprocessing-mode", "preprocessing_mode", "none", "where samples are normalised", choices=("none", "cpu", "gpu")),
    Parameter("--queue-depth", "queue_depth", 2, "batches in flight with pipeline mode async"),
    Parameter("--seed", "seed", 0, "seed of inputs and weights", least=0),
    Parameter("--name", "name", "", "a label, repeated in the ready line"),
    Parameter("--nsys-report", "nsys_report", "", "accepted for old scripts and without effect"),
)
METRICS = {
    "samples": "samples measured",
    "batches": "batches measured",
    "window_s": "wall time from the end of the warm-up to the final synchronise",
    "throughput_samples_per_s": "samples / window_s",
    "h2d_bytes": "bytes copied to the device in the window",
    "d2h_bytes": "bytes copied back from the device in the window",
    "output_checksum": "position-weighted mean of the first measured batch's output; null if it is not finite",
    "peak_gpu_memory_mib": "most memory that PyTorch had allocated on the GPU; null on a CPU",
    "peak_host_memory_mib": "most resident memory of this process",
    "startup_s": "from the start of the process to the start of the warm-up",
    "compiled_graphs": "graphs that torch.compile made; null when the model ran eagerly",
    "graph_breaks": "places where torch.compile had to leave the graph; null when it was not asked",
}


class Refusal(Exception):
    """An end that the user can do something about; the message says what to type next."""

    def __init__(self, kind: str, message: str, exit_code: int = 2):
        super().__init__(message)
        self.kind, self.exit_code = kind, exit_code


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(event: str, **fields: Any) -> None:
    say("::warpdeck " + json.dumps({"event": event, **fields}, allow_nan=False))


def parse(argv: list[str]) -> argparse.Namespace:
    """Reads the command line; raises Refusal for anything unknown, out of range or contradictory."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.error = refuse_usage  # type: ignore[method-assign]
    for flag, key, default, text, _, choices in PARAMETERS:
        if isinstance(default, bool):
            parser.add_argument(flag, dest=key, action="store_true", help=text)
        elif isinstance(default, list):
            parser.add_argument(flag, dest=key, type=int, nargs=3, default=default, metavar=("C", "H", "W"), help=text)
        elif key == "nsys_report":
            parser.add_argument(flag, dest=key, nargs="?", const="yes", default=default, help=text)
        else:
            parser.add_argument(flag, dest=key, type=type(default), default=default, choices=choices or None, help=text)
    options = parser.parse_args(argv)
    if options.skip_warmup:
        options.warmup_samples = 0
    check(options)
    return options


def refuse_usage(message: str) -> NoReturn:
    raise Refusal("config", f"{message}. --help lists what this workload takes")


def check(options: argparse.Namespace) -> None:
    for flag, key, default, _, least, _ in PARAMETERS:
        if type(default) is int and getattr(options, key) < least:
            raise Refusal("config", f"{flag} is {getattr(options, key)}; give {least} or more")
    if min(options.tensor_shape) < 1:
        raise Refusal("config", f"--shape is {options.tensor_shape}; give three sizes of 1 or more, such as 3 224 224")
    if options.depth > 0 and options.dim % options.heads:
        raise Refusal("config", f"--vit-heads {options.heads} does not divide --vit-dim {options.dim}; try --vit-heads {math.gcd(options.heads, options.dim)}")
    batch_mib = 4 * options.batch_size * math.prod(options.tensor_shape) / MIB
    if batch_mib > options.memory_size_mb:
        raise Refusal("config", f"a pool of {options.memory_size_mb} MiB does not hold one batch of {batch_mib:.1f} MiB; try --memory-size-mb {math.ceil(batch_mib)}")


def make_tile(torch: Any, seed: int, device: Any = "cpu") -> Any:
    """TILE_LENGTH numbers in [-1, 1) from a 32-bit hash of position and seed; the Node reference makes the same."""
    mask = 0xFFFFFFFF
    x = (torch.arange(TILE_LENGTH, dtype=torch.int64, device=device) + (seed * 0x9E3779B9 & mask)) & mask
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & mask
    x = ((x ^ (x >> 15)) * 0x45D9F3B5) & mask
    x = x ^ (x >> 16)
    return (x >> 8).to(torch.float32).div_(1 << 23).sub_(1)


def fill(torch: Any, target: Any, tile: Any, which: int, scale: float = 1.0, base: float = 0.0) -> None:
    """Fills a contiguous tensor from the tile, starting at an offset that belongs to the tensor's number."""
    offset = which * 611953 % TILE_LENGTH
    rolled = torch.cat([tile[offset:], tile[:offset]]).mul_(scale).add_(base)
    flat = target.detach().view(-1)
    for start in range(0, flat.numel(), TILE_LENGTH):
        part = flat[start : start + TILE_LENGTH]
        part.copy_(rolled[: part.numel()])


def fill_weights(torch: Any, model: Any, tile: Any) -> None:
    """Matrices get 1/sqrt(fan-in), class token and positions 1, biases 0.1, norm weights 1 +- 0.1."""
    for which, (name, weight) in enumerate(model.named_parameters(), start=1):
        is_norm = weight.dim() == 1 and name.endswith("weight")
        scale = {1: 0.1, 2: weight.shape[-1] ** -0.5}.get(weight.dim(), 1.0)
        fill(torch, weight, tile, which, scale, 1.0 if is_norm else 0.0)


def make_vit(torch: Any, options: argparse.Namespace, image_shape: tuple[int, ...], device: Any) -> Any:
    """A pre-norm ViT that returns all tokens: [batch, channels, height, width] -> [batch, patches + 1, dim]."""
    nn, functional = torch.nn, torch.nn.functional
    fused_attention = getattr(functional, "scaled_dot_product_attention", None)

    def linear(inputs: int, outputs: int) -> Any:
        return nn.utils.skip_init(nn.Linear, inputs, outputs, device=device)

    def attend(query: Any, key: Any, value: Any) -> Any:
        if fused_attention:
            return fused_attention(query, key, value)
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        return scores.softmax(-1) @ value

    class Block(nn.Module):
        def __init__(self, dim: int, heads: int, mlp_dim: int):
            super().__init__()
            self.heads = heads
            self.norm1, self.qkv, self.project = nn.LayerNorm(dim, device=device), linear(dim, 3 * dim), linear(dim, dim)
            self.norm2, self.widen, self.narrow = nn.LayerNorm(dim, device=device), linear(dim, mlp_dim), linear(mlp_dim, dim)

        def forward(self, x: Any) -> Any:
            batch, tokens, dim = x.shape
            qkv = self.qkv(self.norm1(x)).view(batch, tokens, 3, self.heads, dim // self.heads)
            mixed = attend(*qkv.permute(2, 0, 3, 1, 4).unbind(0))
            x = x + self.project(mixed.transpose(1, 2).reshape(batch, tokens, dim))
            return x + self.narrow(functional.gelu(self.widen(self.norm2(x))))

    class Vit(nn.Module):
        def __init__(self, patch: int, depth: int, heads: int, dim: int, mlp_dim: int):
            super().__init__()
            channels, height, width = image_shape
            self.patch = patch
            self.cls = nn.Parameter(torch.empty(1, 1, dim, device=device))
            self.positions = nn.Parameter(torch.empty(1, (height // patch) * (width // patch) + 1, dim, device=device))
            self.embed = linear(channels * patch * patch, dim)
            self.blocks = nn.ModuleList(Block(dim, heads, mlp_dim) for _ in range(depth))
            self.norm = nn.LayerNorm(dim, device=device)

        def forward(self, images: Any) -> Any:
            batch, channels, height, width = images.shape
            side, rows, columns = self.patch, height // self.patch, width // self.patch
            patches = images.view(batch, channels, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
            embedded = self.embed(patches.reshape(batch, rows * columns, channels * side * side))
            x = torch.cat([self.cls.expand(batch, -1, -1), embedded], 1) + self.positions
            for block in self.blocks:
                x = block(x)
            return self.norm(x)

    model = Vit(options.patch_size, options.depth, options.heads, options.dim, options.mlp_dim)
    return model.eval().requires_grad_(False)


class CudaStream:
    """In-order work on a CUDA stream. A mark is a CUDA event."""

    def __init__(self, torch: Any):
        self.torch, self.stream, self.failure = torch, torch.cuda.Stream(), None

    def run(self, work: Callable[[], Any]) -> None:
        with self.torch.cuda.stream(self.stream):
            work()

    def wait(self, mark: Any) -> None:
        self.stream.wait_event(mark)

    def mark(self, timed: bool = False) -> Any:
        event = self.torch.cuda.Event(enable_timing=timed)
        event.record(self.stream)
        return event


class HostMark(NamedTuple):
    """A CUDA event's three questions, asked of a moment on a host stream."""

    moment: Future

    def query(self) -> bool:
        return self.moment.done()

    def synchronize(self) -> None:
        self.moment.result()

    def elapsed_time(self, end: HostMark) -> float:
        return (end.moment.result() - self.moment.result()) * 1e3


class HostStream:
    """In-order work on a thread of its own, so that `async` overlaps on a CPU too."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.failure: BaseException | None = None

    def run(self, work: Callable[[], Any]) -> None:
        self.thread.submit(self._attempt, work)

    def wait(self, mark: HostMark) -> None:
        self.run(mark.synchronize)

    def mark(self, timed: bool = False) -> HostMark:
        return HostMark(self.thread.submit(self._now))

    def _attempt(self, work: Callable[[], Any]) -> None:
        try:
            if self.failure is None:
                work()
        except BaseException as failure:  # kept for whoever waits on a later mark
            self.failure = failure

    def _now(self) -> float:
        if self.failure:
            raise self.failure
        return time.perf_counter()


class Slot:
    """The buffers of one batch in flight, and the marks to wait for before they are used again."""

    def __init__(self, device: Any, staging: Any, host: Any):
        self.device, self.staging, self.host = device, staging, host
        self.output = self.arrived = self.free = None


class Batch(NamedTuple):
    """A batch on its way: its rows, the bytes that its two copies move, and the marks around them."""

    rows: int
    h2d_bytes: int
    d2h_bytes: int
    start: Any
    end: Any


class Landed(NamedTuple):
    """A batch whose output lies in host memory."""

    rows: int
    h2d_bytes: int
    d2h_bytes: int
    latency_ms: float


class Window(NamedTuple):
    """What came back to host memory between two synchronises."""

    samples: int
    latency_ms: tuple[float, ...]
    h2d_bytes: int
    d2h_bytes: int
    seconds: float


class Pipeline:
    """Owns pool, model and buffers. `forward` is the one place that computes, `run` the one that measures."""

    def __init__(self, torch: Any, options: argparse.Namespace, device: Any):
        self.torch, self.options, self.device = torch, options, device
        self.on_cuda = device.type == "cuda"
        self.wanted_shape = fit_to_patch(options)
        self.model = make_vit(torch, options, self.wanted_shape, device) if options.depth > 0 else None
        self.module, self.guard, self.clones_output = self.model, torch.inference_mode, False
        self.is_async = options.pipeline_mode == "async"
        self.normalised_on, self.image_shape = "none", None

    def load(self) -> None:
        """Allocates and touches everything, so that nothing is left to do inside the measurement."""
        tile = make_tile(self.torch, self.options.seed)
        self._load_pool(tile)
        if self.model is not None:
            fill_weights(self.torch, self.model, tile.to(self.device))
        streams = [CudaStream(self.torch) if self.on_cuda else HostStream() for _ in range(3 if self.is_async else 1)]
        self.h2d, self.compute, self.d2h = streams if self.is_async else streams * 3
        self.slots = [self._make_slot() for _ in range(self.options.queue_depth if self.is_async else 1)]
        self.first_output = self._host_buffer(*self.slots[0].host.shape)
        self.synchronize()

    def forward(self, batch: Any) -> Any:
        """From what lies on the device to the output, on the current stream."""
        with self.guard():
            if self.options.preprocessing_mode == "gpu":
                batch = self._prepare(batch, "gpu")
            self.image_shape = list(batch.shape[1:])
            if self.module is None:
                return batch
            output = self.module(batch)
            return output.clone() if self.clones_output else output

    def run(self, phase: str, samples: int, landed: Callable[[int], None]) -> Window:
        """Runs whole batches and a partial last one; returns when the last output lies in host memory."""
        flight: deque[Batch] = deque()
        came_back: list[Landed] = []
        began = time.perf_counter()
        with self._range(f"{phase}_double_buffer"):
            for index, first in enumerate(range(0, samples, self.options.batch_size)):
                flight.append(self._enqueue(phase, index, min(self.options.batch_size, samples - first)))
                came_back += self._land(flight, RUN_AHEAD if self.is_async else 0, landed)
            came_back += self._land(flight, 0, landed)
            self.synchronize()
        seconds = time.perf_counter() - began
        rows, h2d_bytes, d2h_bytes, latency_ms = zip(*came_back)
        return Window(sum(rows), latency_ms, sum(h2d_bytes), sum(d2h_bytes), seconds)

    def source(self, index: int, rows: int) -> Any:
        """Batch number `index` as it lies in the pool."""
        return self.inputs[index % len(self.inputs)][:rows]

    def synchronize(self) -> None:
        if self.on_cuda:
            self.torch.cuda.synchronize()
        else:
            for stream in (self.h2d, self.compute, self.d2h):
                stream.mark().synchronize()

    def _enqueue(self, phase: str, index: int, rows: int) -> Batch:
        slot = self.slots[index % len(self.slots)]
        target = (self.first_output if phase == "test" and index == 0 else slot.host)[:rows]
        arriving = slot.device[:rows]
        with self._range(f"{phase}_batch_{index}"):
            source = self._stage(slot, self.source(index, rows))
            with self._range(f"{phase}_h2d_batch_{index}"):
                if slot.free is not None:
                    self.h2d.wait(slot.free)
                start = self.h2d.mark(timed=True)
                self.h2d.run(lambda: arriving.copy_(source, non_blocking=True))
                slot.arrived = self.h2d.mark()
            with self._range(f"{phase}_compute_batch_{index}"):
                self.compute.wait(slot.arrived)
                with self._range(f"noop_compute_{index}" if self.model is None else f"{phase}_vit_forward_{index}"):
                    self.compute.run(lambda: setattr(slot, "output", self.forward(arriving)))
                computed = self.compute.mark()
            with self._range(f"{phase}_d2h_batch_{index}"):
                self.d2h.wait(computed)
                self.d2h.run(lambda: target.copy_(slot.output, non_blocking=True))
                slot.free = self.d2h.mark(timed=True)
        return Batch(rows, bytes_of(source), bytes_of(target), start, slot.free)

    def _land(self, flight: deque[Batch], limit: int, landed: Callable[[int], None]) -> Iterator[Landed]:
        """Takes out what has finished, waiting only while more than `limit` batches are in flight."""
        while flight and (len(flight) > limit or flight[0].end.query()):
            batch = flight.popleft()
            batch.end.synchronize()
            landed(batch.rows)
            yield Landed(batch.rows, batch.h2d_bytes, batch.d2h_bytes, round(batch.start.elapsed_time(batch.end), 4))

    def _stage(self, slot: Slot, raw: Any) -> Any:
        if slot.staging is None:
            return raw
        if slot.arrived is not None:
            slot.arrived.synchronize()  # the previous batch may still be copied out of this buffer
        return slot.staging[: len(raw)].copy_(self._prepare(raw, "cpu"))

    def _prepare(self, batch: Any, where: str) -> Any:
        if tuple(batch.shape[1:]) != self.wanted_shape:
            resize = self.torch.nn.functional.interpolate
            batch = resize(batch, size=self.wanted_shape[1:], mode="bilinear", align_corners=False)
        if self.options.preprocessing_mode == where:
            self.normalised_on = where
            batch = (batch - 0.5) / 0.5
        return batch

    def _load_pool(self, tile: Any) -> None:
        """Allocates the pool, fills it to its last byte, pins it, and cuts it into [slots, batch, C, H, W]."""
        options, torch = self.options, self.torch
        say(f"Allocating {options.memory_size_mb} MB CPU memory pool...")
        pool = map_memory(torch, options.memory_size_mb)
        say(f"CPU memory pool allocated: {bytes_of(pool) / MIB:.2f} MB\nPre-generating test data...")
        if options.fill_pattern != "zeros":
            ramp = torch.arange(TILE_LENGTH, dtype=torch.float32).div_(TILE_LENGTH)
            fill(torch, pool, tile if options.fill_pattern == "random" else ramp, 0)
        self.pool = pool if not self._pins() or pin_in_place(torch, pool) else pool.pin_memory()
        shape = (options.batch_size, *options.tensor_shape)
        slots = self.pool.numel() // math.prod(shape)
        self.inputs = self.pool[: slots * math.prod(shape)].view(slots, *shape)
        say(f"Generated {slots * options.batch_size} CPU tensors")

    def _make_slot(self) -> Slot:
        options, raw_shape = self.options, tuple(self.options.tensor_shape)
        on_host = options.preprocessing_mode == "cpu" or (options.preprocessing_mode == "none" and self.wanted_shape != raw_shape)
        arriving_shape = self.wanted_shape if on_host else raw_shape
        output_shape = self.wanted_shape if self.model is None else self.model.positions.shape[1:]
        device = self.torch.empty(options.batch_size, *arriving_shape, device=self.device)
        staging = self._host_buffer(options.batch_size, *arriving_shape) if on_host else None
        return Slot(device, staging, self._host_buffer(options.batch_size, *output_shape))

    def _host_buffer(self, *shape: int) -> Any:
        return self.torch.empty(*shape, dtype=self.torch.float32, pin_memory=self._pins())

    def _pins(self) -> bool:
        return self.on_cuda and not self.options.no_pin_memory

    def _range(self, name: str) -> contextlib.AbstractContextManager:
        return self.torch.cuda.nvtx.range(name) if self.on_cuda else contextlib.nullcontext()


def map_memory(torch: Any, mib: int) -> Any:
    """Zeros in a mapping of their own: numa_maps counts whole mappings, and PyTorch rounds pinned blocks up."""
    try:
        return torch.frombuffer(mmap.mmap(-1, mib * MIB), dtype=torch.float32).zero_()
    except (RuntimeError, OSError) as error:
        raise MemoryError(f"the host gave no pool of {mib} MiB ({error}); try a smaller --memory-size-mb") from error


def pin_in_place(torch: Any, pool: Any) -> bool:
    """Pins pages that exist already; False where the driver refuses."""
    with contextlib.suppress(RuntimeError, AttributeError):
        if int(torch.cuda.cudart().cudaHostRegister(pool.data_ptr(), bytes_of(pool), 0)) == 0:
            return True
    with contextlib.suppress(RuntimeError):
        torch.zeros(1, device="cuda").add_(1)  # CUDA reports the refusal once more at the next launch: let it be this one
    return False


def bytes_of(tensor: Any) -> int:
    return tensor.numel() * tensor.element_size()


def fit_to_patch(options: argparse.Namespace) -> tuple[int, ...]:
    """The shape that the model sees: sides rounded up to whole patches. Without a model there are no patches."""
    channels, *sides = options.tensor_shape
    side = options.patch_size if options.depth > 0 else 1
    return (channels, *(math.ceil(length / side) * side for length in sides))


def compile_model(torch: Any, pipeline: Pipeline) -> None:
    """Puts torch.compile's module into the pipeline and lets it compile for every batch shape that will come."""
    options = pipeline.options
    tell("phase", name="compile")
    say(f"Compiling ViT model (depth={options.depth}, dim={options.dim}) with mode={options.compile_mode}...")
    try:
        if not hasattr(torch, "compile"):
            raise RuntimeError(f"PyTorch {torch.__version__} has no torch.compile, 2.0 and newer have")
        dynamo_counters().clear()
        pipeline.module = torch.compile(pipeline.model, mode=options.compile_mode, dynamic=False)
        pipeline.guard = torch.no_grad
        pipeline.clones_output = pipeline.on_cuda and options.compile_mode != "default"  # a CUDA graph overwrites its output
        for rows in sorted(batch_rows(options), reverse=True):
            for _ in range(3):  # warm up, capture, replay
                pipeline.compute.run(lambda: pipeline.forward(pipeline.slots[0].device[:rows]))
                pipeline.synchronize()
        if not sum(dynamo_counters()["stats"].values()):
            raise RuntimeError("torch.compile captured nothing")
        say(f"Model compilation successful (mode={options.compile_mode})")
    except Exception as error:
        if "out of memory" in str(error):
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        pipeline.module, pipeline.guard, pipeline.clones_output = pipeline.model, torch.inference_mode, False
        pipeline.compute.failure = None
        say(f"Warning: torch.compile failed ({reason}), using non-compiled model")
        tell("degraded", reason=f"not compiled: {reason}")


def batch_rows(options: argparse.Namespace) -> set[int]:
    """The batch sizes that occur: whole batches and the partial last ones of warm-up and measurement."""
    sizes = set()
    for samples in (options.warmup_samples, options.num_samples):
        sizes |= {min(samples, options.batch_size), samples % options.batch_size}
    return sizes - {0}


def dynamo_counters() -> Any:
    return importlib.import_module("torch._dynamo.utils").counters


def compile_counts(pipeline: Pipeline) -> dict[str, int | None]:
    """PyTorch's own count of compiled graphs and breaks, or nulls when the model runs eagerly."""
    if pipeline.module is pipeline.model:
        return {"compiled_graphs": None, "graph_breaks": None}
    counters = dynamo_counters()
    return {"compiled_graphs": counters["stats"].get("unique_graphs"), "graph_breaks": sum(counters["graph_break"].values())}


class Progress:
    """Reports completed samples: a line for people every so many batches, one for warpdeck ten times a second."""

    def __init__(self, total: int, every_batches: int):
        self.total, self.every, self.done, self.batches, self.told_at = total, every_batches, 0, 0, -math.inf

    def __call__(self, rows: int) -> None:
        self.done, self.batches = self.done + rows, self.batches + 1
        if self.batches % self.every == 0:
            say(f"  Progress: {100 * self.done / self.total:.1f}% ({self.done}/{self.total})")
        if time.monotonic() - self.told_at >= 0.1 or self.done == self.total:
            self.told_at = time.monotonic()
            tell("progress", done=self.done, total=self.total)


def read_proc(path: str, key: str) -> str | None:
    """The value of the first line `key: value` of a file under /proc."""
    with contextlib.suppress(OSError), open(path) as lines:
        for line in lines:
            if line.startswith(key):
                return line.split(":", 1)[1].strip()
    return None


def cpus_allowed() -> str:
    return read_proc("/proc/self/status", "Cpus_allowed_list") or "unknown"


def find_placement(address: int) -> dict[str, Any]:
    """Pages by NUMA node of the mapping that holds the address, in the mapping's own page size."""
    try:
        with open("/proc/self/numa_maps") as maps:
            mappings = [line.split() for line in maps]
    except OSError as error:
        return {"node_pages": {}, "reason": f"this kernel shows no numa_maps ({error.strerror})"}
    below = [mapping for mapping in mappings if int(mapping[0], 16) <= address]
    fields = dict(field.split("=", 1) for field in max(below, key=lambda mapping: int(mapping[0], 16), default=[]) if "=" in field)
    pages = {key[1:]: int(count) for key, count in fields.items() if key[0] == "N" and key[1:].isdigit()}
    if not pages:
        return {"node_pages": {}, "reason": "the kernel counts no pages in this mapping"}
    return {"node_pages": pages, "page_kib": int(fields.get("kernelpagesize_kB", 4))}


def peak_host_memory_mib() -> float:
    return round(int((read_proc("/proc/self/status", "VmHWM") or "0").split()[0]) / 1024, 1)


def process_age_s() -> float:
    with open("/proc/self/stat") as stat:
        started_ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
    return round(time.clock_gettime(time.CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK"), 3)


def checksum(torch: Any, output: Any, tile: Any) -> float | None:
    """Mean of output x tile in double precision: changes with order and sign. None when it is not finite."""
    weights = torch.empty(output.numel())
    fill(torch, weights, tile, 0)
    mean = float((output.reshape(-1).double() * weights.double()).mean())
    return mean if math.isfinite(mean) else None


def uses_tf32(torch: Any) -> bool:
    return torch.get_float32_matmul_precision() != "highest" or os.environ.get("NVIDIA_TF32_OVERRIDE") == "1"


def read_effective(torch: Any, pipeline: Pipeline, warmup: int, measured: int) -> dict[str, Any]:
    """The configuration that ran. null means that the key has no meaning in this run."""
    slot, model, compiled = pipeline.slots[0], pipeline.model, pipeline.module is not pipeline.model
    block = model.blocks[0] if model else None
    return {
        "num_samples": measured, "warmup_samples": warmup, "batch_size": slot.device.shape[0],
        "memory_size_mb": bytes_of(pipeline.pool) // MIB, "tensor_shape": list(pipeline.inputs.shape[2:]),
        "image_shape": pipeline.image_shape, "compile_model": compiled if model else None,
        "compile_mode": pipeline.options.compile_mode if compiled else None,
        "patch_size": model.patch if model else None, "depth": len(model.blocks) if model else 0,
        "heads": block.heads if block else None, "dim": model.positions.shape[-1] if model else None,
        "mlp_dim": block.widen.out_features if block else None,
        "pipeline_mode": "sync" if pipeline.h2d is pipeline.d2h else "async", "preprocessing_mode": pipeline.normalised_on,
        "queue_depth": len(pipeline.slots) if pipeline.is_async else None,
        "dtype": str(next(model.parameters()).dtype if model else slot.device.dtype).replace("torch.", ""),
        "device": slot.device.device.type, "is_pinned": pipeline.pool.is_pinned(), "tf32": uses_tf32(torch),
        "deterministic": torch.are_deterministic_algorithms_enabled(), "d2h_source": "output", "threads": torch.get_num_threads(),
    }


def choose_device(torch: Any, options: argparse.Namespace) -> Any:
    """The device to use; raises Refusal when CUDA is asked for and absent."""
    sees_cuda = torch.cuda.is_available()
    if options.device == "cuda" and not sees_cuda:
        raise Refusal("no_cuda", f"CUDA not available to PyTorch {torch.__version__}; try --device cpu, or look at nvidia-smi", 1)
    if options.device == "cpu" or not sees_cuda:
        return torch.device("cpu")
    if options.gpu_id >= torch.cuda.device_count():
        raise Refusal("config", f"--gpu-id {options.gpu_id} is not among the {torch.cuda.device_count()} visible GPUs; try --gpu-id 0")
    torch.cuda.set_device(options.gpu_id)
    return torch.device("cuda", options.gpu_id)


def find_gpu_uuid(properties: Any, ordinal: int) -> str | None:
    if hasattr(properties, "uuid"):
        return "GPU-" + str(properties.uuid).replace("GPU-", "")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    return visible[ordinal] if ordinal < len(visible) and visible[ordinal].startswith("GPU-") else None


def introduce(torch: Any, options: argparse.Namespace, device: Any) -> None:
    """Says what computes, in A3's lines and in the ready line."""
    cpu_name = read_proc("/proc/cpuinfo", "model name") or "unknown CPU"
    properties = torch.cuda.get_device_properties(device) if device.type == "cuda" else None
    name = properties.name if properties else cpu_name
    tell("ready", device=device.type, device_name=name, name=options.name, pid=os.getpid(), cpus_allowed=cpus_allowed(),
         gpu_uuid=find_gpu_uuid(properties, device.index) if properties else None, interpreter=sys.executable,
         versions={"python": sys.version.split()[0], "torch": torch.__version__, "cuda": torch.version.cuda})
    say(f"GPU ID: {device.index if properties else 'none'}")
    say(f"GPU: {name} ({properties.total_memory // MIB} MB)" if properties else f"GPU: none (computing on {cpu_name})")
    say(f"Compute Capability: {properties.major}.{properties.minor}" if properties else "Compute Capability: none")


def describe_run(options: argparse.Namespace, pins: bool) -> None:
    say(f"Tensor Shape: {tuple(options.tensor_shape)}\nBatch Size: {options.batch_size}\nTotal Samples: {options.num_samples}")
    say(f"Warmup Samples: {options.warmup_samples}\nCPU Memory Pool: {options.memory_size_mb} MB ({options.fill_pattern})")
    say(f"ViT Config: patch_size={options.patch_size}, depth={options.depth}, heads={options.heads}, dim={options.dim}, mlp_dim={options.mlp_dim}")
    say(f"Pin Memory: {pins}\nSync Frequency: {options.sync_frequency}\nDeterministic: {options.deterministic}")
    say(f"Compile Model: {options.compile_model} (mode: {options.compile_mode})")
    if options.nsys_report:
        say("Warning: --nsys-report has no effect; a profiler is wrapped around this program from outside")


def run_phases(pipeline: Pipeline) -> tuple[int, Window]:
    """Warm-up, then measurement. Returns the samples that the warm-up counted and the measured window."""
    options, warmed_up = pipeline.options, 0
    if options.warmup_samples:
        tell("phase", name="warmup")
        say(f"Warmup phase: {options.warmup_samples} samples...")
        progress = Progress(options.warmup_samples, options.sync_frequency)
        warmed_up = pipeline.run("warmup", options.warmup_samples, progress).samples
        say("Warmup completed, GPU synchronized" if pipeline.on_cuda else "Warmup completed")
    tell("phase", name="measure")
    say(f"Test phase: {options.num_samples} samples...")
    graphs_before = compile_counts(pipeline)["compiled_graphs"]
    window = pipeline.run("test", options.num_samples, Progress(options.num_samples, options.sync_frequency))
    if compile_counts(pipeline)["compiled_graphs"] != graphs_before:
        tell("degraded", reason="torch.compile compiled again inside the measured window")
    return warmed_up, window


def report(torch: Any, pipeline: Pipeline, warmed_up: int, window: Window, startup_s: float) -> None:
    options = pipeline.options
    throughput = window.samples / window.seconds
    first_rows = pipeline.first_output[: min(options.batch_size, options.num_samples)]
    output_checksum = checksum(torch, first_rows, make_tile(torch, options.seed))
    if output_checksum is None:
        tell("degraded", reason="the output holds numbers that are not finite")
    say(f"=== Pipeline Results Summary ===\nTest Samples: {window.samples}")
    say(f"Total Time: {window.seconds:.6f}s\nAverage Throughput: {throughput:.2f} samples/s")
    for first in range(0, len(window.latency_ms), 500):
        tell("samples", latency_ms=window.latency_ms[first : first + 500])
    metrics = {
        "samples": window.samples, "batches": len(window.latency_ms), "window_s": window.seconds,
        "throughput_samples_per_s": throughput, "h2d_bytes": window.h2d_bytes, "d2h_bytes": window.d2h_bytes,
        "output_checksum": output_checksum, "startup_s": startup_s, "peak_host_memory_mib": peak_host_memory_mib(),
        "peak_gpu_memory_mib": round(torch.cuda.max_memory_allocated() / MIB, 1) if pipeline.on_cuda else None,
        **compile_counts(pipeline),
    }
    tell("result", metrics=metrics, effective=read_effective(torch, pipeline, warmed_up, window.samples))


def run_experiment(torch: Any, options: argparse.Namespace) -> None:
    """One experiment in a process that has PyTorch loaded already."""
    torch.use_deterministic_algorithms(options.deterministic, warn_only=True)
    torch.set_float32_matmul_precision("highest")
    device = choose_device(torch, options)
    introduce(torch, options, device)
    describe_run(options, pins=device.type == "cuda" and not options.no_pin_memory)
    pipeline = Pipeline(torch, options, device)
    pipeline.load()
    tell("placement", what="pinned input pool" if pipeline.pool.is_pinned() else "input pool", cpus_allowed=cpus_allowed(), **find_placement(pipeline.pool.data_ptr()))
    if pipeline.model is None:
        say("No-op compute mode: depth=0, skipping ViT model creation")
    elif options.compile_model:
        compile_model(torch, pipeline)
    startup_s = process_age_s()
    warmed_up, window = run_phases(pipeline)
    tell("phase", name="report")
    report(torch, pipeline, warmed_up, window, startup_s)
    say("=== Pipeline Test Completed ===")


def load_torch(deterministic: bool) -> Any:
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS reads it once, when it starts
    try:
        import torch
    except (ImportError, OSError) as error:
        raise Refusal("no_torch", f"PyTorch not found by {sys.executable} ({error}); install torch there, or name an interpreter that has it in WARPDECK_PYTHON", 1) from error
    return torch


def classify(error: BaseException) -> str:
    text = str(error)
    if "CUDA out of memory" in text or "CUDA error: out of memory" in text:
        return "cuda_oom"
    if isinstance(error, MemoryError) or "allocate memory" in text or "not enough memory" in text:
        return "host_oom"
    return "other"


def main(argv: list[str]) -> int:
    if argv == ["--describe"]:
        parameters = [{"name": p.key, "flag": p.flag, "type": type(p.default).__name__, "default": p.default,
                       "choices": p.choices, "least": p.least if type(p.default) is int else None, "help": p.help} for p in PARAMETERS]
        say(json.dumps({"name": "vit_pipeline", "parameters": parameters, "metrics": METRICS}, indent=2))
        return 0
    try:
        options = parse(argv)
        say(f"=== GPU NUMA Pipeline Performance Test ===\nProcess PID: {os.getpid()}\nCPU Affinity: {cpus_allowed()}")
        tell("phase", name="load")
        run_experiment(load_torch(options.deterministic), options)
        return 0
    except Refusal as refusal:
        say(f"ERROR: {refusal}")
        tell("error", kind=refusal.kind, message=str(refusal))
        return refusal.exit_code
    except Exception as error:
        say(f"{'GPU Error' if 'CUDA' in str(error) else 'ERROR'}: {error}")
        tell("error", kind=classify(error), message=str(error) or type(error).__name__)
        raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
