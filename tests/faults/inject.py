"""Faults at every step: what a command asks of the file system is counted, and the n-th fails.

Python's audit hooks are told of each such call before it is made, in whatever library it is. Run as
a program: `inject.py COMMAND FAULT ROOT` tries the command once with a fault at each step in turn,
each time in a child process and on a fresh copy of the project, and prints what it found as JSON.
"""

import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.link"}
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES)  # full, read-only, denied: in turn
MOST = 12  # steps that are tried, evenly spread, if there are more


class Steps:
    """Counts the changes that are asked for within a folder; at the n-th, does what it is told."""

    def __init__(self, root, n, fault):
        self.root, self.n, self.fault, self.count = str(root), n, fault, 0
        sys.addaudithook(self.heard)
        fsync = os.fsync
        os.fsync = lambda file: (self.step(), fsync(file))[1]

    def heard(self, event, given):
        if event not in EVENTS or not str(given[0]).startswith(self.root):
            return
        if event == "open" and not (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        self.step()

    def step(self):
        self.count += 1
        if self.count != self.n:
            return
        if self.fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        error = ERRORS[self.n % len(ERRORS)]
        raise OSError(error, os.strerror(error), self.root)


def build(root):
    """Build the one text of a project. The document is kept already: only writing counts."""
    from pipeline.builds import many
    from pipeline.project import Project

    outcomes = list(many.build(Project.open(root), ["text"], jobs=1))
    return [one.fault for one in outcomes]


def decide(root):
    """Record a decision."""
    from pipeline.review.decide.decisions import Decision, locked, write

    path = root / "raw/text/decisions.jsonl"
    with locked(path):
        write(path, [Decision("accept", 13, 16, "Tbe", "The", prefix="\n\n", suffix=" harbour")])
    return []


def publish(root):
    """Publish the edition."""
    from pipeline.publish import publish

    done = publish([root / "edition/text/text.xml"], root / "edition/site", jobs=1)
    return [*(one.why for one in done.refused), *done.told]


COMMANDS = {"build": build, "decide": decide, "publish": publish}


def tried(command, fault, root, n):
    """Run a command with a fault at its n-th step, in a child. How it ended, and the steps."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        steps = Steps(root, n, fault)
        try:
            said = COMMANDS[command](root)
        except Exception as error:  # noqa: BLE001 - what a user would see
            said = [f"{type(error).__name__}: {error}"]
        steps.n = 0
        os.write(writing, json.dumps([steps.count, said]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        told = file.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


def state(folder):
    """The files of a folder, without the hidden ones."""
    return {
        path.name: path.read_bytes().decode("utf-8", "replace")
        for path in sorted(folder.glob("*"))
        if not path.name.startswith(".")
    }


def main():
    command, fault, root = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    from pipeline import edition

    edition.checked = lambda tei, *_: tei  # validating is slow, and writes nothing
    folder = {"build": "edition/text", "decide": "raw/text", "publish": "edition/site/text"}[
        command
    ]
    before = state(root / folder)
    first = root.with_name("first")
    shutil.copytree(root, first)
    COMMANDS[command](first)  # imports what it needs, once and not in every child
    shutil.rmtree(first)
    shutil.copytree(root, first)
    _, (steps, said) = tried(command, fault, first, 0)
    found = {"before": before, "after": state(first / folder), "said": said, "runs": []}
    shutil.rmtree(first)
    for n in range(1, steps + 1, -(-steps // MOST)):
        copy = root.with_name("copy")
        shutil.copytree(root, copy)
        code, told = tried(command, fault, copy, n)
        # Whoever comes next: the project is opened, and the command is run again.
        from pipeline.project import Project

        Project.open(copy)
        left = state(copy / folder)
        _, again = tried(command, fault, copy, 0)
        found["runs"].append(
            {"n": n, "code": code, "told": told, "left": left, "again": again[1],
             "finally": state(copy / folder)}
        )  # fmt: skip
        shutil.rmtree(copy)
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
