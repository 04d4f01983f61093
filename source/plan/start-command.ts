/** A commented suite that runs any command; each key that is commented out may be switched on as it stands. */
export const writeCommandStart = (name: string, folder: string): string => `# @package _global_
experiment:
  name: ${name}
  description: What the program finds, for each size.
  max_workers: 1

  test:
    timeout_s: 600

  # [] needs no GPU; auto takes every GPU, one experiment on each at a time.
  hardware:
    gpu_ids: []

  # Named lists, crossed: one experiment for each combination. The command has to mention each of them.
  axes:
    size: [10000, 100000]

  # Repetitions, from which intervals are made; one repetition cannot tell an effect from noise.
  # blocks: 5

  workload:
    # The program and its arguments; no shell reads them. python3 is the one on PATH, \${python} the one with PyTorch.
    command: [python3, -u, '\${start_dir}/${folder}/${name}.py', --size, '\${axes.size}', --device, '\${device}']
    # A folder of its own in the run's, as it starts; without it: where warpdeck was started.
    folder: experiment

    # What it is given.
    # What these files hold belongs to the identity of a result.
    inputs: [${folder}/${name}.py]
    # env: {OMP_NUM_THREADS: '1'}
    # Of your environment just these reach it, and what any program needs; what a token holds is never stored.
    # env_from: [HF_HOME, HF_ENDPOINT, HF_TOKEN]
    # Without these it is not started.
    # env_required: [HOME]
    # It sees its own GPU only, as cuda:0; open: it sees all, and is told by \${device} or \${gpu.index} which to take.
    # device: open

    # What it leaves.
    # Numbers by name: what stands in the brackets of a line, or in a file.
    metrics:
      throughput_samples_per_s: {pattern: 'rate: ([0-9.]+)', unit: samples/s}
      # checksum: {json: result.json, at: /checksum}
    # Lines with which a phase begins.
    stages:
      - {pattern: '^measuring', phase: measure}
    # Files without which it has failed.
    files: [result.json]
    # progress: 'repetition ([0-9]+) of ([0-9]+)'
    # success_pattern: '^done'
`;

/** A program that knows nothing of warpdeck. */
export const writeCommandProgram = (): string => `#!/usr/bin/env python3
"""Stands for a program of yours: it prints what it measures, and leaves a file."""
import argparse
import json
import time

parser = argparse.ArgumentParser()
parser.add_argument('--size', type=int, default=10000)
parser.add_argument('--device', default='cpu')
options = parser.parse_args()

print('measuring on', options.device)
repetitions = 5
started = time.perf_counter()
for repetition in range(repetitions):
    checksum = sum(number * number % 7 for number in range(options.size))
    print('repetition', repetition + 1, 'of', repetitions)
elapsed_s = time.perf_counter() - started
print(f'rate: {repetitions * options.size / elapsed_s:.1f}')
with open('result.json', 'w') as file:
    json.dump({'checksum': checksum, 'elapsed_s': elapsed_s}, file)
print('done')
`;
