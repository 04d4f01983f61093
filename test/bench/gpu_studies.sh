#!/usr/bin/env bash
# The studies that only a machine with GPUs can show, each with a limit of its own, the most wanted first:
#
#     npm run build && OUT=results bash test/bench/gpu_studies.sh          about a quarter of an hour on H200s
#
# agreement  Four pairs of runs of the six models in graph mode, one by warm workers and one by a process an experiment,
#            in turns (A B B A A B B A): wall times, and the interval of the ratio of their throughputs for each model.
#            MODELS, as experiment.vit_configs has them, are others.
# lanes      Two blocks of the six models on every GPU, by warm workers, by a process each, and by a plain launch each, one after
#            the other on each GPU: wall times of the same executions, 12 a lane.
# control    An A/A study of a size that is fixed here: two models, six blocks, a warm-up block, the seed below.
# table      The pipeline against its floors, on the last GPU.
# PARTS chooses; what ended is in $OUT (eight small files) even where a later part did not. NODE and WARPDECK name the
# node and the built program to use; nvidia-smi and a python with torch are looked for on PATH.
set -uo pipefail
cd "$(dirname "$0")/../.."
node=${NODE:-node} warpdeck=${WARPDECK:-dist/main.js} out=${OUT:-gpu-studies}
mkdir -p "$out"
out=$(cd "$out" && pwd)
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
gpus=$(nvidia-smi -L | wc -l)
ids=$(seq -s, 0 $((gpus - 1)))
words=(experiment.hardware.gpu_ids="[$ids]" 'experiment.hardware.numa_nodes=[0]' experiment.hardware.binding=auto
	experiment.max_workers="$gpus" experiment.exclusive=gpu experiment.test.measure_floors=false)
short=(experiment.blocks=1 experiment.warmup_blocks=0 experiment.control=false experiment.test.execution=graph
	experiment.test.min_window_s=1)
models='[{name: vit0x0x0, patch_size: 32, depth: 0, heads: 8, dim: 256, mlp_dim: 1024}, {name: vit32x6x512, patch_size: 32, depth: 6, heads: 8, dim: 512, mlp_dim: 2048}]'

say() { printf '%s %s\n' "$(date +%T)" "$*" | tee -a "$out/parts.txt"; }

# run NAME LIMIT_S WORD…: a run of numa_study in a folder of its own; how long it took is told.
run() {
	local name=$1 limit_s=$2 began status=0
	shift 2
	began=$(date +%s.%N)
	timeout -k 10 "$limit_s" "$node" "$warpdeck" run numa_study --headless output.base_dir="$runs/$name" "${words[@]}" "$@" \
		>"$runs/$name.log" 2>&1 || status=$?
	say "$name: exit $status after $(awk -v began="$began" -v ended="$(date +%s.%N)" 'BEGIN {printf "%.1f", ended - began}') s"
}

# A line of each experiment: run, model, status, samples/s, seconds.
read -r -d '' tell <<'JS'
const fs = require('node:fs'), path = require('node:path');
const [folder, name] = process.argv.slice(1);
for (const results of fs.globSync(path.join(folder, name, '*/*/*/results'))) {
	for (const file of fs.readdirSync(results).filter((one) => one.endsWith('.json'))) {
		const {experiment, result} = JSON.parse(fs.readFileSync(path.join(results, file), 'utf8'));
		const {status, throughputSamplesPerS, durationS} = result;
		console.log([name, experiment.gpuId, experiment.model, status, throughputSamplesPerS, durationS].join('\t'));
	}
}
JS

# For each model the interval of the mean ratio warm to process over the pairs and GPUs that are whole, by Student's t.
read -r -d '' agree <<'JS'
const T = [0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131];
const rows = require('node:fs').readFileSync(process.argv[1], 'utf8').trim().split('\n').map((line) => line.split('\t'));
const gpus = [...new Set(rows.map(([, gpu]) => gpu))];
const percent = (log) => (100 * (Math.exp(log) - 1)).toFixed(2);
for (const model of new Set(rows.map(([, , name]) => name))) {
	const rate = (run, gpu) => Number(rows.find((row) => row[0] === run && row[1] === gpu && row[2] === model)?.[4] || NaN);
	const ratio = (pair, gpu) => Math.log(rate(`block-${pair}`, gpu) / rate(`process-${pair}`, gpu));
	const logs = [1, 2, 3, 4].flatMap((pair) => gpus.map((gpu) => ratio(pair, gpu))).filter(Number.isFinite);
	const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
	const sd = Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1));
	const half = ((T[logs.length - 1] ?? NaN) * sd) / Math.sqrt(logs.length);
	console.log(`${model}: ${logs.length} pairs, warm to process ${percent(mean)} % [${percent(mean - half)}, ${percent(mean + half)}] (95 %)`);
}
JS

agreement() {
	local pair order isolation
	for pair in 1 2 3 4; do
		if [ $((pair % 2)) = 1 ]; then order='block process'; else order='process block'; fi
		for isolation in $order; do
			run "$isolation-$pair" 150 "${short[@]}" ${MODELS:+experiment.vit_configs="$MODELS"} experiment.isolation="$isolation"
			"$node" -e "$tell" "$runs" "$isolation-$pair" >>"$out/agreement.tsv"
		done
		"$node" -e "$agree" "$out/agreement.tsv" >"$out/agreement.txt" 2>&1
	done
}

lanes() {
	local twice=(experiment.blocks=2 experiment.warmup_blocks=0 experiment.control=false)
	for isolation in block process; do
		run "lanes-$isolation" 240 "${twice[@]}" experiment.isolation="$isolation"
		"$node" -e "$tell" "$runs" "lanes-$isolation" >>"$out/lanes.tsv"
	done
	"$node" "$warpdeck" plan numa_study "${words[@]}" "${twice[@]}" experiment.isolation=process --json >"$runs/plan.json"
	timeout -k 10 240 python3 test/bench/plain_launches.py "$runs/plan.json" --blocks 2 2>&1 | tail -20 >"$out/plain.txt"
	say "plain: $(tail -1 "$out/plain.txt")"
	keep lanes
}

# The journals and outputs of a part's runs.
keep() {
	(cd "$runs" && tar -czf "$out/$1.tar.gz" --exclude='*.sqlite' "$1"*)
}

control() {
	run control 240 experiment.isolation=block experiment.vit_configs="$models" experiment.blocks=6 \
		experiment.warmup_blocks=1 experiment.control=true experiment.seed=20261128
	tail -90 "$runs/control.log" | cut -c1-200 >"$out/control.txt"
	keep control
}

table() {
	CUDA_VISIBLE_DEVICES=$((gpus - 1)) timeout -k 10 300 python3 test/bench/pipeline_table.py --json "$out/table.json" 2>/dev/null
}

nvidia-smi -L | tee -a "$out/parts.txt"
# PyTorch is read from the disk once, so that no part pays for it alone.
python3 -c 'import torch; torch.zeros(1, device="cuda")'
for part in ${PARTS:-lanes agreement control table}; do
	case "$part" in
	lanes | agreement | control | table) "$part" ;;
	*) say "no part $part: lanes agreement control table" ;;
	esac
done
cat "$out"/*.txt
