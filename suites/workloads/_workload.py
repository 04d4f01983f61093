"""What the bundled workloads share: their command line, the lines that they print, host memory, and serving.

Not a workload by itself: it measures nothing. docs/workload-protocol.md says what the lines mean.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import math
import mmap
import os
import statistics
import sys
import time
import traceback
from typing import Any, Callable, Iterator, NamedTuple, NoReturn

MIB = 1 << 20
KEPT_MIB = 1024  # of idle workers there may be one for each GPU and node
SUB_WINDOWS = 30  # of which the last third is compared with the middle third
STEADY_CHANGE = 0.02  # that comparison's limit


class Parameter(NamedTuple):
    flag: str
    key: str
    default: Any
    help: str
    least: int = 1
    choices: tuple[str, ...] = ()


class Program(NamedTuple):
    """A workload: what it takes, what it measures, and how one experiment runs."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    metrics: dict[str, str]
    parse: Callable[[list[str]], argparse.Namespace]
    run: Callable[[Any, argparse.Namespace, Callable[[], float]], None]


class Refusal(Exception):
    """An end that the user can do something about; the message says what to type next."""

    def __init__(self, kind: str, message: str, exit_code: int = 2):
        super().__init__(message)
        self.kind, self.exit_code = kind, exit_code


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


SPEAKING_FOR: dict[str, str] = {}  # with --serve, the run_id that every line carries


def tell(event: str, **fields: Any) -> None:
    say("::warpdeck " + json.dumps({"event": event, **SPEAKING_FOR, **fields}, allow_nan=False))


def read_options(parameters: tuple[Parameter, ...], argv: list[str], about: str | None) -> argparse.Namespace:
    """Reads the command line; raises Refusal for anything unknown or out of range."""
    parser = argparse.ArgumentParser(description=about, allow_abbrev=False)
    parser.error = refuse_usage  # type: ignore[method-assign]
    for flag, key, default, text, _, choices in parameters:
        if isinstance(default, bool):
            parser.add_argument(flag, dest=key, action="store_false" if default else "store_true", help=text)
        elif isinstance(default, list):
            parser.add_argument(flag, dest=key, type=int, nargs=3, default=default, metavar=("C", "H", "W"), help=text)
        elif key == "nsys_report":
            parser.add_argument(flag, dest=key, nargs="?", const="yes", default=default, help=text)
        else:
            parser.add_argument(flag, dest=key, type=type(default), default=default, choices=choices or None, help=text)
    options = parser.parse_args(argv)
    for flag, key, default, _, least, _ in parameters:
        if type(default) in (int, float) and not getattr(options, key) >= least:
            raise Refusal("config", f"{flag} is {getattr(options, key)}; give {least} or more")
    return options


def refuse_usage(message: str) -> NoReturn:
    raise Refusal("config", f"{message}. --help lists what this workload takes")


@contextlib.contextmanager
def captured(torch: Any, on_cuda: bool) -> Iterator[None]:
    """What a profiler that warpdeck put around this program looks at; without one it costs a look at the environment."""
    wanted = os.environ.get("WARPDECK_CAPTURE")
    if not wanted:
        yield
        return
    if not on_cuda:
        tell("degraded", reason="not captured: it computes on the CPU, where a profiler of GPUs sees nothing")
        yield
        return
    torch.cuda.synchronize()
    torch.cuda.check_error(torch.cuda.cudart().cudaProfilerStart())
    # Inside of the capture, which is found by this name: numbers of reports are those of captures, not of experiments.
    torch.cuda.nvtx.range_push("warpdeck " + SPEAKING_FOR.get("run_id", wanted))
    try:
        yield
        torch.cuda.synchronize()
    finally:
        torch.cuda.nvtx.range_pop()
        torch.cuda.check_error(torch.cuda.cudart().cudaProfilerStop())


def is_deterministic(options: argparse.Namespace) -> bool:
    return getattr(options, "deterministic", False)


def find_rate_change(ended_ms: list[float]) -> float | None:
    """Median rate of the last third of the window's parts over that of the middle third, less 1."""
    each = len(ended_ms) // SUB_WINDOWS
    if each < 2:
        return None
    marks = [ended_ms[min(part * each, len(ended_ms) - 1)] for part in range(SUB_WINDOWS + 1)]
    spans = [end - start for start, end in zip(marks, marks[1:])]
    middle, last = (statistics.median(spans[first : first + SUB_WINDOWS // 3]) for first in (SUB_WINDOWS // 3, 2 * SUB_WINDOWS // 3))
    return middle / last - 1 if last > 0 else None


def describe_steadiness(ended_ms: list[float]) -> dict[str, Any]:
    """The metrics that say whether the window ran at one speed."""
    rate_change = find_rate_change(ended_ms)
    return {"not_steady": None if rate_change is None else abs(rate_change) > STEADY_CHANGE, "rate_change": rate_change}


class HostMemory:
    """The host buffers of one experiment: mapped, touched, pinned where wanted, and all given back by `close`."""

    pinned_bytes = 0  # in this process, over all experiments

    def __init__(self, torch: Any, pins: bool):
        self.torch, self.pins, self.pinned = torch, pins, []

    def allocate(self, *shape: int) -> Any:
        """Zeros in a mapping of their own: numa_maps counts whole mappings, and PyTorch rounds pinned blocks up."""
        size = 4 * math.prod(shape)
        try:
            mapping = mmap.mmap(-1, math.ceil(size / mmap.PAGESIZE) * mmap.PAGESIZE)
            memory = self.torch.frombuffer(mapping, dtype=self.torch.float32, count=size // 4).zero_().view(shape)
        except (RuntimeError, OSError, OverflowError) as error:
            raise MemoryError(f"the host gave no buffer of {size / MIB:.1f} MiB ({error}); try a smaller --memory-size-mb") from error
        return memory if not self.pins or self._pin(memory) else memory.pin_memory()

    def allocate_pool(self, length: int) -> Any:
        """The large buffer of an experiment, flat; a process that serves keeps it for the next one, if it is not too large."""
        if KeptPool.is_wanted and KeptPool.fits(length, self.pins):
            return KeptPool.memory
        KeptPool.drop(self.torch)
        pool = self.allocate(length)
        if KeptPool.is_wanted and bytes_of(pool) <= KEPT_MIB * MIB:
            KeptPool.keep(self, pool)
        return pool

    def close(self) -> None:
        """Unpins; the mappings go with the last tensor over them. What the driver does not take back stays counted."""
        for memory in self.pinned:
            if int(self.torch.cuda.cudart().cudaHostUnregister(memory.data_ptr())) == 0:
                HostMemory.pinned_bytes -= bytes_of(memory)
        self.pinned.clear()

    def _pin(self, memory: Any) -> bool:
        """Pins pages that exist already; False where the driver refuses."""
        with contextlib.suppress(RuntimeError, AttributeError):
            whole_pages = math.ceil(bytes_of(memory) / mmap.PAGESIZE) * mmap.PAGESIZE
            if int(self.torch.cuda.cudart().cudaHostRegister(memory.data_ptr(), whole_pages, 0)) == 0:
                HostMemory.pinned_bytes += bytes_of(memory)
                self.pinned.append(memory)
                return True
        with contextlib.suppress(RuntimeError):
            self.torch.zeros(1, device="cuda").add_(1)  # CUDA reports the refusal once more at the next launch: let it be this one
        return False


class KeptPool:
    """What stays mapped and pinned between requests, because making it anew takes longer than many a measurement."""

    is_wanted = False  # set by a process that serves
    memory: Any = None
    content: Any = None  # what it was filled with, in the words of whoever filled it
    dirty = 0  # numbers at its front that were changed since
    pins = False
    pinned: list[Any] = []

    @classmethod
    def fits(cls, length: int, pins: bool) -> bool:
        return cls.memory is not None and cls.memory.numel() == length and cls.pins == pins

    @classmethod
    def keep(cls, host: HostMemory, memory: Any) -> None:
        """Takes it over, so that `host` does not unpin it and it is no leak."""
        cls.memory, cls.content, cls.dirty, cls.pins = memory, None, 0, host.pins
        cls.pinned = [one for one in host.pinned if one is memory]
        host.pinned = [one for one in host.pinned if one is not memory]
        HostMemory.pinned_bytes -= sum(map(bytes_of, cls.pinned))

    @classmethod
    def drop(cls, torch: Any) -> None:
        for memory in cls.pinned:
            torch.cuda.cudart().cudaHostUnregister(memory.data_ptr())
        cls.memory, cls.pinned = None, []


def bytes_of(tensor: Any) -> int:
    return tensor.numel() * tensor.element_size()


def read_proc(path: str, key: str) -> str | None:
    """The value of the first line `key: value` of a file under /proc."""
    with contextlib.suppress(OSError), open(path) as lines:
        for line in lines:
            if line.startswith(key):
                return line.split(":", 1)[1].strip()
    return None


def cpus_allowed() -> str:
    return read_proc("/proc/self/status", "Cpus_allowed_list") or "unknown"


def find_placement(address: int) -> dict[str, Any]:
    """Pages by NUMA node of the mapping that holds the address, in the mapping's own page size."""
    try:
        with open("/proc/self/numa_maps") as maps:
            mappings = [line.split() for line in maps]
    except OSError as error:
        return {"node_pages": {}, "reason": f"this kernel shows no numa_maps ({error.strerror})"}
    below = [mapping for mapping in mappings if int(mapping[0], 16) <= address]
    fields = dict(field.split("=", 1) for field in max(below, key=lambda mapping: int(mapping[0], 16), default=[]) if "=" in field)
    pages = {key[1:]: int(count) for key, count in fields.items() if key[0] == "N" and key[1:].isdigit()}
    if not pages:
        return {"node_pages": {}, "reason": "the kernel counts no pages in this mapping"}
    return {"node_pages": pages, "page_kib": int(fields.get("kernelpagesize_kB", 4))}


def peak_host_memory_mib() -> float:
    return round(int((read_proc("/proc/self/status", "VmHWM") or "0").split()[0]) / 1024, 1)


def process_age_s() -> float:
    with open("/proc/self/stat") as stat:
        started_ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
    return round(time.clock_gettime(time.CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK"), 3)


def read_setting(path: str) -> str | None:
    """A kernel setting; of `always [madvise] never` the word in brackets. None where this kernel does not tell."""
    with contextlib.suppress(OSError), open(path) as setting:
        text = setting.read().strip()
        return text[text.index("[") + 1 : text.index("]")] if "[" in text else text
    return None


def choose_device(torch: Any, options: argparse.Namespace) -> Any:
    """The device to use; raises Refusal when CUDA is asked for and absent."""
    sees_cuda = torch.cuda.is_available()
    if options.device == "cuda" and not sees_cuda:
        raise Refusal("no_cuda", f"CUDA not available to PyTorch {torch.__version__}; try --device cpu, or look at nvidia-smi", 1)
    if options.device == "cpu" or not sees_cuda:
        return torch.device("cpu")
    if options.gpu_id >= torch.cuda.device_count():
        raise Refusal("config", f"--gpu-id {options.gpu_id} is not among the {torch.cuda.device_count()} visible GPUs; try --gpu-id 0")
    torch.cuda.set_device(options.gpu_id)
    return torch.device("cuda", options.gpu_id)


def find_gpu_uuid(properties: Any, ordinal: int) -> str | None:
    if hasattr(properties, "uuid"):
        return "GPU-" + str(properties.uuid).replace("GPU-", "")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    return visible[ordinal] if ordinal < len(visible) and visible[ordinal].startswith("GPU-") else None


def introduce(torch: Any, options: argparse.Namespace, device: Any) -> None:
    """Says what computes, in A3's lines and in the ready line."""
    cpu_name = read_proc("/proc/cpuinfo", "model name") or "unknown CPU"
    properties = torch.cuda.get_device_properties(device) if device.type == "cuda" else None
    name = properties.name if properties else cpu_name
    tell("ready", device=device.type, device_name=name, name=options.name, pid=os.getpid(), cpus_allowed=cpus_allowed(),
         gpu_uuid=find_gpu_uuid(properties, device.index) if properties else None, interpreter=sys.executable,
         versions={"python": sys.version.split()[0], "torch": torch.__version__, "cuda": torch.version.cuda})
    say(f"GPU ID: {device.index if properties else 'none'}")
    say(f"GPU: {name} ({properties.total_memory // MIB} MB)" if properties else f"GPU: none (computing on {cpu_name})")
    say(f"Compute Capability: {properties.major}.{properties.minor}" if properties else "Compute Capability: none")


def load_torch(deterministic: bool) -> Any:
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS reads it once, when it starts
    try:
        import torch
    except (ImportError, OSError) as error:
        raise Refusal("no_torch", f"PyTorch not found by {sys.executable} ({error}); install torch there, or name an interpreter that has it in WARPDECK_PYTHON", 1) from error
    gc.freeze()  # what an import leaves is for ever, and the collector would look at all of it before each window
    return torch


def classify(error: BaseException) -> str:
    text = str(error)
    if "CUDA out of memory" in text or "CUDA error: out of memory" in text:
        return "cuda_oom"
    if isinstance(error, MemoryError) or "allocate memory" in text or "not enough memory" in text:
        return "host_oom"
    return "other"


def attempt(work: Callable[[], None]) -> int:
    """Does the work and returns an exit code; whatever goes wrong is said, with a traceback where it was not foreseen."""
    try:
        work()
        return 0
    except Refusal as refusal:
        say(f"ERROR: {refusal}")
        tell("error", kind=refusal.kind, message=str(refusal))
        return refusal.exit_code
    except Exception as error:
        say(f"{'GPU Error' if 'CUDA' in str(error) else 'ERROR'}: {error}")
        tell("error", kind=classify(error), message=str(error) or type(error).__name__)
        traceback.print_exc()
        return 1


class Held(NamedTuple):
    """Memory that the process holds between two requests, in bytes."""

    allocated: int
    reserved: int
    pinned: int


class Server:
    """Runs one experiment for each request in one process, and leaves nothing of it behind for the next."""

    def __init__(self, torch: Any, program: Program, argv: list[str]):
        self.torch, self.program, self.argv = torch, program, argv
        self.uses_cuda = choose_device(torch, program.parse(argv)).type == "cuda"
        KeptPool.is_wanted = True
        self.clean_up()
        self.start = self.look()

    def serve(self, line: str) -> bool:
        """Answers one request; False when CUDA is broken for this process and it has to end."""
        began = time.perf_counter()
        try:
            request = read_request(line)
            SPEAKING_FOR["run_id"] = request.pop("run_id")
            code = attempt(lambda: self.run(request, lambda: round(time.perf_counter() - began, 3)))
        except Refusal as refusal:
            tell("error", kind=refusal.kind, message=str(refusal))
            return True
        problem = self.clean_up()
        tell("done", ok=code == 0, broken=problem is not None, leak=None if problem else self.find_leak())
        if problem:
            say(f"ERROR: CUDA cannot be used any more in this process ({problem})")
        SPEAKING_FOR.clear()
        return problem is None

    def run(self, request: dict[str, Any], age_s: Callable[[], float]) -> None:
        options = self.program.parse([*self.argv, *to_argv(self.program.parameters, request)])
        if is_deterministic(options) and self.uses_cuda and "CUBLAS_WORKSPACE_CONFIG" not in os.environ:
            raise Refusal("config", "deterministic has to be known when the process starts; try --serve --deterministic")
        tell("phase", name="load")
        self.program.run(self.torch, options, age_s)

    def clean_up(self) -> str | None:
        """Gives every cache back and resets the peaks. Returns what CUDA says when it is broken."""
        with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as peaks:
            peaks.write("5")
        if "torch._dynamo" in sys.modules:
            sys.modules["torch._dynamo"].reset()
        gc.collect()
        if not self.uses_cuda:
            return None
        try:
            self.torch.cuda.synchronize()
            getattr(self.torch._C, "_cuda_clearCublasWorkspaces", lambda: None)()
            self.torch.cuda.empty_cache()
            self.torch.zeros(1, device="cuda").add_(1).item()
            self.torch.cuda.empty_cache()
        except RuntimeError as error:
            return str(error).splitlines()[0]
        return None

    def look(self) -> Held:
        if not self.uses_cuda:
            return Held(0, 0, HostMemory.pinned_bytes)
        return Held(self.torch.cuda.memory_allocated(), self.torch.cuda.memory_reserved(), HostMemory.pinned_bytes)

    def find_leak(self) -> str | None:
        kept = [f"{(now - then) / MIB:.1f} MiB {name}" for name, then, now in zip(Held._fields, self.start, self.look()) if now > then]
        return f"kept after the request: {', '.join(kept)}" if kept else None


def read_request(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise Refusal("config", f"a request is one JSON object on a line ({error})") from error
    if not isinstance(request, dict) or not isinstance(request.get("run_id"), str):
        raise Refusal("config", 'a request is a JSON object with a run_id, such as {"run_id":"gpu0_vit32x2x128","depth":2}')
    return request


def to_argv(parameters: tuple[Parameter, ...], settings: dict[str, Any]) -> list[str]:
    """The command line that says the same as keys and values of `--describe`."""
    argv: list[str] = []
    by_key = {parameter.key: parameter for parameter in parameters}
    for key, value in settings.items():
        if key not in by_key:
            raise Refusal("config", f"a request knows no {key}; --describe lists the keys")
        flag, _, default, *_ = by_key[key]
        if isinstance(default, bool):
            if not isinstance(value, bool):
                raise Refusal("config", f"{key} is {json.dumps(value)}; give true or false")
            argv += [flag] if value != default else []
        else:
            argv += [flag, *(str(part) for part in (value if isinstance(value, list) else [value]))]
    return argv


def serve(program: Program, argv: list[str]) -> int:
    """Answers requests until stdin closes, or until CUDA is broken for this process."""
    defaults = program.parse(argv)
    torch = load_torch(is_deterministic(defaults))
    server = Server(torch, program, argv)
    introduce(torch, defaults, choose_device(torch, defaults))
    return 0 if all(server.serve(line) for line in sys.stdin if line.strip()) else 1


def describe(program: Program) -> None:
    parameters = [{"name": p.key, "flag": p.flag, "type": type(p.default).__name__, "default": p.default, "choices": p.choices,
                   "least": p.least if type(p.default) in (int, float) else None, "help": p.help} for p in program.parameters]
    say(json.dumps({"name": program.name, "serves": True, "parameters": parameters, "metrics": program.metrics}, indent=2))


def run_once(program: Program, argv: list[str]) -> None:
    options = program.parse(argv)
    say(f"=== {program.title} ===\nProcess PID: {os.getpid()}\nCPU Affinity: {cpus_allowed()}")
    tell("phase", name="load")
    program.run(load_torch(is_deterministic(options)), options, process_age_s)


def run_program(program: Program, argv: list[str]) -> int:
    """Answers `--describe`, `--serve` or one experiment; returns the exit code."""
    if argv == ["--describe"]:
        return attempt(lambda: describe(program))
    if "--serve" in argv:
        codes: list[int] = []
        refused = attempt(lambda: codes.append(serve(program, [word for word in argv if word != "--serve"])))
        return refused or codes[0]
    return attempt(lambda: run_once(program, argv))
