#!/usr/bin/env bash
# What only a machine with a GPU and NVIDIA's profilers can show of profiles, about six minutes on one H200:
#
#     npm run build && OUT=results bash test/bench/gpu_profiles.sh
#
# 1. quick_test with a pass under nsys for each cell: a process each, then warm with a report for each range.
# 2. Ten pairs of runs of one model on every GPU, one without and one with profiles behind it, in turns: whether the timed
#    passes of both are the same, as the interval of their ratio.
# 3. Two models under ncu.
# What ended is in $OUT (eight small files at most) even where a later part did not. PARTS chooses; NODE and WARPDECK name the node and
# the built program to use; nsys, ncu and a python with torch are looked for on PATH.
set -uo pipefail
cd "$(dirname "$0")/../.."
node=${NODE:-node} warpdeck=${WARPDECK:-dist/main.js} out=${OUT:-gpu-profiles}
mkdir -p "$out"
out=$(cd "$out" && pwd)
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
plain=('experiment.hardware.numa_nodes=[0]' experiment.hardware.binding=auto experiment.test.measure_floors=false)
common=(experiment.hardware.gpu_ids='[0]' "${plain[@]}")

say() { printf '%s %s\n' "$(date +%T)" "$*" | tee -a "$out/parts.txt"; }

# What a run kept of each experiment, one line of JSON each.
read -r -d '' tell <<'JS'
const fs = require('node:fs'), path = require('node:path');
const [folder] = process.argv.slice(1);
const runs = fs.globSync ? fs.globSync(path.join(folder, '*/*/*/results')) : [];
for (const results of runs) for (const name of fs.readdirSync(results).filter((one) => one.endsWith('.json')).sort()) {
	const {id, result} = JSON.parse(fs.readFileSync(path.join(results, name), 'utf8'));
	const {status, failure, degraded, durationS, throughputSamplesPerS, profile} = result;
	console.log(JSON.stringify({id, status, failure, degraded, durationS, throughputSamplesPerS, profile}));
}
JS

# What a reader wants to see of a run's files: how large reports are, and the end of what a failed profiler said.
inspect() {
	(cd "$1" && find . -path '*_reports*' -type f -printf '%s %p\n' | sort -k2)
	for log in "$1"/*/*/*/logs/*.{nsys,ncu}.std*; do [ -s "$log" ] && { echo "== ${log##*/}"; tail -n 12 "$log" | cut -c1-300; }; done
	for log in "$1"/*/*/*/logs/worker-*nsys.std*; do [ -s "$log" ] && { echo "== ${log##*/}"; tail -n 40 "$log" | cut -c1-300; }; done
	for csv in "$1"/*/*/*/ncu_reports/*.csv; do [ -s "$csv" ] && { echo "== ${csv##*/}"; head -n 6 "$csv" | cut -c1-900; }; done
	return 0
}

# part NAME LIMIT_S WORD…: a run of quick_test in a folder of its own; its story goes to $OUT/NAME.txt.
part() {
	local name=$1 limit_s=$2 began=$SECONDS status=0
	shift 2
	timeout -k 10 "$limit_s" "$node" "$warpdeck" run quick_test --headless output.base_dir="$runs/$name" "${common[@]}" "$@" \
		>"$runs/$name.log" 2>&1 || status=$?
	{ tail -n 60 "$runs/$name.log" | cut -c1-300; "$node" -e "$tell" "$runs/$name"; inspect "$runs/$name"; } >"$out/$name.txt" 2>&1
	say "$name: exit $status after $((SECONDS - began)) s"
}

{
	nvidia-smi -L
	nsys --version
	ncu --version | tail -1
	"$node" "$warpdeck" doctor | grep -A1 -E ' (nsys|ncu|perf events|GPU counters|disk) '
} >"$out/tools.txt" 2>&1
# PyTorch is read from the disk once, so that no part pays for it alone.
python3 -c 'import torch; torch.zeros(1, device="cuda")' >>"$out/tools.txt" 2>&1
say 'tools asked'

# Bound by computing: what else the host's processors do would be in the difference of one that is bound by launches.
model='[{name: vit16x8x768, patch_size: 16, depth: 8, heads: 12, dim: 768, mlp_dim: 3072}]'
read -r -d '' row <<'JS'
const [pair, arm] = process.argv.slice(1);
for (const line of require('node:fs').readFileSync(0, 'utf8').trim().split('\n')) {
	const {id = '', status = 'nothing', throughputSamplesPerS, profile} = JSON.parse(line || '{}');
	console.log([pair, arm, id, status, throughputSamplesPerS ?? profile?.throughputSamplesPerS ?? ''].join('\t'));
}
JS
gpus=$(nvidia-smi -L | wc -l)
timed() {
	timeout -k 10 60 "$node" "$warpdeck" run quick_test --headless output.base_dir="$runs/pair-$1-$2" "${plain[@]}" \
		experiment.hardware.gpu_ids="[$(seq -s, 0 $((gpus - 1)))]" experiment.max_workers="$gpus" experiment.exclusive=gpu \
		experiment.isolation=block experiment.vit_configs="$model" experiment.profiler="$2" >"$runs/pair.log" 2>&1
	"$node" -e "$tell" "$runs/pair-$1-$2" | "$node" -e "$row" "$1" "$2" >>"$out/pairs.tsv" 2>&1
}

# The interval of the mean ratio of pairs that are whole, each of one GPU, by Student's t.
read -r -d '' compare <<'JS'
const T = [0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093];
const rows = require('node:fs').readFileSync(process.argv[1], 'utf8').trim().split('\n').map((line) => line.split('\t'));
const timed = rows.filter(([, , id = '']) => id !== '' && !id.endsWith('.nsys'));
const rate = (pair, arm, id) => Number(timed.find((row) => row[0] === pair && row[1] === arm && row[2] === id)?.[4] || NaN);
const all = [...new Set(timed.map(([pair, , id]) => `${pair}\t${id}`))].map((both) => both.split('\t'));
const logs = all.map(([pair, id]) => Math.log(rate(pair, 'nsys', id) / rate(pair, 'none', id))).filter(Number.isFinite);
const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
const sd = Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1));
const half = ((T[logs.length - 1] ?? 1.96) * sd) / Math.sqrt(logs.length);
const percent = (log) => (100 * (Math.exp(log) - 1)).toFixed(2);
console.log(`${logs.length} pairs: timed passes of runs with profiles against runs without: ${percent(mean)} % [${percent(mean - half)}, ${percent(mean + half)}] (95 %)`);
JS
interval() { "$node" -e "$compare" "$out/pairs.tsv" >"$out/pairs.txt" 2>&1; }

pairs() {
	for pair in 1 2 3 4 5 6 7 8 9 10; do
		# What is there by then has to be enough.
		[ "$SECONDS" -lt "${LIMIT_S:-400}" ] || break
		# Each arm comes first in half of them.
		if [ $((pair % 2)) = 1 ]; then arms='none nsys'; else arms='nsys none'; fi
		for arm in $arms; do timed "$pair" "$arm"; done
		interval
		say "pair $pair"
	done
}

both='[{name: vit32x2x256, patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024}, {name: vit32x4x512, patch_size: 32, depth: 4, heads: 8, dim: 512, mlp_dim: 2048}]'
for name in ${PARTS:-nsys-process nsys-warm pairs ncu}; do
	case "$name" in
	nsys-process) part nsys-process 120 --profiler nsys ;;
	nsys-warm) part nsys-warm 120 --profiler nsys experiment.isolation=block ;;
	pairs) pairs ;;
	# Of kernels, which the first model of quick_test has none of.
	ncu) part ncu 200 --profiler ncu experiment.vit_configs="$both" ;;
	esac
done
cat "$out"/pairs.txt
