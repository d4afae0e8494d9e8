"""How long a parent waits for the first words, beside the imports that cannot be saved; paired, in one run.

    python tests/benchmarks/startup.py [--runs 15] [--max-ask 4] [--max-chat 2]

Prints the median wall time of each and the median of the paired ratios; exits 1 when one is above what is allowed.
The chat is timed on a pseudo-terminal, until its prompt is there (not on Windows). Where PYTHONDONTWRITEBYTECODE is
set, a checkout compiles its modules at every start, which an installed program does not: 3.8 and 1.8 instead of 2.9 and
1.3.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

QUESTION = "Why do my baby's legs shake in her sleep?"
_BELOW_PROMPT = b"| /help"
"""Ends the toolbar, which is drawn with the prompt."""
Measured = Callable[[], float]


def timed(command: Sequence[str]) -> float:
    """Wall time of a command, in seconds."""
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode in (0, 1), command
    return time.perf_counter() - begun


def imports(modules: str) -> Measured:
    """Times the import of some modules in a fresh interpreter."""
    return lambda: timed([sys.executable, "-c", f"import {modules}"])


def ask() -> float:
    """Times one answered question."""
    return timed([sys.executable, "-m", "babybot", "ask", "--region", "GB", QUESTION])


def first_prompt() -> float:
    """Times the chat until its prompt is there."""
    import pty

    begun = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-m", "babybot", "chat", "--region", "GB"], environ)
    seen = b""
    while _BELOW_PROMPT not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        seen += os.read(terminal, 65536)
    passed = time.perf_counter() - begun
    os.kill(child, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(child, 0)
    return passed


def compare(name: str, one: Measured, beside: str, other: Measured, runs: int, most: float) -> bool:
    """Print two medians and their paired ratio; whether the ratio is at most `most`."""
    one(), other()
    pairs = [(one(), other()) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    ours, theirs = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"{name}: {ours:.0f} ms; {beside}: {theirs:.0f} ms; ratio {ratio:.2f} (at most {most:g})", flush=True)
    return ratio <= most


def main() -> int:
    """Run both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="pairs a comparison")
    parser.add_argument("--max-ask", type=float, default=4.0)
    parser.add_argument("--max-chat", type=float, default=2.0)
    options = parser.parse_args()
    held = [
        compare("babybot ask", ask, "import yaml, rapidfuzz", imports("yaml, rapidfuzz"), options.runs, options.max_ask)
    ]
    if os.name != "nt":
        modules = "prompt_toolkit, yaml, rapidfuzz"
        held.append(
            compare("first prompt", first_prompt, f"import {modules}", imports(modules), options.runs, options.max_chat)
        )
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
