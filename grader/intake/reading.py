"""Reading what was found: one learner's files to one submission, or to the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.files import sha256
from grader.intake import packed
from grader.intake.archive import read_parts
from grader.intake.collecting import collect
from grader.intake.document import Document, capped, ended
from grader.intake.formats import Format, format_of
from grader.intake.latex import read_latex
from grader.intake.macros import in_prose
from grader.intake.module import read_module
from grader.intake.notebook import read_notebook
from grader.intake.percent import read_scan, read_text
from grader.intake.source import MAX_CELLS, MAX_SUBMISSION_BYTES, Part, Source
from grader.intake.typed import read_typed
from grader.language import joined, sentence
from grader.submission import Cell, Rejection, Submission

_READERS = {
    Format.NOTEBOOK: read_notebook,
    Format.MODULE: read_module,
    Format.TEXT: read_text,
    Format.SCAN: read_scan,
    Format.LATEX: read_latex,
}
_NOTEBOOK_SIGN = b'"nbformat"'


def read(source: Source) -> Submission | Rejection:
    """Read one hand-in; nothing in it is run, and nothing that it contains raises an error.

    Several files become one submission, in their order; a file that cannot be read is a remark
    as long as another one can.
    """
    return replace(_read_or_not(source), identity=source.identity)


def _read_or_not(source: Source) -> Submission | Rejection:
    try:
        return _read(source)
    except SubmissionError as problem:
        return Rejection(name=source.name, source=source.shown, reason=str(problem))
    except Exception as failure:  # a hand-in must not stop the others, whatever our mistake is
        reason = sentence(
            "{name}: the grader failed to read it ({kind}: {problem})",
            name=source.shown,
            kind=type(failure).__name__,
            problem=str(failure),
        )
        return Rejection(name=source.name, source=source.shown, reason=reason, ours=True)


def read_file(path: Path) -> Submission | Rejection:
    """Read one file, or one learner's folder or ZIP, as ``read`` does.

    A folder or ZIP that holds several hand-ins is a ``Rejection``, as is a path where there is
    nothing.
    """
    try:
        sources = collect([path]).sources
    except UsageError as problem:
        return Rejection(name=path.name, source=path.name, reason=str(problem))
    if len(sources) == 1:
        return read(sources[0])
    reason = sentence(
        "{name}: holds {count} hand-ins in place of one; give one file",
        name=path.name,
        count=len(sources),
    )
    return Rejection(name=path.name, source=path.name, reason=reason)


def _read(source: Source) -> Submission | Rejection:
    if source.problem:
        raise SubmissionError(source.problem)
    documents: list[tuple[Part, Document]] = []
    digests: list[str] = []
    problems: list[str] = []
    sums: dict[str, list[str]] = {}
    for part, digest, document in _documents(source):
        sums.setdefault(part.name, []).append(digest)
        if digest in digests:
            problems.append(
                sentence("{name}: is the same file once more; it was read once", name=part.name)
            )
            continue
        digests += [digest] if digest else []
        if isinstance(document, Document):
            documents.append((part, document))
        else:
            problems.append(str(document))
    digest = sha256("\n".join(digests).encode()) if len(digests) > 1 else "".join(digests)
    if not documents:
        reason = joined(" ", [*map(ended, problems[:-1]), *problems[-1:]])
        return Rejection(name=source.name, source=source.shown, reason=reason, sha256=digest)
    told = (*packed.remarks(source.manifests, sums), *source.remarks)
    return _joined(replace(source, remarks=told), documents, problems, digest)


def _documents(source: Source) -> Iterator[tuple[Part, str, Document | SubmissionError]]:
    """Yield each file with its digest, "" if it has no bytes, and its cells or why it has none."""
    size = 0
    for part, data in zip(source.parts, read_parts(source.parts), strict=True):
        if isinstance(data, SubmissionError):
            yield part, "", data
            continue
        size += len(data)
        yield part, sha256(data), _document(part, data, size)


def _document(part: Part, data: bytes, size: int) -> Document | SubmissionError:
    if size > MAX_SUBMISSION_BYTES:
        return SubmissionError(
            sentence(
                "{name}: makes the hand-in larger than {most} MiB; leave it out",
                name=part.name,
                most=MAX_SUBMISSION_BYTES // 1024**2,
            )
        )
    form = format_of(part.name.rpartition("/")[2])
    try:
        if part.typed:
            return in_prose(read_typed(data, part.name))
        if form is Format.MODULE and data.lstrip().startswith(b"{") and _NOTEBOOK_SIGN in data:
            notebook = read_notebook(data, part.name)
            remark = sentence("It is a notebook in spite of its name, and was read as one.")
            notebook = in_prose(notebook)
            return replace(notebook, remarks=(remark, *notebook.remarks))
        return in_prose(_READERS[form](data, part.name))
    except SubmissionError as problem:
        return problem


def _joined(
    source: Source, documents: list[tuple[Part, Document]], problems: list[str], digest: str
) -> Submission:
    """Return one submission of all documents, its cells numbered through."""
    several = len(source.parts) > 1
    cells: list[Cell] = []
    remarks = list(source.remarks)
    if several:
        names = ", ".join(part.name for part, _ in documents)
        remarks.append(
            sentence(
                "It was read from {count} files, in this order: {names}.",
                count=len(documents),
                names=names,
            )
        )
    for part, document in documents:
        file = part.name if several else ""
        cells += [
            replace(cell, number=len(cells) + number, file=file)
            for number, cell in enumerate(document.cells, start=1)
        ]
        remarks += [joined(": ", (file, remark)) if file else remark for remark in document.remarks]
    if len(cells) > MAX_CELLS:
        raise SubmissionError(
            sentence(
                "{name}: its files have {count} cells, more than {most}; keep those that "
                "answer the sheet",
                name=source.shown,
                count=len(cells),
                most=MAX_CELLS,
            )
        )
    if not cells:
        remarks.append(sentence("It holds no cells."))
    kinds = {document.kind for _, document in documents}
    kind = next(kind for kind in ("notebook", "module", "text") if kind in kinds)
    return Submission(
        name=source.name,
        source=source.shown,
        sha256=digest,
        kind=kind,
        cells=tuple(cells),
        remarks=capped([*remarks, *map(ended, problems)]),
    )
