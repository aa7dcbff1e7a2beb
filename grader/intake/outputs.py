"""The outputs that are stored in a notebook, cut to a size that can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.intake.document import whole
from grader.language import sentence
from grader.submission import Output

MAX_OUTPUT_TEXT = 64 * 1024
"""Characters of one stored output's text."""
MAX_IMAGE_TEXT = 2 * 1024**2
"""Characters of one stored picture in base64."""
MAX_OUTPUTS = 500
"""Stored outputs of one cell."""

_FORMS = {
    "text/html": MAX_OUTPUT_TEXT,
    "text/latex": MAX_OUTPUT_TEXT,
    "image/png": MAX_IMAGE_TEXT,
    "image/jpeg": MAX_IMAGE_TEXT,
}
"""The forms that are kept beside plain text, each with its limit."""
_TEXT_KEYS = {
    4: ("text", "name", "ename", "evalue"),
    3: ("text", "stream", "ename", "evalue", "html", "latex", "png", "jpeg"),
}
_TYPES = {
    4: ("stream", "display_data", "execute_result", "error"),
    3: ("stream", "display_data", "pyout", "pyerr"),
}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "stream": {"text": "", "name": "stdout"},
    "error": {"ename": "", "evalue": "", "traceback": []},
    "pyerr": {"ename": "", "evalue": "", "traceback": []},
    "display_data": {"metadata": {}},
    "execute_result": {"metadata": {}, "execution_count": None},
    "pyout": {"metadata": {}, "prompt_number": 0},
}
_PLAIN = "text/plain"


def is_lines(value: object) -> bool:
    """Whether ``value`` is text as notebooks store it: a string or a list of strings."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def mended_outputs(stored: object, major: int, phrases: list[str]) -> list[dict[str, Any]]:
    """Return the stored outputs that ``nbformat`` can take, with only what is shown later.

    ``major`` is the notebook's version, 4 or 3 (which stands for 2 as well); what was wrong is
    added to ``phrases``.
    """
    if stored is None:
        return []
    if not isinstance(stored, list):
        phrases.append(sentence("A cell's stored outputs are damaged and were dropped"))
        return []
    if len(stored) > MAX_OUTPUTS:
        phrases.append(
            sentence(
                "A cell stores more than {most} outputs; the rest was dropped",
                most=MAX_OUTPUTS,
            )
        )
    mended = [_mended_output(output, major) for output in stored[:MAX_OUTPUTS]]
    if None in mended:
        phrases.append(sentence("A stored output is damaged and was dropped"))
    return [output for output in mended if output is not None]


def _mended_output(output: object, major: int) -> dict[str, Any] | None:
    if not isinstance(output, dict) or output.get("output_type") not in _TYPES[major]:
        return None
    kind = output["output_type"]
    kept = {key: output[key] for key in _TEXT_KEYS[major] if is_lines(output.get(key))}
    data = output.get("data")
    if major == 4 and isinstance(data, dict):
        wanted = (_PLAIN, *_FORMS)
        kept["data"] = {key: data[key] for key in wanted if is_lines(data.get(key))}
    if major < 4 and kind == "stream":
        return {"output_type": kind, "text": "", "stream": "stdout", **kept}
    return {"output_type": kind, **_DEFAULTS[kind], **kept}


def as_output(stored: Mapping[str, Any], phrases: list[str]) -> Output:
    """Return one stored output of nbformat 4; what is too long is cut and said in ``phrases``."""
    kind = stored["output_type"]
    if kind == "stream":
        text = _cut(_text(stored["text"]), phrases)
        return Output(kind="stderr" if stored.get("name") == "stderr" else "stdout", text=text)
    if kind == "error":
        text = f"{_text(stored['ename'])}: {_text(stored['evalue'])}"
        return Output(kind="error", text=_cut(text, phrases))
    data = stored.get("data", {})
    return Output(
        kind="result" if kind == "execute_result" else "display",
        text=_cut(_text(data.get(_PLAIN, "")), phrases),
        data=_forms(data, phrases),
    )


def _forms(data: Mapping[str, Any], phrases: list[str]) -> tuple[tuple[str, str], ...]:
    forms = []
    for form, limit in _FORMS.items():
        text = _text(data.get(form, ""))
        if len(text) > limit:
            phrases.append(
                sentence("A stored output's {form} is too large and was dropped", form=form)
            )
        elif text:
            forms.append((form, text))
    return tuple(forms)


def _text(stored: str | list[str]) -> str:
    return whole(stored if isinstance(stored, str) else "".join(stored))


def _cut(text: str, phrases: list[str]) -> str:
    if len(text) <= MAX_OUTPUT_TEXT:
        return text
    phrases.append(
        sentence(
            "A stored output is longer than {most} characters and was cut",
            most=MAX_OUTPUT_TEXT,
        )
    )
    return text[:MAX_OUTPUT_TEXT]
