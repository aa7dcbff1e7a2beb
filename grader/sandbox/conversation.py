"""The talk with one process from start to end: every cell, then the salvage, then the calls."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from nbclient.exceptions import DeadKernelError

from grader.language import sentence
from grader.probe import Limits, Probe
from grader.run import Run, RunStatus
from grader.sandbox import endings, notebook, questions, wire
from grader.sandbox.link import Link
from grader.sandbox.notebook import CellClient
from grader.sandbox.record import Record
from grader.sandbox.started import Started
from grader.submission import Cell, Submission

STARTUP_SECONDS = 60.0


class Conversation:
    """One loop's worth of work: the cells, the salvage and the calls, until the process ends."""

    def __init__(
        self, submission: Submission, probe: Probe, limits: Limits, started: Started
    ) -> None:
        self._cells = notebook.code_cells(submission)
        self._probe = probe
        self._limits = limits
        self._started = started
        self._record = Record(self._cells)
        self._answered = False
        """Whether all that counts is recorded: how the process ends after that says nothing."""

    def run_through(self) -> None:
        """Run everything; returns also when the process has died on the way.

        Also where the calling thread runs a loop already, as in a notebook.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run(self._run())
        else:
            with ThreadPoolExecutor(1) as aside:
                aside.submit(asyncio.run, self._run()).result()

    async def _run(self) -> None:
        link = Link(self._started, self._limits)
        link.on_observed = self._record.observe
        try:
            if await self._opened(link):
                await self._run_all(link)
        finally:
            await link.close()
            if not self._answered:
                self._record.ending = self._record.ending or link.lack_of_memory

    def result(self) -> Run:
        """Return all that was observed."""
        return self._record.result()

    async def _opened(self, link: Link) -> bool:
        try:
            await link.open(STARTUP_SECONDS)
        except (DeadKernelError, TimeoutError):
            complaint = self._started.complaint() or sentence("it gave no answer")
            self._record.ending = (
                RunStatus.SANDBOX_ERROR,
                sentence("The sandbox did not start: {complaint}", complaint=complaint),
            )
            return False
        return True

    async def _run_all(self, link: Link) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(
            self._limits.submission_seconds, link.end, *endings.wall_limit(self._limits)
        )
        client = notebook.client(self._cells, link)
        try:
            for index, cell in enumerate(self._cells):
                await self._run_cell(client, link, index, cell)
            await self._salvage(link)
            for function in self._probe.functions:
                await questions.call_all(function, link, self._limits, self._record)
            link.sample()
            self._record.ending, self._answered = link.lack_of_memory, True
            await self._call_for_pictures(link)
        except DeadKernelError:
            self._record.ending = link.cause
        finally:
            timer.cancel()
            if client.updated:
                self._look_again(client)

    async def _call_for_pictures(self, link: Link) -> None:
        try:
            for function in self._probe.functions:
                await questions.call_for_pictures(function, link, self._limits, self._record)
        except DeadKernelError:
            # Its mark rests on what was recorded before; the picture has fewer numbers.
            return

    def _look_again(self, client: CellClient) -> None:
        """Take what the cells show now: a later cell has changed it."""
        for cell, node in zip(self._cells, client.nb.cells, strict=True):
            self._record.show(cell.number, notebook.outputs(node))

    async def _run_cell(self, client: CellClient, link: Link, index: int, cell: Cell) -> None:
        link.cell = (cell.number, cell.place().english)
        node = client.nb.cells[index]
        began = time.monotonic()
        ended = True
        with link.deadline(
            self._limits.cell_seconds, endings.cell_stuck(cell.place(), self._limits)
        ) as deadline:
            try:
                await client.async_execute_cell(node, index)
                ended = False
            finally:
                self._record.add_cell(
                    cell.number,
                    seconds=time.monotonic() - began,
                    outputs=notebook.outputs(node),
                    late=self._limits.cell_seconds if deadline.passed else 0.0,
                    ended=ended,
                )

    async def _salvage(self, link: Link) -> None:
        """Run the imports, definitions and constants of failed cells that bind what is missing."""
        missing = [name for name in self._probe.watched() if not self._record.binds(name)]
        if not missing or not self._record.any_failed:
            return
        stuck = endings.cell_stuck(sentence("the definitions of a failed cell"), self._limits)
        with link.deadline(self._limits.cell_seconds, stuck):
            answer = await link.ask({"op": "salvage", "missing": missing}, wire.Salvaged)
        self._record.add_salvaged(answer)
