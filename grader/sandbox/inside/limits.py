"""What this process gives up before any student code runs: its user, and most of the machine."""

from __future__ import annotations

import os
from pathlib import Path


def limit_resources(limits: dict[str, int]) -> None:
    """Set resource limits for good; raises OSError if a binding one cannot be set."""
    try:
        import resource
    except ImportError:
        return
    for name, value in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            if _is_binding(name):
                raise


def _is_binding(name: str) -> bool:
    """Whether the sandbox may not go on without this limit; macOS refuses some."""
    return name in ("RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU")


def become(user: int) -> None:
    """Become a user without any group for good; raises OSError if that fails."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if os.getresuid() != (user, user, user) or os.getgroups():
        raise PermissionError(f"could not become user {user}")


def check_powerless() -> None:
    """Raise PermissionError if any right over the machine is left, or could be gained."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    status = dict(line.split(":", 1) for line in lines)
    # What could be inherited is left: without new privileges no program can make use of it.
    for name in ("CapPrm", "CapEff", "CapAmb"):
        if int(status[name], 16):
            raise PermissionError(f"still holds capabilities ({name} {status[name].strip()})")
    if status["NoNewPrivs"].strip() != "1":
        raise PermissionError("could gain privileges again")
