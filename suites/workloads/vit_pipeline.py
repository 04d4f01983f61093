#!/usr/bin/env python3
"""Measures a ViT inference pipeline: pinned host memory -> GPU -> forward pass -> host, on CUDA or on a CPU.

Prints lines for people and `::warpdeck {json}` lines for warpdeck (docs/workload-protocol.md). Every value under
`effective` is read back from the objects that ran. `--describe` prints the parameters and metrics as JSON, `--serve`
runs one experiment for each line of JSON on stdin.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import importlib
import math
import os
import sys
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Iterator, NamedTuple

from _workload import (
    MIB, HostMemory, KeptPool, Parameter, Program, Refusal, bytes_of, captured, choose_device, cpus_allowed, describe_steadiness, find_placement, introduce,
    peak_host_memory_mib, read_options, read_setting, run_program, say, tell,
)

TILE_LENGTH = 1048573  # prime, so that rows of no usual width line up with the tile
RUN_AHEAD = 64  # batches that the host may enqueue before it waits for the oldest
GRAPH_BATCHES = 100  # most batches in one CUDA graph: filling and draining its pipeline costs about one batch's copies
SMALLEST_GRAPH = 8  # batches in a graph, where a pass divides into such graphs without a rest
MOST_GRAPHS = 8  # graphs that a pass goes through in turn, each over its own part of the pool
FLOOR_S = 0.2  # wall time for the measurement of one stage alone
CHECKED_BATCHES = 5  # that an eager check sends through
EQUAL_WITHIN = 1e-4  # of the largest value of a plain forward pass


PARAMETERS = (
    Parameter("--device", "device", "auto", "where to compute; auto takes CUDA when PyTorch sees it", choices=("auto", "cuda", "cpu")),
    Parameter("--gpu-id", "gpu_id", 0, "CUDA ordinal among the visible GPUs", least=0),
    Parameter("--shape", "tensor_shape", [3, 224, 224], "channels, height and width of one sample"),
    Parameter("--num-samples", "num_samples", 1000, "samples of one pass; the timed window consists of whole passes"),
    Parameter("--batch-size", "batch_size", 10, "samples in a batch; the last batch may hold fewer"),
    Parameter("--warmup-samples", "warmup_samples", 100, "samples to run before the measurement", least=0),
    Parameter("--memory-size-mb", "memory_size_mb", 512, "size of the host pool that holds the inputs, in MiB"),
    Parameter("--vit-patch-size", "patch_size", 32, "side of a square patch in pixels"),
    Parameter("--vit-depth", "depth", 6, "transformer blocks; 0 runs no model and copies the batch back", least=0),
    Parameter("--vit-heads", "heads", 8, "attention heads; must divide the dim"),
    Parameter("--vit-dim", "dim", 512, "width of a token"),
    Parameter("--vit-mlp-dim", "mlp_dim", 2048, "width inside the MLP of a block"),
    Parameter("--min-window-s", "min_window_s", 1.0, "passes are repeated until the window is this long; 0 measures one pass", least=0),
    Parameter("--execution", "execution", "eager", "eager launches each kernel, graph replays CUDA graphs of several batches", choices=("eager", "graph")),
    Parameter("--no-measure-floors", "measure_floors", True, "leave out the measurement of each stage alone after the window"),
    Parameter("--sync-frequency", "sync_frequency", 10, "completed batches between two Progress lines"),
    Parameter("--skip-warmup", "skip_warmup", False, "same as --warmup-samples 0"),
    Parameter("--deterministic", "deterministic", False, "ask PyTorch for deterministic algorithms"),
    Parameter("--no-pin-memory", "no_pin_memory", False, "leave host buffers pageable"),
    Parameter("--fill-pattern", "fill_pattern", "random", "content of the inputs", choices=("random", "sequential", "zeros")),
    Parameter("--compile-model", "compile_model", False, "run the model through torch.compile"),
    Parameter("--compile-mode", "compile_mode", "default", "mode of torch.compile", choices=("default", "reduce-overhead", "max-autotune")),
    Parameter("--pipeline-mode", "pipeline_mode", "async", "three overlapping streams, or one with a wait after each batch", choices=("async", "sync")),
    Parameter("--preprocessing-mode", "preprocessing_mode", "none", "where samples are normalised", choices=("none", "cpu", "gpu")),
    Parameter("--queue-depth", "queue_depth", 2, "input buffers on the device, and as many outputs in flight, with pipeline mode async"),
    Parameter("--seed", "seed", 0, "seed of inputs and weights", least=0),
    Parameter("--name", "name", "", "a label, repeated in the ready line"),
    Parameter("--nsys-report", "nsys_report", "", "accepted for old scripts and without effect"),
)
METRICS = {
    "samples": "samples measured: num_samples x passes",
    "batches": "batches measured",
    "passes": "how often the declared samples were measured",
    "window_s": "wall time from the end of the warm-up to the final synchronise",
    "throughput_samples_per_s": "samples / window_s",
    "not_steady": "whether the last third of the window ran more than 2 % faster or slower than the middle third; null when it is too short to tell",
    "rate_change": "median rate of the last third over that of the middle third, less 1",
    "h2d_bytes": "bytes copied to the device in the window",
    "d2h_bytes": "bytes copied back from the device in the window",
    "floors": "samples/s of each stage alone: h2d, compute (without launch gaps on CUDA), d2h, and launch: compute launched kernel by kernel",
    "launch_gap_share": "share of the forward pass, launched kernel by kernel, in which the GPU waits for the host",
    "output_max_abs_diff": "largest difference to a plain forward pass on fresh inputs",
    "output_max_rel_diff": "the same over the largest absolute value of that pass",
    "output_checksum": "position-weighted mean of the output of the pool's first batch; null if it is not finite",
    "peak_gpu_memory_mib": "most memory that PyTorch had allocated on the GPU; null on a CPU",
    "peak_host_memory_mib": "most resident memory of this process",
    "startup_s": "from the start of the process, or of the request, to the start of the warm-up",
    "compiled_graphs": "graphs that torch.compile made; null when the model ran eagerly",
    "graph_breaks": "places where torch.compile had to leave the graph; null when it was not asked",
}


def parse(argv: list[str]) -> argparse.Namespace:
    """Reads the command line; raises Refusal for anything unknown, out of range or contradictory."""
    options = read_options(PARAMETERS, argv, __doc__)
    if options.skip_warmup:
        options.warmup_samples = 0
    check(options)
    return options


def check(options: argparse.Namespace) -> None:
    if min(options.tensor_shape) < 1:
        raise Refusal("config", f"--shape is {options.tensor_shape}; give three sizes of 1 or more, such as 3 224 224")
    if options.depth > 0 and options.dim % options.heads:
        raise Refusal("config", f"--vit-heads {options.heads} does not divide --vit-dim {options.dim}; try --vit-heads {math.gcd(options.heads, options.dim)}")
    batch_mib = 4 * options.batch_size * math.prod(options.tensor_shape) / MIB
    if batch_mib > options.memory_size_mb:
        raise Refusal("config", f"a pool of {options.memory_size_mb} MiB does not hold one batch of {batch_mib:.1f} MiB; try --memory-size-mb {math.ceil(batch_mib)}")


@functools.lru_cache(maxsize=4)
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
    """A pre-norm ViT that returns all tokens: [batch, channels, height, width] -> [batch, patches + 1, dim].

    Its forward pass is written for few launches: ten kernels a block and no copy between them.
    """
    nn, functional = torch.nn, torch.nn.functional
    fused_attention = getattr(functional, "scaled_dot_product_attention", None)

    class Unfilled(nn.Linear):
        """PyTorch's own way to leave weights unfilled imports a computer algebra system, which takes seconds."""

        def reset_parameters(self) -> None:
            pass

    def linear(inputs: int, outputs: int) -> Any:
        return Unfilled(inputs, outputs, device=device)

    def attend(query: Any, key: Any, value: Any) -> Any:
        if fused_attention:
            return fused_attention(query, key, value)
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        return scores.softmax(-1) @ value

    def views(*layers: Any) -> tuple[Any, ...]:
        """Bias and transposed weight of each, because looking them up in a module costs as much as a launch."""
        return tuple(view for layer in layers for view in (layer.bias.detach(), layer.weight.detach().t()))

    class Block(nn.Module):
        def __init__(self, dim: int, heads: int, mlp_dim: int):
            super().__init__()
            self.heads = heads
            self.norm1, self.qkv, self.project = nn.LayerNorm(dim, device=device), linear(dim, 3 * dim), linear(dim, dim)
            self.norm2, self.widen, self.narrow = nn.LayerNorm(dim, device=device), linear(dim, mlp_dim), linear(mlp_dim, dim)
            self.norms = tuple(weight.detach() for norm in (self.norm1, self.norm2) for weight in (norm.weight, norm.bias))
            self.products = views(self.qkv, self.project, self.widen, self.narrow)

        def forward(self, x: Any, batch: int) -> Any:
            """Adds to x, which is [batch * tokens, dim], in place."""
            scale1, shift1, scale2, shift2 = self.norms
            qkv_bias, qkv, project_bias, project, widen_bias, widen, narrow_bias, narrow = self.products
            dim = x.shape[1]
            normed = torch.layer_norm(x, (dim,), scale1, shift1)
            heads = torch.addmm(qkv_bias, normed, qkv).view(batch, -1, 3 * self.heads, dim // self.heads)
            mixed = attend(*heads.transpose(1, 2).chunk(3, 1)).transpose(1, 2).reshape(-1, dim)
            x = x.add_(torch.addmm(project_bias, mixed, project))
            normed = torch.layer_norm(x, (dim,), scale2, shift2)
            return x.add_(torch.addmm(narrow_bias, functional.gelu(torch.addmm(widen_bias, normed, widen)), narrow))

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
            self.steps, self.embedding = list(self.blocks), views(self.embed)

        def weights(self) -> tuple[Any, ...]:
            """The views that the forward pass reads beside its parameters."""
            return (*self.embedding, *(view for block in self.steps for view in (*block.norms, *block.products)))

        def forward(self, images: Any) -> Any:
            batch, channels, height, width = images.shape
            side, rows, columns = self.patch, height // self.patch, width // self.patch
            patches = images.view(batch, channels, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
            bias, weight = self.embedding
            embedded = torch.addmm(bias, patches.reshape(-1, channels * side * side), weight)
            tokens = torch.cat([self.cls.expand(batch, -1, -1), embedded.view(batch, rows * columns, -1)], 1)
            x = tokens.add_(self.positions).view(batch * (rows * columns + 1), -1)
            for step in self.steps:
                x = step.forward(x, batch)
            return self.norm(x).view(batch, rows * columns + 1, -1)

    model = Vit(options.patch_size, options.depth, options.heads, options.dim, options.mlp_dim)
    return model.eval().requires_grad_(False)


class CudaStream:
    """In-order work on a CUDA stream. It stays the current stream until another one runs, which saves two calls a stage."""

    def __init__(self, torch: Any):
        self.torch, self.stream = torch, torch.cuda.Stream()

    def run(self, work: Callable[[], Any]) -> None:
        self.torch.cuda.set_stream(self.stream)
        work()

    def wait(self, event: Any) -> None:
        self.stream.wait_event(event)

    def record(self, event: Any) -> None:
        event.record(self.stream)


class HostEvent:
    """A CUDA event's questions, asked of a moment on a host stream."""

    moment: Future

    def query(self) -> bool:
        return self.moment.done()

    def synchronize(self) -> None:
        self.moment.result()

    def elapsed_time(self, end: HostEvent) -> float:
        return (end.moment.result() - self.moment.result()) * 1e3


class HostStream:
    """In-order work on a thread of its own, so that `async` overlaps on a CPU too."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.failure: BaseException | None = None

    def run(self, work: Callable[[], Any]) -> None:
        self.thread.submit(self._attempt, work)

    def wait(self, event: HostEvent) -> None:
        self.run(event.moment.result)

    def record(self, event: HostEvent) -> None:
        event.moment = self.thread.submit(self._now)

    def _attempt(self, work: Callable[[], Any]) -> None:
        try:
            if self.failure is None:
                work()
        except BaseException as failure:  # kept for whoever waits on a later event
            self.failure = failure

    def _now(self) -> float:
        if self.failure:
            raise self.failure
        return time.perf_counter()


class Ticket:
    """One batch on its way: what it copies, and the events that tell how far it is."""

    def __init__(self, event: Callable[[bool], Any]):
        self.start, self.end = event(True), event(True)
        self.arrived, self.computed, self.left = event(False), event(False), event(False)
        self.rows, self.h2d_bytes, self.d2h_bytes = 0, 0, 0
        self.source = self.target = None


class Slot:
    """The buffers of one batch in flight, and the ticket of the batch that had them last."""

    def __init__(self, device: Any, staging: Any, host: Any):
        self.device, self.staging, self.host = device, staging, host
        self.output = self.last = None


class Unit:
    """What one call launches, a batch or a CUDA graph of several, and the event after which all of it has landed."""

    def __init__(self, tickets: tuple[Ticket, ...], landed: Any):
        self.tickets, self.landed, self.is_aloft = tickets, landed, False
        self.launch: Callable[[], None] = lambda: None


class Window(NamedTuple):
    """What came back to host memory between two synchronises. Batch i began latency_ms[i] before ended_ms[i]."""

    samples: int
    passes: int
    latency_ms: list[float]
    ended_ms: list[float]
    h2d_bytes: int
    d2h_bytes: int
    seconds: float


class Pipeline:
    """Owns pool, model and buffers. `forward` is the one place that computes, `enqueue` the one that orders the stages."""

    def __init__(self, torch: Any, options: argparse.Namespace, device: Any):
        self.torch, self.options, self.device = torch, options, device
        self.on_cuda = device.type == "cuda"
        self.wanted_shape = fit_to_patch(options)
        self.model = make_vit(torch, options, self.wanted_shape, device) if options.depth > 0 else None
        self.module, self.guard, self.clones_output = self.model, torch.inference_mode, False
        self.is_async = options.pipeline_mode == "async"
        self.computes = self.model is not None or options.preprocessing_mode == "gpu"
        self.prepares_on_host = options.preprocessing_mode == "cpu" or (
            options.preprocessing_mode == "none" and self.wanted_shape != tuple(options.tensor_shape))
        self.normalised_on, self.image_shape = "none", None
        self.host = HostMemory(torch, self.on_cuda and not options.no_pin_memory)
        streams = [CudaStream(torch) if self.on_cuda else HostStream() for _ in range(3 if self.is_async else 1)]
        self.h2d, self.compute, self.d2h = streams if self.is_async else streams * 3
        nvtx = torch.cuda.nvtx
        self.open_range, self.close_range = (nvtx.range_push, nvtx.range_pop) if self.on_cuda else (lambda name: None, lambda: None)

    def load(self) -> None:
        """Allocates and touches everything, so that nothing is left to do inside the measurement."""
        tile = make_tile(self.torch, self.options.seed)
        self._load_pool(tile)
        if self.model is not None:
            fill_weights(self.torch, self.model, tile.to(self.device))
        self.slots = [self._make_slot() for _ in range(self.options.queue_depth if self.is_async else 1)]
        self.batches: Eager | Graphs = Eager(self)
        self.synchronize()

    def close(self) -> None:
        """Gives threads and pinned memory back; whatever else it holds goes with the last reference."""
        if not self.on_cuda:
            for stream in {self.h2d, self.compute, self.d2h}:
                stream.thread.shutdown()
        self.host.close()

    def event(self, is_timed: bool, is_captured: bool = False) -> Any:
        if not self.on_cuda:
            return HostEvent()
        # PyTorch before 2.8 knows no external events, and without them a graph cannot tell the time.
        return self.torch.cuda.Event(enable_timing=is_timed, **({"external": True} if is_timed and is_captured else {}))

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

    def enqueue(self, ticket: Ticket, number: int, rows: int, phase: str) -> None:
        """Puts a batch on the three streams: each stage waits for the one before and for the buffer that it fills."""
        slot, source = self.slots[number % len(self.slots)], self.source(number, rows)
        is_whole, last = rows == self.options.batch_size, slot.last
        arriving, target = (slot.device, slot.host) if is_whole else (slot.device[:rows], slot.host[:rows])
        self.open_range(f"{phase}_batch_{number}")
        staged = self._stage(slot, source)
        self.open_range(f"{phase}_h2d_batch_{number}")
        if last is not None:
            self.h2d.wait(last.computed if self.computes else last.left)
        self.h2d.record(ticket.start)
        self.h2d.run(lambda: arriving.copy_(staged, non_blocking=True))
        self.h2d.record(ticket.arrived)
        self.close_range()
        self.open_range(f"{phase}_compute_batch_{number}")
        self.open_range(f"{phase}_vit_forward_{number}" if self.model is not None else f"noop_compute_{number}")
        if self.computes:
            self.compute.wait(ticket.arrived)
            if last is not None:
                self.compute.wait(last.left)  # only then may the memory of the output before be used again
            self.compute.run(lambda: setattr(slot, "output", self.forward(arriving)))
            self.compute.record(ticket.computed)
        self.close_range()
        self.close_range()
        self.open_range(f"{phase}_d2h_batch_{number}")
        self.d2h.wait(ticket.computed if self.computes else ticket.arrived)
        self.d2h.run(lambda: target.copy_(slot.output if self.computes else self.forward(arriving), non_blocking=True))
        self.d2h.record(ticket.left)  # before the timed event, whose time stamp would delay whoever waits for this one
        self.d2h.record(ticket.end)
        self.close_range()
        self.close_range()
        slot.last, ticket.rows, ticket.source, ticket.target = ticket, rows, source, target
        ticket.h2d_bytes, ticket.d2h_bytes = bytes_of(staged), bytes_of(target)

    def run(self, phase: str, samples: int, progress: Progress | None = None, least_s: float = 0.0) -> Window:
        """Runs whole passes over the samples until `least_s` is over; returns when the last output lies in host memory."""
        flight = Flight(self.event(True), progress)
        self.newest: deque[Ticket] = deque(maxlen=len(self.slots))  # their outputs lie in host memory until the next run
        passes = 0
        self.batches.rewind()
        self.open_range(f"{phase}_double_buffer")
        with without_collector():
            flight.began = time.perf_counter()
            self.h2d.record(flight.opening)
            while passes == 0 or flight.passed_s() < least_s:
                while passes == 0 or flight.foreseen_s() < least_s:
                    self._launch_pass(phase, samples, flight)
                    passes += 1
                    if progress:
                        progress.expect(samples * max(passes, round(passes * least_s / flight.foreseen_s())))
                flight.land_finished(waits=True)
            self.synchronize()
            seconds = flight.passed_s()
        self.close_range()
        return Window(flight.samples, passes, flight.latency_ms, flight.ended_ms, flight.h2d_bytes, flight.d2h_bytes, seconds)

    def _launch_pass(self, phase: str, samples: int, flight: Flight) -> None:
        for unit in self.batches.units(phase, samples):
            flight.make_room(unit)
            unit.launch()
            flight.add(unit)
            self.newest.extend(unit.tickets)
            flight.land_finished(waits=not self.is_async)

    def source(self, number: int, rows: int) -> Any:
        """Batch `number` as it lies in the pool."""
        batch = self.ring[number % len(self.ring)]
        return batch if rows == len(batch) else batch[:rows]

    def synchronize(self) -> None:
        if self.on_cuda:
            self.torch.cuda.synchronize()
            self.torch.cuda.set_stream(self.torch.cuda.default_stream())
        else:
            for stream in (self.h2d, self.compute, self.d2h):
                moment = HostEvent()
                stream.record(moment)
                moment.synchronize()

    def forget_batches(self) -> None:
        """Lets go of outputs and events of earlier batches, once nothing uses them any more."""
        self.synchronize()
        for slot in self.slots:
            slot.last = slot.output = None

    def plain_output(self, raw: Any) -> Any:
        """What the model makes of samples of the pool when nothing is pipelined, compiled or captured."""
        with self.torch.no_grad():
            images = raw.to(self.device)
            if tuple(images.shape[1:]) != self.wanted_shape:
                images = self._resize(images)
            if self.options.preprocessing_mode != "none":
                images = (images - 0.5) / 0.5
            return (images if self.model is None else self.model(images)).cpu()

    def _stage(self, slot: Slot, raw: Any) -> Any:
        if slot.staging is None:
            return raw
        if slot.last is not None:
            slot.last.arrived.synchronize()  # the previous batch may still be copied out of this buffer
        return slot.staging[: len(raw)].copy_(self._prepare(raw, "cpu"))

    def _prepare(self, batch: Any, where: str) -> Any:
        if tuple(batch.shape[1:]) != self.wanted_shape:
            batch = self._resize(batch)
        if self.options.preprocessing_mode == where:
            self.normalised_on = where
            batch = (batch - 0.5) / 0.5
        return batch

    def _resize(self, batch: Any) -> Any:
        resize = self.torch.nn.functional.interpolate
        return resize(batch, size=self.wanted_shape[1:], mode="bilinear", align_corners=False)

    def _load_pool(self, tile: Any) -> None:
        """Allocates the pool, fills it to its last byte, pins it, and cuts it into a ring of batches."""
        options, torch = self.options, self.torch
        say(f"Allocating {options.memory_size_mb} MB CPU memory pool...")
        self.pool = self.host.allocate_pool(options.memory_size_mb * MIB // 4)
        say(f"CPU memory pool allocated: {bytes_of(self.pool) / MIB:.2f} MB\nPre-generating test data...")
        self._fill_pool(tile)
        shape = (options.batch_size, *options.tensor_shape)
        batches = self.pool.numel() // math.prod(shape)
        self.ring = list(self.pool[: batches * math.prod(shape)].view(batches, *shape))
        say(f"Generated {batches * options.batch_size} CPU tensors")

    def _fill_pool(self, tile: Any) -> None:
        """Writes the declared input; of a pool that was kept and holds it already, only what was changed since."""
        options, torch = self.options, self.torch
        content = (options.fill_pattern, options.seed)
        is_kept = self.pool is KeptPool.memory
        part = self.pool[: KeptPool.dirty] if is_kept and KeptPool.content == content else self.pool
        patterns = {"random": lambda: tile, "sequential": lambda: torch.arange(TILE_LENGTH, dtype=torch.float32).div_(TILE_LENGTH)}
        if options.fill_pattern in patterns:
            fill(torch, part, patterns[options.fill_pattern](), 0)
        else:
            part.zero_()
        if is_kept:
            KeptPool.content, KeptPool.dirty = content, 0

    def write_fresh(self, tile: Any, samples: int) -> None:
        """New input in the batches that a run of so many samples reads."""
        batches = min(len(self.ring), math.ceil(samples / self.options.batch_size))
        length = batches * self.ring[0].numel()
        KeptPool.dirty = max(KeptPool.dirty, length)
        fill(self.torch, self.pool[:length], tile, 1)

    def _make_slot(self) -> Slot:
        size, raw_shape = self.options.batch_size, tuple(self.options.tensor_shape)
        arriving_shape = self.wanted_shape if self.prepares_on_host else raw_shape
        output_shape = self.wanted_shape if self.model is None else self.model.positions.shape[1:]
        device = self.torch.empty(size, *arriving_shape, device=self.device)
        staging = self.host.allocate(size, *arriving_shape) if self.prepares_on_host else None
        return Slot(device, staging, self.host.allocate(size, *output_shape))


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keeps Python's collector, which can take longer than many batches, out of a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Flight:
    """The units that are launched and not landed, and what those that landed tell."""

    def __init__(self, opening: Any, progress: Progress | None):
        self.opening, self.progress, self.began = opening, progress, 0.0
        self.aloft: deque[Unit] = deque()
        self.latency_ms: list[float] = []
        self.ended_ms: list[float] = []
        self.samples = self.h2d_bytes = self.d2h_bytes = 0

    def add(self, unit: Unit) -> None:
        unit.is_aloft = True
        self.aloft.append(unit)

    def make_room(self, unit: Unit) -> None:
        while unit.is_aloft:
            self._land()

    def land_finished(self, waits: bool) -> None:
        while self.aloft and (waits or self.aloft[0].landed.query()):
            self._land()

    def passed_s(self) -> float:
        return time.perf_counter() - self.began

    def foreseen_s(self) -> float:
        """When the batches in flight will have landed, by the speed of those before them."""
        if not self.latency_ms:
            self._land()
        aloft = sum(len(unit.tickets) for unit in self.aloft)
        return self.passed_s() * (1 + aloft / len(self.latency_ms))

    def _land(self) -> None:
        unit = self.aloft.popleft()
        unit.landed.synchronize()
        unit.is_aloft = False
        for ticket in unit.tickets:
            self.latency_ms.append(round(ticket.start.elapsed_time(ticket.end), 4))
            self.ended_ms.append(self.opening.elapsed_time(ticket.end))
            self.samples += ticket.rows
            self.h2d_bytes += ticket.h2d_bytes
            self.d2h_bytes += ticket.d2h_bytes
            if self.progress:
                self.progress.count(ticket.rows)


class Eager:
    """Batches whose copies and kernels Python launches one by one."""

    name, batches_a_graph = "eager", None

    def __init__(self, pipeline: Pipeline):
        self.pipeline, self.launched = pipeline, 0
        self.samples_to_check = CHECKED_BATCHES * pipeline.options.batch_size
        tickets = [Ticket(pipeline.event) for _ in range(RUN_AHEAD)]
        self.pool = [Unit((ticket,), ticket.end) for ticket in tickets]

    def rewind(self) -> None:
        self.launched = 0

    def units(self, phase: str, samples: int) -> Iterator[Unit]:
        size = self.pipeline.options.batch_size
        for first in range(0, samples, size):
            unit, number = self.pool[self.launched % RUN_AHEAD], self.launched
            self.launched += 1
            unit.launch = functools.partial(self.pipeline.enqueue, unit.tickets[0], number, min(size, samples - first), phase)
            yield unit


class Graphs:
    """CUDA graphs of several batches with their copies, on the same three streams, each over its own part of the pool."""

    name = "graph"

    def __init__(self, pipeline: Pipeline, sample_counts: tuple[int, ...]):
        self.pipeline, self.launched, self.kept = pipeline, 0, []
        size = pipeline.options.batch_size
        self.batches_a_graph = choose_graph_size(pipeline.options.num_samples // size)
        each = self.batches_a_graph * size
        self.samples_to_check = min(each, pipeline.options.num_samples)
        parts = max(2, min(len(pipeline.ring) // self.batches_a_graph, MOST_GRAPHS)) if max(sample_counts) >= each else 0
        self.whole = [self._capture(part * self.batches_a_graph, each) for part in range(parts)]
        self.rests = {samples % each: self._capture(0, samples % each) for samples in sample_counts if samples % each}

    def rewind(self) -> None:
        self.launched = 0

    def units(self, phase: str, samples: int) -> Iterator[Unit]:
        whole, rest = divmod(samples, self.batches_a_graph * self.pipeline.options.batch_size)
        for _ in range(whole):
            unit = self.whole[self.launched % len(self.whole)]
            self.launched += 1
            yield unit
        if rest:
            yield self.rests[rest]

    def _capture(self, first: int, samples: int) -> Unit:
        pipeline, size = self.pipeline, self.pipeline.options.batch_size
        tickets = tuple(Ticket(functools.partial(pipeline.event, is_captured=True)) for _ in range(math.ceil(samples / size)))

        def enqueue_all() -> None:
            for number, ticket in enumerate(tickets, start=first):
                pipeline.enqueue(ticket, number, min(size, samples - (number - first) * size), "capture")

        unit = Unit(tickets, pipeline.event(False))
        graph = capture(pipeline, pipeline.compute, enqueue_all, self.kept[0].pool() if self.kept else None)
        self.kept.append(graph)
        unit.launch = functools.partial(self._replay, graph, unit)
        return unit

    def _replay(self, graph: Any, unit: Unit) -> None:
        self.pipeline.compute.run(graph.replay)
        self.pipeline.compute.record(unit.landed)  # an event inside a graph still tells of the replay before until it is reached


def choose_graph_size(batches: int) -> int:
    """Batches in a graph: the most that divide a pass of whole batches without a rest, or else the most."""
    fitting = [size for size in range(SMALLEST_GRAPH, GRAPH_BATCHES + 1) if batches and batches % size == 0]
    return max(fitting, default=max(1, min(batches, GRAPH_BATCHES)))


def capture(pipeline: Pipeline, stream: CudaStream, work: Callable[[], None], memory: Any = None) -> Any:
    """A CUDA graph of the work, which may use all three streams; they fork from `stream` and join it again."""
    torch = pipeline.torch
    others = {pipeline.h2d, pipeline.compute, pipeline.d2h} - {stream}
    pipeline.forget_batches()  # events from outside a capture cannot be waited for inside it
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=memory, stream=stream.stream):
        follow(torch, stream, others)
        work()
        for other in others:
            follow(torch, other, {stream})
        stream.run(lambda: None)  # a capture has to end with the stream current where it began
    pipeline.forget_batches()
    return graph


def follow(torch: Any, first: CudaStream, others: set[CudaStream]) -> None:
    """Whatever comes next on the others waits for what is on the first."""
    event = torch.cuda.Event()
    first.record(event)
    for other in others:
        other.wait(event)


def capture_graphs(torch: Any, pipeline: Pipeline) -> None:
    """Puts CUDA graphs in the place of eager batches, or says why they cannot be."""
    options = pipeline.options
    try:
        if not pipeline.on_cuda:
            raise RuntimeError("no CUDA graphs on the CPU")
        if pipeline.prepares_on_host:
            raise RuntimeError("samples are resized or normalised on the CPU, batch by batch")
        if pipeline.clones_output:
            raise RuntimeError(f"torch.compile makes CUDA graphs of its own with compile_mode {options.compile_mode}")
        for rows in sorted(batch_rows(options)):
            pipeline.run("prepare", 3 * rows)  # libraries choose kernels and allocate before the capture
        pipeline.batches = Graphs(pipeline, (options.warmup_samples, options.num_samples, first_rows(options)))
    except Exception as error:
        if "out of memory" in str(error):
            raise
        cause = error.__context__ or error  # a capture that ends after an error raises once more
        reason = (str(cause).strip() or type(cause).__name__).splitlines()[0]
        say(f"Warning: no CUDA graphs ({reason}), launching each kernel")
        tell("degraded", reason=f"no graph execution: {reason}")
        pipeline.forget_batches()


def first_rows(options: argparse.Namespace) -> int:
    """Samples in the first batch of a pass."""
    return min(options.batch_size, options.num_samples)


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
        forbid_silent_fallback()
        for weight in pipeline.model.weights():
            importlib.import_module("torch._dynamo").mark_static_address(weight)  # or its CUDA graphs would copy it for each batch
        pipeline.module = torch.compile(pipeline.model, mode=options.compile_mode, dynamic=False)
        pipeline.guard = torch.no_grad
        pipeline.clones_output = pipeline.on_cuda and options.compile_mode != "default"  # a CUDA graph overwrites its output
        for rows in sorted(batch_rows(options), reverse=True):
            for _ in range(3):  # warm up, capture, replay
                pipeline.compute.run(functools.partial(pipeline.forward, pipeline.slots[0].device[:rows]))
                pipeline.synchronize()
        if not sum(dynamo_counters()["stats"].values()):
            raise RuntimeError("torch.compile captured nothing")
        say(f"Model compilation successful (mode={options.compile_mode})")
    except Exception as error:
        if "out of memory" in str(error):
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if "limit_hit" in reason:
            reason = f"PyTorch reached its limit of recompilations, with batches of {' and '.join(map(str, sorted(batch_rows(options))))} samples"
        pipeline.module, pipeline.guard, pipeline.clones_output = pipeline.model, torch.inference_mode, False
        if not pipeline.on_cuda:
            pipeline.compute.failure = None
        say(f"Warning: torch.compile failed ({reason}), using non-compiled model")
        tell("degraded", reason=f"not compiled: {reason}")


def forbid_silent_fallback() -> None:
    """Past its limit of recompilations PyTorch goes on with the eager model; here that is a failure with a reason."""
    config = importlib.import_module("torch._dynamo.config")
    names = ("fail_on_recompile_limit_hit", "fail_on_cache_limit_hit")  # the second before PyTorch 2.6
    for name in [name for name in names if hasattr(config, name)][:1]:
        setattr(config, name, True)


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
    """Reports completed samples: a line for people every so many batches of the first pass, one for warpdeck ten times a second."""

    def __init__(self, samples: int, every_batches: int):
        self.pass_samples = self.total = samples
        self.every, self.done, self.batches, self.told_at = every_batches, 0, 0, -math.inf

    def expect(self, total: int) -> None:
        self.total = total

    def count(self, rows: int) -> None:
        self.done, self.batches = self.done + rows, self.batches + 1
        if self.batches % self.every == 0 and self.done <= self.pass_samples:
            say(f"  Progress: {100 * self.done / self.pass_samples:.1f}% ({self.done}/{self.pass_samples})")
        now = time.monotonic()
        if now - self.told_at >= 0.1 or self.done == self.total:
            self.told_at = now
            tell("progress", done=self.done, total=max(self.done, self.total))


def checksum(torch: Any, output: Any, tile: Any) -> float | None:
    """Mean of output x tile in double precision: changes with order and sign. None when it is not finite."""
    weights = torch.empty(output.numel())
    fill(torch, weights, tile, 0)
    mean = float((output.reshape(-1).double() * weights.double()).mean())
    return mean if math.isfinite(mean) else None


def forbid_tf32(torch: Any) -> None:
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False


def uses_tf32(torch: Any) -> bool:
    return torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32 or os.environ.get("NVIDIA_TF32_OVERRIDE") == "1"


def read_effective(torch: Any, pipeline: Pipeline, warmup: int, window: Window, has_floors: bool) -> dict[str, Any]:
    """The configuration that ran. null means that the key has no meaning in this run."""
    slot, model, compiled = pipeline.slots[0], pipeline.model, pipeline.module is not pipeline.model
    block = model.blocks[0] if model else None
    return {
        "num_samples": window.samples / window.passes if window.samples % window.passes else window.samples // window.passes,
        "warmup_samples": warmup, "batch_size": slot.device.shape[0],
        "memory_size_mb": bytes_of(pipeline.pool) // MIB, "tensor_shape": list(pipeline.ring[0].shape[1:]),
        "image_shape": pipeline.image_shape, "compile_model": compiled if model else None,
        "compile_mode": pipeline.options.compile_mode if compiled else None,
        "patch_size": model.patch if model else None, "depth": len(model.blocks) if model else 0,
        "heads": block.heads if block else None, "dim": model.positions.shape[-1] if model else None,
        "mlp_dim": block.widen.out_features if block else None,
        "pipeline_mode": "sync" if pipeline.h2d is pipeline.d2h else "async", "preprocessing_mode": pipeline.normalised_on,
        "queue_depth": len(pipeline.slots) if pipeline.is_async else None,
        "execution": pipeline.batches.name, "batches_a_graph": pipeline.batches.batches_a_graph,
        "min_window_s": pipeline.options.min_window_s, "measure_floors": has_floors,
        "dtype": str(next(model.parameters()).dtype if model else slot.device.dtype).replace("torch.", ""),
        "device": slot.device.device.type, "is_pinned": pipeline.pool.is_pinned(), "d2h_source": "output",
        "tf32": uses_tf32(torch), "deterministic": torch.are_deterministic_algorithms_enabled(),
        "cudnn_benchmark": torch.backends.cudnn.benchmark, "cublas_workspace": os.environ.get("CUBLAS_WORKSPACE_CONFIG") if pipeline.on_cuda else None,
        "threads": torch.get_num_threads(),
        "numa_balancing": read_setting("/proc/sys/kernel/numa_balancing"),
        "transparent_hugepages": read_setting("/sys/kernel/mm/transparent_hugepage/enabled"),
        "shared_hugepages": read_setting("/sys/kernel/mm/transparent_hugepage/shmem_enabled"),
    }


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
        warmed_up = pipeline.run("warmup", options.warmup_samples, Progress(options.warmup_samples, options.sync_frequency)).samples
        say("Warmup completed, GPU synchronized" if pipeline.on_cuda else "Warmup completed")
    tell("phase", name="measure")
    say(f"Test phase: {options.num_samples} samples...")
    graphs_before = compile_counts(pipeline)["compiled_graphs"]
    progress = Progress(options.num_samples, options.sync_frequency)
    with captured(pipeline.torch, pipeline.on_cuda):
        window = pipeline.run("test", options.num_samples, progress, options.min_window_s)
    if compile_counts(pipeline)["compiled_graphs"] != graphs_before:
        tell("degraded", reason="torch.compile compiled again inside the measured window")
    return warmed_up, window


def measure_floors(pipeline: Pipeline) -> dict[str, float | None]:
    """Samples/s of each stage while the others rest; null for a stage that is not there or could not be measured."""
    slots, rows = pipeline.slots, pipeline.options.batch_size
    pipeline.forget_batches()
    pipeline.compute.run(lambda: setattr(slots[0], "output", pipeline.forward(slots[0].device)))
    pipeline.synchronize()
    output, count = slots[0].output, len(slots)

    def copy_in(number: int) -> None:
        source = pipeline.source(number, rows) if slots[0].staging is None else slots[number % count].staging
        slots[number % count].device.copy_(source, non_blocking=True)

    def compute(number: int) -> None:
        pipeline.forward(slots[number % count].device)

    def copy_out(number: int) -> None:
        slots[number % count].host.copy_(output, non_blocking=True)

    captures = pipeline.on_cuda and not pipeline.clones_output
    launches = pipeline.on_cuda and pipeline.computes and pipeline.batches.name == "eager"
    return {
        "h2d_samples_per_s": rate_alone(pipeline, pipeline.h2d, copy_in, len(pipeline.ring) if captures else 1),
        "compute_samples_per_s": rate_alone(pipeline, pipeline.compute, compute, 8 if captures else 1) if pipeline.computes else None,
        "launch_samples_per_s": rate_alone(pipeline, pipeline.compute, compute, 1) if launches else None,
        "d2h_samples_per_s": rate_alone(pipeline, pipeline.d2h, copy_out, 32 if captures else 1),
    }


def rate_alone(pipeline: Pipeline, stream: Any, work: Callable[[int], None], a_graph: int) -> float | None:
    """Samples/s of one stage; with more than one batch a graph no launch of the host is in it."""

    def launch(times: int) -> None:
        for number in range(times):
            stream.run(functools.partial(work, number))

    def replay(times: int) -> None:
        for _ in range(times):
            stream.run(graph.replay)

    repeat = launch
    if a_graph > 1:
        try:
            graph, repeat = capture(pipeline, stream, lambda: launch(a_graph)), replay
        except RuntimeError as error:
            say(f"Warning: a stage could not be captured and has no floor ({str(error).splitlines()[0]})")
            return None
    once_s = time_work(pipeline, lambda: repeat(1))
    times = max(1, math.ceil(FLOOR_S / once_s))
    return times * a_graph * pipeline.options.batch_size / time_work(pipeline, lambda: repeat(times))


def time_work(pipeline: Pipeline, work: Callable[[], None]) -> float:
    pipeline.synchronize()
    began = time.perf_counter()
    work()
    pipeline.synchronize()
    return time.perf_counter() - began


def find_launch_gaps(floors: dict[str, float | None] | None) -> float | None:
    launched, computed = (floors or {}).get("launch_samples_per_s"), (floors or {}).get("compute_samples_per_s")
    return max(0.0, 1 - launched / computed) if launched and computed else None


def check_output(torch: Any, pipeline: Pipeline) -> dict[str, float]:
    """Compares fresh inputs through the whole pipeline with a plain forward pass; raises Refusal where they differ."""
    pipeline.write_fresh(make_tile(torch, pipeline.options.seed + 1), pipeline.batches.samples_to_check)
    pipeline.run("check", pipeline.batches.samples_to_check)
    largest = difference = 0.0
    for ticket in pipeline.newest:
        expected = pipeline.plain_output(ticket.source)
        largest = max(largest, float(expected.abs().max()))
        difference = max(difference, float((ticket.target - expected).abs().max().nan_to_num(math.inf)))
    if not difference <= EQUAL_WITHIN * max(1.0, largest):
        raise Refusal("wrong-output", f"the output differs from a plain forward pass by up to {difference:.3g} (largest value {largest:.3g}); "
                      "try --execution eager without --compile-model", 1)
    return {"output_max_abs_diff": difference, "output_max_rel_diff": difference / largest if largest else 0.0}


def report(torch: Any, pipeline: Pipeline, warmed_up: int, window: Window, startup_s: float) -> None:
    options = pipeline.options
    throughput = window.samples / window.seconds
    peak_mib = round(torch.cuda.max_memory_allocated() / MIB, 1) if pipeline.on_cuda else None
    pipeline.run("first", first_rows(options))
    output_checksum = checksum(torch, pipeline.newest[-1].target, make_tile(torch, options.seed))
    if output_checksum is None:
        tell("degraded", reason="the output holds numbers that are not finite")
    floors = measure_floors(pipeline) if options.measure_floors else None
    metrics = {
        "samples": window.samples, "batches": len(window.latency_ms), "passes": window.passes, "window_s": window.seconds,
        "throughput_samples_per_s": throughput, "h2d_bytes": window.h2d_bytes, "d2h_bytes": window.d2h_bytes,
        **describe_steadiness(window.ended_ms),
        "floors": floors, "launch_gap_share": find_launch_gaps(floors), **check_output(torch, pipeline),
        "output_checksum": output_checksum, "startup_s": startup_s, "peak_host_memory_mib": peak_host_memory_mib(),
        "peak_gpu_memory_mib": peak_mib, **compile_counts(pipeline),
    }
    say(f"=== Pipeline Results Summary ===\nTest Samples: {window.samples}")
    say(f"Total Time: {window.seconds:.6f}s\nAverage Throughput: {throughput:.2f} samples/s")
    for first in range(0, len(window.latency_ms), 500):
        tell("samples", latency_ms=window.latency_ms[first : first + 500])
    tell("result", metrics=metrics, effective=read_effective(torch, pipeline, warmed_up, window, floors is not None))


def run_experiment(torch: Any, options: argparse.Namespace, age_s: Callable[[], float]) -> None:
    """One experiment in a process that has PyTorch loaded already. `age_s` tells the time since it was asked for."""
    if options.deterministic != torch.are_deterministic_algorithms_enabled():  # to ask for what is so already imports a compiler
        torch.use_deterministic_algorithms(options.deterministic, warn_only=True)
    forbid_tf32(torch)
    device = choose_device(torch, options)
    introduce(torch, options, device)
    describe_run(options, pins=device.type == "cuda" and not options.no_pin_memory)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    pipeline = Pipeline(torch, options, device)
    try:
        pipeline.load()
        tell("placement", what="pinned input pool" if pipeline.pool.is_pinned() else "input pool", cpus_allowed=cpus_allowed(), **find_placement(pipeline.pool.data_ptr()))
        if pipeline.model is None:
            say("No-op compute mode: depth=0, skipping ViT model creation")
        elif options.compile_model:
            compile_model(torch, pipeline)
        if options.execution == "graph":
            capture_graphs(torch, pipeline)
        startup_s = age_s()
        warmed_up, window = run_phases(pipeline)
        tell("phase", name="report")
        report(torch, pipeline, warmed_up, window, startup_s)
    finally:
        pipeline.close()
    say("=== Pipeline Test Completed ===")


PROGRAM = Program("vit_pipeline", "GPU NUMA Pipeline Performance Test", PARAMETERS, METRICS, parse, run_experiment)


def main(argv: list[str]) -> int:
    return run_program(PROGRAM, argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
