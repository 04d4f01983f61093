#!/usr/bin/env bash
# The studies that only a machine with GPUs can show, each with a limit of its own, the most wanted first:
#
#     npm run build && OUT=results bash test/bench/gpu_studies.sh          about seven minutes on four H200
#
# 1. Warm workers beside a process an experiment, in turns (A B B A), and beside plain launches of the same plan.
# 2. An A/A study of a size that is fixed here: two models, six blocks, a warm-up block, the seed below.
# 3. The pipeline against its floors, on the last GPU, after everything else.
# What ended is in $OUT even where a later part did not. Needs nvidia-smi, a python with torch, and dist/.
set -uo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-gpu-studies}
mkdir -p "$out"
gpus=$(nvidia-smi -L | wc -l)
ids=$(seq -s, 0 $((gpus - 1)))
words=(experiment.hardware.gpu_ids="[$ids]" 'experiment.hardware.numa_nodes=[0]' experiment.hardware.binding=auto
	experiment.max_workers="$gpus" experiment.exclusive=gpu experiment.test.measure_floors=false)
short=(experiment.blocks=1 experiment.warmup_blocks=0 experiment.control=false
	experiment.test.num_samples=200 experiment.test.warmup_samples=50 experiment.test.min_window_s=0.3)
models='[{name: vit0x0x0, patch_size: 32, depth: 0, heads: 8, dim: 256, mlp_dim: 1024}, {name: vit32x6x512, patch_size: 32, depth: 6, heads: 8, dim: 512, mlp_dim: 2048}]'

# part NAME LIMIT_S COMMAND…: its output goes to $OUT/NAME.log while it runs, and a line tells how it ended.
part() {
	local name=$1 limit_s=$2 began status=0
	shift 2
	began=$(date +%s.%N)
	timeout -k 10 "$limit_s" "$@" >"$out/$name.log" 2>&1 || status=$?
	awk -v name="$name" -v status="$status" -v began="$began" -v ended="$(date +%s.%N)" \
		'BEGIN {printf "%-10s exit %d after %.1f s\n", name, status, ended - began}' | tee -a "$out/parts.txt"
}

run() { part "$1" "$2" node dist/main.js run numa_study --headless output.base_dir="$out/$1" "${@:3}"; }

nvidia-smi -L | tee "$out/gpus.txt"
# PyTorch is read from the disk once, so that no part pays for it alone.
python3 -c 'import torch; torch.zeros(1, device="cuda")'
run warm-1 90 "${words[@]}" "${short[@]}" experiment.isolation=block
run process-1 150 "${words[@]}" "${short[@]}" experiment.isolation=process
run process-2 150 "${words[@]}" "${short[@]}" experiment.isolation=process
run warm-2 90 "${words[@]}" "${short[@]}" experiment.isolation=block
node dist/main.js plan numa_study "${words[@]}" "${short[@]}" experiment.isolation=process --json >"$out/plan.json"
part plain 300 python3 test/bench/plain_launches.py "$out/plan.json" --blocks 2
run control 180 "${words[@]}" experiment.isolation=block experiment.vit_configs="$models" experiment.blocks=6 \
	experiment.warmup_blocks=1 experiment.control=true experiment.seed=20261128
CUDA_VISIBLE_DEVICES=$((gpus - 1)) part table 240 python3 test/bench/pipeline_table.py --json "$out/table.json"
