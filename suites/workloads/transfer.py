#!/usr/bin/env python3
"""Measures copies of one size between host and GPU memory: pinned or pageable, to the device, back, or both at once.

A sample is one copy. Prints lines for people and `::warpdeck {json}` lines for warpdeck (docs/workload-protocol.md).
Every value under `effective` is read back from the objects that ran. Without a GPU it copies inside host memory and says so:
its device is `cpu`, and its numbers are no bus's. `--describe` prints the parameters and metrics as JSON, `--serve` runs one
experiment for each line of JSON on stdin.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, NamedTuple

from _workload import (
    MIB, HostMemory, Parameter, Program, Refusal, bytes_of, captured, choose_device, cpus_allowed, describe_steadiness, find_placement, introduce,
    peak_host_memory_mib, read_options, read_setting, run_program, say, tell,
)

PASSES_AHEAD = 3  # passes that the host may enqueue before it waits for the oldest
STALL_CYCLES = 200_000  # about 0.1 ms, in which a copy and its events are enqueued behind each other
GIB = 1 << 30

PARAMETERS = (
    Parameter("--device", "device", "auto", "where to copy to; auto takes CUDA when PyTorch sees it", choices=("auto", "cuda", "cpu")),
    Parameter("--gpu-id", "gpu_id", 0, "CUDA ordinal among the visible GPUs", least=0),
    Parameter("--size-kib", "size_kib", 16384, "size of one copy in KiB"),
    Parameter("--memory", "memory", "pinned", "whether the host buffers are pinned or pageable", choices=("pinned", "pageable")),
    Parameter("--direction", "direction", "h2d", "to the device, back to the host, or both at once on two streams", choices=("h2d", "d2h", "both")),
    Parameter("--num-samples", "num_samples", 100, "copies of one pass; the timed window consists of whole passes"),
    Parameter("--warmup-samples", "warmup_samples", 20, "copies before the measurement", least=0),
    Parameter("--min-window-s", "min_window_s", 1.0, "passes are repeated until the window is this long; 0 measures one pass", least=0),
    Parameter("--memory-size-mb", "memory_size_mb", 512, "size of the host pool that the copies go through in turn, in MiB"),
    Parameter("--name", "name", "", "a label, repeated in the ready line"),
)
METRICS = {
    "samples": "copies in the window, both directions together: num_samples x passes",
    "batches": "the same: a copy is a batch of one",
    "passes": "how often the declared copies were measured",
    "window_s": "wall time from the end of the warm-up to the final synchronise",
    "throughput_samples_per_s": "copies a second: samples / window_s",
    "throughput_bytes_per_s": "bytes copied in the window, both directions together, / window_s",
    "throughput_gib_per_s": "the same in GiB (2^30 bytes)",
    "h2d_bytes": "bytes copied to the device in the window",
    "d2h_bytes": "bytes copied back from the device in the window",
    "latency_clock": "events: each copy by CUDA events, alone on its stream; wall: by the host's clock, the call and the wait for its end",
    "not_steady": "whether the last third of the window ran more than 2 % faster or slower than the middle third; null when it is too short to tell",
    "rate_change": "median rate of the last third over that of the middle third, less 1",
    "peak_gpu_memory_mib": "most memory that PyTorch had allocated on the GPU; null on a CPU",
    "peak_host_memory_mib": "most resident memory of this process",
    "startup_s": "from the start of the process, or of the request, to the start of the warm-up",
}


def parse(argv: list[str]) -> argparse.Namespace:
    """Reads the command line; raises Refusal for anything unknown, out of range or contradictory."""
    options = read_options(PARAMETERS, argv, __doc__)
    ways = 2 if options.direction == "both" else 1
    needed_mib = -(-options.size_kib * ways // 1024)
    if needed_mib > options.memory_size_mb:
        raise Refusal("config", f"a pool of {options.memory_size_mb} MiB does not hold {ways} x {options.size_kib} KiB; try --memory-size-mb {needed_mib}")
    for flag, copies in (("--num-samples", options.num_samples), ("--warmup-samples", options.warmup_samples)):
        if copies % ways:
            raise Refusal("config", f"{flag} is {copies}, and both directions copy equally often; give an even number")
    return options


class Way:
    """One direction: its stream, its part of the pool, and its buffer on the device."""

    def __init__(self, torch: Any, name: str, ring: list[Any], device: Any):
        self.torch, self.name, self.ring = torch, name, ring
        self.on_cuda = device.type == "cuda"
        self.waits = not (self.on_cuda and ring[0].is_pinned())  # a copy of pageable memory is over when its call returns
        self.buffer = torch.empty_like(ring[0], device=device).fill_(1)
        self.stream = torch.cuda.Stream() if self.on_cuda else None

    def copy(self, number: int) -> None:
        host = self.ring[number % len(self.ring)]
        target, source = (self.buffer, host) if self.name == "h2d" else (host, self.buffer)
        target.copy_(source, non_blocking=not self.waits)

    def launch(self, first: int, count: int) -> None:
        """Enqueues so many copies, or does them where a copy waits."""
        self.enter()
        for number in range(first, first + count):
            self.copy(number)

    def enter(self) -> None:
        if self.stream is not None:
            self.torch.cuda.set_stream(self.stream)

    def time_alone(self, count: int) -> list[float]:
        """Milliseconds of each copy where it waits, by the host's clock."""
        self.enter()
        latency_ms = []
        for number in range(count):
            began = time.perf_counter()
            self.copy(number)
            latency_ms.append((time.perf_counter() - began) * 1e3)
        return latency_ms


class Window(NamedTuple):
    """What arrived between two synchronises; each pass was over ended_ms after the start."""

    samples: int
    passes: int
    seconds: float
    ended_ms: list[float]


class Transfer:
    """Owns the pool and the ways. Both ways run at once: on two streams, and on two threads where a copy waits."""

    def __init__(self, torch: Any, options: argparse.Namespace, device: Any):
        self.torch, self.options, self.device = torch, options, device
        self.on_cuda = device.type == "cuda"
        self.host = HostMemory(torch, self.on_cuda and options.memory == "pinned")
        self.threads = ThreadPoolExecutor(max_workers=2)

    def load(self) -> None:
        """Allocates and touches everything, so that nothing is left to do inside the measurement."""
        options = self.options
        say(f"Allocating {options.memory_size_mb} MB CPU memory pool...")
        self.pool = self.host.allocate(options.memory_size_mb * MIB // 4)
        self.pool.copy_(self.torch.arange(self.pool.numel(), dtype=self.torch.float32))
        names = ["h2d", "d2h"] if options.direction == "both" else [options.direction]
        each = options.size_kib * 256
        buffers = list(self.pool[: self.pool.numel() // each * each].view(-1, each))
        self.ways = [Way(self.torch, name, buffers[index :: len(names)], self.device) for index, name in enumerate(names)]
        self.synchronize()

    def close(self) -> None:
        self.threads.shutdown()
        self.host.close()

    def synchronize(self) -> None:
        if self.on_cuda:
            self.torch.cuda.synchronize()
            self.torch.cuda.set_stream(self.torch.cuda.default_stream())

    def at_once(self, work: Callable[[Way], Any]) -> list[Any]:
        """Does the work for each way; on a thread for each where its copies wait."""
        if len(self.ways) == 1 or not self.ways[0].waits:
            return [work(way) for way in self.ways]
        return list(self.threads.map(work, self.ways))

    def run(self, samples: int, least_s: float = 0.0) -> Window:
        """Runs whole passes over the copies until `least_s` is over; returns when the last one has arrived."""
        each, passes, told_at, ended_ms = samples // len(self.ways), 0, 0.0, []
        aloft: deque[list[Any]] = deque()
        opening = self.mark() if not self.ways[0].waits else None
        began = time.perf_counter()

        def land() -> None:
            marks = aloft.popleft()
            for mark in marks:
                mark.synchronize()
            ended_ms.append(max(first.elapsed_time(last) for first, last in zip(opening, marks)))

        while passes == 0 or time.perf_counter() - began < least_s:
            self.at_once(lambda way: way.launch(passes * each, each))
            passes += 1
            if opening is None:
                ended_ms.append((time.perf_counter() - began) * 1e3)
            else:
                aloft.append(self.mark())
            while len(aloft) > PASSES_AHEAD:
                land()
            passed_s = time.perf_counter() - began
            if passed_s - told_at >= 0.1:
                told_at = passed_s
                self.tell_progress(samples, len(ended_ms), passed_s, least_s)
        while aloft:
            land()
        self.synchronize()
        seconds = time.perf_counter() - began
        tell("progress", done=samples * passes, total=samples * passes)
        return Window(samples * passes, passes, seconds, ended_ms)

    def mark(self) -> list[Any]:
        """An event at the present end of each stream."""
        events = [self.torch.cuda.Event(enable_timing=True) for _ in self.ways]
        for event, way in zip(events, self.ways):
            event.record(way.stream)
        return events

    def tell_progress(self, samples: int, passes: int, passed_s: float, least_s: float) -> None:
        if passes:
            tell("progress", done=samples * passes, total=samples * max(passes, round(passes * least_s / passed_s)))

    def time_copies(self) -> list[float]:
        """Milliseconds of each of `num_samples` copies with nothing else in flight but the other way's."""
        count, stall = self.options.num_samples // len(self.ways), getattr(self.torch.cuda, "_sleep", None)
        if self.ways[0].waits:
            return [latency for latencies in self.at_once(lambda way: way.time_alone(count)) for latency in latencies]
        latency_ms = []
        for number in range(count):
            for way in self.ways:
                way.enter()
                if stall:
                    stall(STALL_CYCLES)  # or the events would time the host, which takes longer to launch than a small copy takes
            started = self.mark()
            for way in self.ways:
                way.launch(number, 1)
            ended = self.mark()
            self.torch.cuda.synchronize()
            latency_ms += [start.elapsed_time(end) for start, end in zip(started, ended)]
        self.synchronize()
        return latency_ms

    def check(self) -> None:
        """Sends fresh numbers through each way; raises Refusal where they do not arrive."""
        for way in self.ways:
            host = way.ring[0]
            fresh = self.torch.arange(host.numel(), dtype=self.torch.float32).mul_(-1).sub_(7)
            (host if way.name == "h2d" else way.buffer).copy_(fresh)
            self.synchronize()
            way.launch(0, 1)
            self.synchronize()
            if not self.torch.equal(way.buffer.cpu() if way.name == "h2d" else host, fresh):
                raise Refusal("wrong-output", f"what was copied ({way.name}) is not what arrived", 1)


def read_effective(transfer: Transfer, warmed_up: int, window: Window) -> dict[str, Any]:
    """The configuration that ran. null means that the key has no meaning in this run."""
    way = transfer.ways[0]
    pinned = "pinned" if transfer.pool.is_pinned() else "pageable"
    return {
        "size_kib": bytes_of(way.buffer) // 1024, "memory": pinned if transfer.on_cuda else None,
        "direction": "both" if len(transfer.ways) == 2 else way.name,
        "num_samples": window.samples // window.passes, "warmup_samples": warmed_up,
        "min_window_s": transfer.options.min_window_s, "memory_size_mb": bytes_of(transfer.pool) // MIB,
        "device": way.buffer.device.type, "host_buffers": sum(len(one.ring) for one in transfer.ways), "is_pinned": transfer.pool.is_pinned(),
        "numa_balancing": read_setting("/proc/sys/kernel/numa_balancing"),
        "transparent_hugepages": read_setting("/sys/kernel/mm/transparent_hugepage/enabled"),
        "shared_hugepages": read_setting("/sys/kernel/mm/transparent_hugepage/shmem_enabled"),
    }


def report(torch: Any, transfer: Transfer, warmed_up: int, window: Window, startup_s: float) -> None:
    latency_ms = [round(latency, 5) for latency in transfer.time_copies()]
    transfer.check()
    size = bytes_of(transfer.ways[0].buffer)
    each_bytes = window.samples // len(transfer.ways) * size
    total_bytes_per_s = window.samples * size / window.seconds
    ways = [way.name for way in transfer.ways]
    metrics = {
        "samples": window.samples, "batches": window.samples, "passes": window.passes, "window_s": window.seconds,
        "throughput_samples_per_s": window.samples / window.seconds, "throughput_bytes_per_s": total_bytes_per_s,
        "throughput_gib_per_s": total_bytes_per_s / GIB,
        "h2d_bytes": each_bytes if "h2d" in ways else 0, "d2h_bytes": each_bytes if "d2h" in ways else 0,
        "latency_clock": "wall" if transfer.ways[0].waits else "events", **describe_steadiness(window.ended_ms),
        "peak_gpu_memory_mib": round(torch.cuda.max_memory_allocated() / MIB, 1) if transfer.on_cuda else None,
        "peak_host_memory_mib": peak_host_memory_mib(), "startup_s": startup_s,
    }
    say(f"=== Transfer Results Summary ===\nCopies: {window.samples} of {size // 1024} KiB ({' and '.join(ways)})")
    say(f"Total Time: {window.seconds:.6f}s\nThroughput: {total_bytes_per_s / GIB:.3f} GiB/s")
    for first in range(0, len(latency_ms), 500):
        tell("samples", latency_ms=latency_ms[first : first + 500])
    tell("result", metrics=metrics, effective=read_effective(transfer, warmed_up, window))


def run_experiment(torch: Any, options: argparse.Namespace, age_s: Callable[[], float]) -> None:
    """One experiment in a process that has PyTorch loaded already. `age_s` tells the time since it was asked for."""
    device = choose_device(torch, options)
    introduce(torch, options, device)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    else:
        say("No GPU: copies stay inside host memory, where pinning means nothing")
    transfer = Transfer(torch, options, device)
    try:
        transfer.load()
        what = "pinned host pool" if transfer.pool.is_pinned() else "host pool"
        tell("placement", what=what, cpus_allowed=cpus_allowed(), **find_placement(transfer.pool.data_ptr()))
        startup_s, warmed_up = age_s(), 0
        if options.warmup_samples:
            tell("phase", name="warmup")
            warmed_up = transfer.run(options.warmup_samples).samples
        tell("phase", name="measure")
        with captured(torch, transfer.on_cuda):
            window = transfer.run(options.num_samples, options.min_window_s)
        tell("phase", name="report")
        report(torch, transfer, warmed_up, window, startup_s)
    finally:
        transfer.close()
    say("=== Transfer Test Completed ===")


PROGRAM = Program("transfer", "Host-Device Transfer Test", PARAMETERS, METRICS, parse, run_experiment)

if __name__ == "__main__":
    sys.exit(run_program(PROGRAM, sys.argv[1:]))
