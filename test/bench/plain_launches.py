#!/usr/bin/env python3
"""The plain baseline: the experiments of a plan, one launch after the other on each lane, as a loop in a shell does it.

    warpdeck plan numa_study experiment.hardware.numa_nodes=[0] experiment.blocks=2 experiment.exclusive=gpu --json > plan.json
    python3 test/bench/plain_launches.py plan.json [--blocks N] [--keep FOLDER]

One process for each experiment and one lane for each GPU of the plan, all lanes at once: no schedule, no telemetry, no journal.
Prints the wall seconds of the whole, for comparison with `warpdeck run` of the same words; exit code 1 where a launch failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", help="what `warpdeck plan … --json` printed; - reads it from stdin")
    parser.add_argument("--keep", help="folder for the output of each launch; a temporary one when absent")
    parser.add_argument("--blocks", type=int, help="how often each cell is launched; by the plan's executions when absent")
    options = parser.parse_args()
    lanes = read_lanes(options.plan, options.blocks)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        with ThreadPoolExecutor(max_workers=len(lanes)) as threads:
            told = list(threads.map(lambda lane: run_lane(lane, lanes[lane], folder), lanes))
        wall_s = time.perf_counter() - began
    failed = sum(failures for failures, _ in told)
    for lane, (failures, lane_s) in zip(lanes, told):
        print(f"{lane}: {len(lanes[lane])} launches, {failures} failed, {lane_s:.1f} s")
    print(f"wall: {wall_s:.1f} s for {sum(map(len, lanes.values()))} launches on {len(lanes)} lanes, {failed} failed")
    return 1 if failed else 0


def read_lanes(path: str, blocks: int | None) -> dict[str, list[dict[str, Any]]]:
    """The launches of each lane: its cells in the order of the plan, block after block; a duplicate is no launch."""
    with sys.stdin if path == "-" else open(path) as file:
        plan = json.load(file)
    times = blocks or max(1, plan["executions"] // plan["distinct"])
    lanes: dict[str, list[dict[str, Any]]] = {}
    for block in range(1, times + 1):
        for cell in plan["experiments"]:
            if "duplicate_of" not in cell:
                lanes.setdefault(cell["lane"], []).append({**cell, "id": f"{cell['run_id']}.b{block}"})
    return lanes


def run_lane(lane: str, experiments: list[dict[str, Any]], folder: Path) -> tuple[int, float]:
    """Failures and seconds of a lane."""
    began, failures = time.perf_counter(), 0
    for experiment in experiments:
        with open(folder / f"{experiment['id']}.txt", "w") as output:
            ended = subprocess.run(experiment["argv"], env={**os.environ, **experiment["env"]}, stdout=output, stderr=subprocess.STDOUT)
        if ended.returncode:
            failures += 1
            print(f"{lane}: {experiment['id']} ended with exit code {ended.returncode}", file=sys.stderr)
    return failures, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
