#!/usr/bin/env python3
"""Measures vit_pipeline.py against its floors and against the loop of the script that it replaced, on one GPU.

    python3 test/bench/pipeline_table.py [--json FILE]          about two minutes on an H200

Every round measures, one after the other: each stage alone, a window in eager mode, a window of CUDA graphs, a window of
the replaced loop. What is printed are medians over the rounds, as a Markdown table and as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "suites" / "workloads"))
import _workload  # noqa: E402
import vit_pipeline  # noqa: E402


class Model(NamedTuple):
    patch: int
    depth: int
    heads: int
    dim: int
    mlp_dim: int


MODELS = {
    "vit0x0x0": Model(32, 0, 8, 256, 1024),
    "vit32x2x128": Model(32, 2, 4, 128, 512),
    "vit32x4x256": Model(32, 4, 8, 256, 1024),
    "vit32x6x512": Model(32, 6, 8, 512, 2048),
    "vit16x8x768": Model(16, 8, 12, 768, 3072),
    "vit16x12x1024": Model(16, 12, 16, 1024, 4096),
}
BATCH = 10
PASS_SAMPLES = 1000
COLUMNS = {
    "model": "model", "h2d": "H2D alone", "compute": "compute alone", "d2h": "D2H alone", "floor": "floor", "eager": "eager",
    "eager_of_floor": "of floor", "graph": "graph", "graph_of_floor": "of floor", "replaced": "replaced loop",
    "eager_of_replaced": "eager / replaced", "launched": "compute launched one by one", "kernels": "kernels a forward pass",
    "max_abs_diff": "largest difference to a plain pass",
}


def make_textbook_vit(torch: Any, model: Model, side: int) -> Any:
    """A ViT as one writes it from modules, with attention spelt out: what the replaced script ran."""
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.softmax, self.dropout = nn.LayerNorm(model.dim), nn.Softmax(dim=-1), nn.Dropout(0.0)
            self.qkv, self.project = nn.Linear(model.dim, 3 * model.dim, bias=False), nn.Linear(model.dim, model.dim)

        def forward(self, x: Any) -> Any:
            batch, tokens, dim = x.shape
            parts = self.qkv(self.norm(x)).chunk(3, dim=-1)
            query, key, value = (part.reshape(batch, tokens, model.heads, -1).permute(0, 2, 1, 3) for part in parts)
            weights = self.dropout(self.softmax(torch.matmul(query, key.transpose(-1, -2)) * (dim // model.heads) ** -0.5))
            return self.dropout(self.project(torch.matmul(weights, value).permute(0, 2, 1, 3).reshape(batch, tokens, dim)))

    class Vit(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            width = 3 * model.patch**2
            self.embed = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, model.dim), nn.LayerNorm(model.dim))
            self.cls = nn.Parameter(torch.randn(1, 1, model.dim))
            self.positions = nn.Parameter(torch.randn(1, (side // model.patch) ** 2 + 1, model.dim))
            self.attentions = nn.ModuleList(Attention() for _ in range(model.depth))
            self.mlps = nn.ModuleList(
                nn.Sequential(nn.LayerNorm(model.dim), nn.Linear(model.dim, model.mlp_dim), nn.GELU(), nn.Dropout(0.0),
                              nn.Linear(model.mlp_dim, model.dim), nn.Dropout(0.0)) for _ in range(model.depth))
            self.norm = nn.LayerNorm(model.dim)

        def forward(self, images: Any) -> Any:
            batch, channels, height, width = images.shape
            rows, columns = height // model.patch, width // model.patch
            patches = images.reshape(batch, channels, rows, model.patch, columns, model.patch).permute(0, 2, 4, 3, 5, 1)
            x = self.embed(patches.reshape(batch, rows * columns, -1))
            x = torch.cat([self.cls.expand(batch, -1, -1), x], dim=1) + self.positions
            for attention, mlp in zip(self.attentions, self.mlps):
                x = attention(x) + x
                x = mlp(x) + x
            return self.norm(x)

    return Vit().eval()


class ReplacedLoop:
    """The loop of the replaced script: double buffer on three streams, one copy a sample, and the input copied back."""

    def __init__(self, torch: Any, model: Model, device: Any, samples: list[Any]):
        self.torch, self.samples, self.device = torch, samples, device
        self.vit = make_textbook_vit(torch, model, samples[0].shape[-1]).to(device) if model.depth else None
        pins = device.type == "cuda"
        shape = (BATCH, *samples[0].shape)
        self.buffers = [torch.empty(shape, device=device) for _ in range(2)]
        self.outputs = [[torch.empty(shape[1:], pin_memory=pins) for _ in range(BATCH)] for _ in range(2)]
        self.streams = [torch.cuda.Stream() for _ in range(3)] if pins else []
        self.events = [[torch.cuda.Event() for _ in range(3)] for _ in range(2)] if pins else []

    def rate(self, least_s: float) -> float:
        """Samples/s over whole passes."""
        passes, began = 0, time.perf_counter()
        while passes == 0 or time.perf_counter() - began < least_s:
            for index, first in enumerate(range(0, len(self.samples), BATCH)):
                self._run_batch(index, self.samples[first : first + BATCH])
            self._synchronize()
            passes += 1
        return passes * len(self.samples) / (time.perf_counter() - began)

    def _run_batch(self, index: int, batch: list[Any]) -> None:
        buffer, outputs = self.buffers[index % 2], self.outputs[index % 2]
        with self._stage(0, index, waits_for=2 if index > 1 else None):
            for place, sample in enumerate(batch):
                buffer[place].copy_(sample, non_blocking=True)
        with self._stage(1, index, waits_for=0), self.torch.no_grad():
            (buffer if self.vit is None else self.vit(buffer)).sum()
        with self._stage(2, index, waits_for=1):
            for place, output in enumerate(outputs):
                output.copy_(buffer[place], non_blocking=True)

    @contextlib.contextmanager
    def _stage(self, stage: int, index: int, waits_for: int | None) -> Any:
        if not self.streams:
            yield
            return
        events = self.events[index % 2]
        with self.torch.cuda.stream(self.streams[stage]):
            if waits_for is not None:
                self.streams[stage].wait_event(events[waits_for])
            yield
            events[stage].record(self.streams[stage])

    def _synchronize(self) -> None:
        if self.streams:
            self.torch.cuda.synchronize()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS), metavar="MODEL")
    parser.add_argument("--windows", type=int, default=5, help="rounds, of which the medians are shown")
    parser.add_argument("--seconds", type=float, default=1.0, help="least length of a window")
    parser.add_argument("--side", type=int, default=224, help="height and width of a sample")
    parser.add_argument("--samples", type=int, default=PASS_SAMPLES, help="samples of one pass")
    parser.add_argument("--memory-size-mb", type=int, default=512)
    parser.add_argument("--json", metavar="FILE", help="where the figures of every round go")
    return parser.parse_args()


def measure_model(torch: Any, name: str, given: argparse.Namespace, samples: list[Any]) -> dict[str, Any]:
    model = MODELS[name]
    options = vit_pipeline.parse(
        f"--device {given.device} --shape 3 {given.side} {given.side} --num-samples {given.samples} --batch-size {BATCH} "
        f"--memory-size-mb {given.memory_size_mb} --vit-patch-size {model.patch} --vit-depth {model.depth} --vit-heads {model.heads} "
        f"--vit-dim {model.dim} --vit-mlp-dim {model.mlp_dim} --execution graph".split())
    device = vit_pipeline.choose_device(torch, options)
    pipeline = vit_pipeline.Pipeline(torch, options, device)
    try:
        pipeline.load()
        eager = pipeline.batches
        vit_pipeline.capture_graphs(torch, pipeline)
        modes = {mode.name: mode for mode in (eager, pipeline.batches)}
        replaced = ReplacedLoop(torch, model, device, samples)
        for mode in modes.values():
            run_window(pipeline, mode, given.seconds / 2)
        replaced.rate(given.seconds / 4)
        rounds = [measure_round(pipeline, modes, replaced, given.seconds) for _ in range(given.windows)]
        differences = [check_mode(torch, pipeline, mode) for mode in modes.values()]
        return {"model": name, "rounds": rounds, "max_abs_diff": max(differences), "kernels": count_kernels(torch, pipeline)}
    finally:
        pipeline.close()


def measure_round(pipeline: Any, modes: dict[str, Any], replaced: ReplacedLoop, seconds: float) -> dict[str, Any]:
    pipeline.batches = modes["eager"]
    floors = vit_pipeline.measure_floors(pipeline)
    windows = {name: run_window(pipeline, mode, seconds) for name, mode in modes.items()}
    return {**floors, **windows, "replaced": replaced.rate(seconds / 2)}


def run_window(pipeline: Any, mode: Any, seconds: float) -> float:
    pipeline.forget_batches()
    pipeline.batches = mode
    window = pipeline.run("test", pipeline.options.num_samples, None, seconds)
    return window.samples / window.seconds


def check_mode(torch: Any, pipeline: Any, mode: Any) -> float:
    pipeline.forget_batches()
    pipeline.batches = mode
    return vit_pipeline.check_output(torch, pipeline)["output_max_abs_diff"]


def count_kernels(torch: Any, pipeline: Any) -> int | None:
    """Kernels of one forward pass; None where no profiler may look or nothing is computed."""
    if not pipeline.on_cuda or not pipeline.computes:
        return None
    with contextlib.suppress(RuntimeError):
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
            pipeline.forward(pipeline.slots[0].device)
            torch.cuda.synchronize()
        return sum(str(event.device_type).endswith("CUDA") for event in profile.events()) or None
    return None


def summarize(measured: dict[str, Any]) -> dict[str, Any]:
    """Medians over the rounds, and what follows from them."""
    rounds = measured["rounds"]

    def median(key: str) -> float | None:
        values = [one[key] for one in rounds if one.get(key) is not None]
        return statistics.median(values) if values else None

    row = {"h2d": median("h2d_samples_per_s"), "compute": median("compute_samples_per_s"), "d2h": median("d2h_samples_per_s")}
    floor = min(rate for rate in row.values() if rate is not None)
    eager, graph, replaced = median("eager"), median("graph"), median("replaced")
    return {
        "model": measured["model"], **row, "floor": floor, "eager": eager, "eager_of_floor": eager / floor, "graph": graph,
        "graph_of_floor": graph / floor if graph else None, "replaced": replaced, "eager_of_replaced": eager / replaced,
        "launched": median("launch_samples_per_s"), "kernels": measured["kernels"], "max_abs_diff": measured["max_abs_diff"],
    }


def to_text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value and value < 0.01 else f"{value:.2f}"
    return str(value)


def to_markdown(rows: list[dict[str, Any]]) -> str:
    lines = [list(COLUMNS.values()), ["---"] * len(COLUMNS), *([to_text(row[key]) for key in COLUMNS] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def describe_machine(torch: Any, given: argparse.Namespace) -> dict[str, Any]:
    return {
        "device": torch.cuda.get_device_name(0) if given.device == "cuda" else "cpu",
        "cpu": _workload.read_proc("/proc/cpuinfo", "model name"), "torch": torch.__version__, "cuda": torch.version.cuda,
        "tf32": vit_pipeline.uses_tf32(torch), "batch_size": BATCH, "samples_a_pass": given.samples, "windows": given.windows,
        "least_window_s": given.seconds,
    }


def main() -> None:
    given = parse()
    import torch

    vit_pipeline.forbid_tf32(torch)
    began, rows, everything = time.perf_counter(), [], []
    samples = [torch.rand(3, given.side, given.side, pin_memory=given.device == "cuda") for _ in range(given.samples)]
    for name in given.models:
        with contextlib.redirect_stdout(sys.stderr):
            measured = measure_model(torch, name, given, samples)
        everything.append(measured)
        rows.append(summarize(measured))
        # What is measured by then is there, whatever becomes of the rest.
        print(json.dumps(rows[-1]), flush=True)
        gc.collect()
        if given.device == "cuda":
            torch.cuda.empty_cache()
    machine = {**describe_machine(torch, given), "took_s": round(time.perf_counter() - began, 1)}
    print("samples/s, medians; " + ", ".join(f"{key} {value}" for key, value in machine.items()) + "\n\n" + to_markdown(rows))
    print("\n" + json.dumps({"machine": machine, "rows": rows}))
    if given.json:
        Path(given.json).write_text(json.dumps({"machine": machine, "rows": rows, "measured": everything}, indent=1))


if __name__ == "__main__":
    main()
