/** A commented workload in Python to begin with; it needs nothing but Python, and runs as it stands. */
export const writeWorkloadStart = (name: string): string => `#!/usr/bin/env python3
"""${name}: what it measures, in one line.

Prints lines that are read while it runs: docs/workload-protocol.md tells what each means. Everything else that you
print is kept in the log.
"""

import argparse
import json
import sys
import time

# What a suite can set: axes, keys of experiment.test and keys of a model, by these names.
PARAMETERS = [
    {"name": "size", "flag": "--size", "type": "int", "default": 1000, "least": 1, "help": "numbers that one step sorts"},
    {"name": "num_samples", "flag": "--num-samples", "type": "int", "default": 200, "least": 1, "help": "timed steps"},
    {"name": "device", "flag": "--device", "type": "str", "default": "cpu", "choices": ["cpu", "cuda"], "help": "where to compute"},
]


def tell(event, **words):
    """One line for warpdeck; flushed, or the screen stands still."""
    print("::warpdeck " + json.dumps({"event": event, **words}), flush=True)


def read_options(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    types = {"int": int, "float": float, "str": str}
    for one in PARAMETERS:
        parser.add_argument(one["flag"], type=types[one["type"]], default=one["default"], help=one["help"])
    return parser.parse_args(argv)


def step(numbers):
    """What is measured: put your own work here. On a GPU, synchronise before it returns."""
    return sorted(numbers)


def main(argv):
    if "--describe" in argv:
        print(json.dumps({"parameters": PARAMETERS}))
        return 0
    options = read_options(argv)
    if options.device != "cpu":
        tell("error", kind="config", message="step() computes on the CPU only; give it a GPU, or hardware.gpu_ids=[]")
        return 1
    tell("ready", device="cpu", versions={"python": sys.version.split()[0]})

    tell("phase", name="load")
    numbers = [(7919 * place) % options.size for place in range(options.size)]

    tell("phase", name="warmup")
    step(numbers)

    tell("phase", name="measure")
    latency_ms = []
    began = time.perf_counter()
    for done in range(1, options.num_samples + 1):
        before = time.perf_counter()
        result = step(numbers)
        latency_ms.append(1000 * (time.perf_counter() - before))
        if done % 50 == 0:
            tell("progress", done=done, total=options.num_samples)
    window_s = time.perf_counter() - began

    tell("phase", name="report")
    for first in range(0, len(latency_ms), 500):
        tell("samples", latency_ms=latency_ms[first : first + 500])
    # effective is read back from what ran, never from the arguments: a difference marks the result as degraded.
    tell(
        "result",
        metrics={
            "samples": len(latency_ms),
            "batches": len(latency_ms),
            "window_s": window_s,
            "throughput_samples_per_s": len(latency_ms) / window_s,
        },
        effective={"size": len(result), "num_samples": len(latency_ms), "device": "cpu"},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
`;
