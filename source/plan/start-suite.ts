/** A commented suite to begin with; each key that is commented out may be switched on as it stands. */
export const writeSuiteStart = (name: string): string => `# @package _global_
experiment:
  name: ${name}
  description: What this suite finds out, in one line.
  # Experiments at once, never more than one on a GPU.
  max_workers: 1

  # How each experiment measures. A model may set any of these for itself.
  test:
    num_samples: 1000
    batch_size: 10
    warmup_samples: 100
    memory_size_mb: 512
    tensor_shape: [3, 224, 224]
    timeout_s: 600
    # compile_model: true
    # execution: graph

  # [] needs no GPU, auto takes every GPU; nodes: [0, 1], local, remote or all.
  hardware:
    gpu_ids: auto
    numa_nodes: local
    # No binding where this machine cannot bind: auto says so in each result.
    binding: auto

  # One experiment for each, on every GPU and node.
  vit_configs:
    - {name: vit32x2x128, patch_size: 32, depth: 2, heads: 4, dim: 128, mlp_dim: 512}
    - {name: vit32x4x256, patch_size: 32, depth: 4, heads: 4, dim: 256, mlp_dim: 1024}

  # Repetitions, from which intervals are made; one repetition cannot tell an effect from noise.
  # blocks: 10
  # warmup_blocks: 1
  # One process a block, which imports PyTorch once.
  # isolation: block
  # What happens to failures while nobody looks.
  # retry: {timeout: 1}
  # stop_after: {percent: 50}
  # deadline: "08:00"
`;

/** A suite that runs the workload of the same name. */
export const writeWorkloadSuite = (name: string): string => `# @package _global_
experiment:
  name: ${name}
  description: What workloads/${name}.py measures, for each size.
  workload: ${name}
  max_workers: 1

  test:
    num_samples: 200
    timeout_s: 600

  # [] needs no GPU; auto takes every GPU, one experiment on each at a time.
  hardware:
    gpu_ids: []

  # Named lists, crossed: one experiment for each combination. Each name is a parameter of the workload.
  axes:
    size: [1000, 100000]
`;
