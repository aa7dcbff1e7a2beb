"""PDFs of pages that are already written: each in a process of its own, none stops another."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextvars import copy_context
from pathlib import Path

import grader
from grader import files, publishing
from grader.cli import terminal
from grader.errors import UsageError
from grader.language import say
from grader.report import templates

MAX_SECONDS = 120
"""For one PDF; a report of usual length takes two."""


def require() -> None:
    """Raise ``UsageError`` with the remedy where PDFs cannot be made on this machine."""
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        raise UsageError(
            say(
                "--pdf: WeasyPrint is not installed; run `pip install 'grader[pdf]'`, or leave "
                "--pdf out and print the HTML reports"
            )
        ) from None
    except OSError as problem:
        library = str(problem).split("\n")[0]
        raise UsageError(
            say(
                "--pdf: WeasyPrint misses a library of the system ({library}); install Pango (on "
                "Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
                "libharfbuzz-subset0), or leave --pdf out and print the HTML reports",
                library=library,
            )
        ) from None


def write(out: Path, folder: Path | None, *, jobs: int | None = None) -> bool:
    """Write a PDF beside each learner's page in ``out``; return whether all could be made.

    Each that could not is named on standard error with the reason. ``folder`` holds the course's
    own templates.
    """
    style = templates.source("pdf.css", folder)
    pages = {name: path for name, path in publishing.pages(out).items() if path.is_file()}
    failed: list[str] = []
    with (
        ThreadPoolExecutor(jobs or os.cpu_count() or 1) as workers,
        terminal.progress(say("making PDFs"), len(pages)) as bar,
    ):
        waiting: dict[Future[str], str] = {
            workers.submit(copy_context().run, _write_one, path, style): name
            for name, path in pages.items()
        }
        for done in as_completed(waiting):
            bar.advance(bar.task_ids[0])
            if done.result():
                reason = say("no PDF was made ({reason})", reason=done.result())
                failed.append(f"{waiting[done]}: {reason}")
    for sentence in sorted(failed):
        terminal.console(stderr=True).print(sentence, markup=False)
    made = len(pages) - len(failed)
    terminal.console().print(
        say(
            "PDFs: {made} of {count} in {folder}",
            made=made,
            count=len(pages),
            folder=out / "reports",
        ),
        markup=False,
    )
    return not failed


def _write_one(page: Path, style: str) -> str:
    """Write the page's PDF; return why that failed, or nothing."""
    roots = [str(Path(grader.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    try:
        made = subprocess.run(
            [sys.executable, "-P", "-m", "grader.report.paper"],
            input=style.encode() + b"\0" + page.read_bytes(),
            capture_output=True,
            timeout=MAX_SECONDS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        )
        if made.returncode or not made.stdout.startswith(b"%PDF-"):
            lines = made.stderr.decode("utf-8", "replace").split("\n")
            told = [line.strip() for line in lines if line.strip()]
            return (
                told[-1][:300]
                if told
                else say("the process ended with {code}", code=made.returncode)
            )
        files.write_bytes(page.with_suffix(".pdf"), made.stdout)
    except subprocess.TimeoutExpired:
        return say("not done after {seconds} s", seconds=MAX_SECONDS)
    except (OSError, UsageError) as problem:
        return str(problem)
    return ""
