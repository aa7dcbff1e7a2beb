"""The notebook that is open in Colab, which keeps it elsewhere than where its kernel runs."""

from __future__ import annotations

import json
import sys
from importlib import import_module

PATIENCE = 10
"""Seconds within which the page has to answer; a notebook with many pictures takes some."""


def notebook() -> bytes | None:
    """Return the notebook as its page shows it, with what is not saved; None outside of Colab.

    The page is asked through ``google.colab``, which Colab loads into each of its kernels. What
    it offers for that is promised nowhere: None too where it does not answer so.
    """
    if "google.colab" not in sys.modules:
        return None
    try:
        message = import_module("google.colab._message")
        answer = message.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        return json.dumps(answer["ipynb"]).encode()
    except Exception:
        return None
