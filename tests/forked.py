"""The command line in a process of its own, forked from one that has read emend's code already.

Python and emend's code take more than a second of CPU to start, and some tests start forty of them.
Run as a program, it reads what to run from standard input, a line of JSON each, and forks.
"""

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from paths import ROOT

CODE = (
    "builds.many", "builds.one", "cli", "publish", "publish.site", "tei.encode", "tei.validate",
)  # fmt: skip
PATIENCE = 120  # seconds


def emend(folder, *words, before=""):
    """Run the command line in a folder, after some lines that plant a fault."""
    server = _server()
    with tempfile.TemporaryDirectory() as place:
        asked = {
            "words": [str(word) for word in words],
            "before": textwrap.dedent(before),
            "folder": str(folder),
            "environment": dict(os.environ),
            "streams": [f"{place}/out", f"{place}/err"],
        }
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        out, err = (Path(path).read_text("utf-8") for path in asked["streams"])
    return subprocess.CompletedProcess(asked["words"], code, out, err)


@functools.cache
def _server():
    server = subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)  # the end of its input ends it
    return server


def main():
    """Fork a process for each line, and print how it ended."""
    import importlib

    for name in CODE:
        importlib.import_module(f"pipeline.{name}")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201
    return None


def run(asked):
    """In the new process: be what `emend WORDS` is in a shell, from here to its end."""
    signal.alarm(PATIENCE)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, path in enumerate(asked["streams"], 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    exec(asked["before"], {})
    sys.argv = ["emend", *asked["words"]]
    from pipeline.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
