"""Started by the grader as ``python -I main.py``; the first frame says what to do.

With the words ``ahead`` and the folders of packages it makes its kernel before that frame comes.

Run as a file, because the grader's package is not there inside the sandbox.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

_PACKAGE = "_sandboxed"


def _load_package() -> None:
    """Make this folder importable under a private name, without any entry in ``sys.path``."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        _PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    _load_package()
    words = sys.argv[1:]
    # A submission must not see how it was started.
    del sys.argv[1:]
    serve = importlib.import_module(f"{_PACKAGE}.serve")
    serve.main(ahead=json.loads(words[1]) if words else None)
