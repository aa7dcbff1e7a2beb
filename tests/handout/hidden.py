"""A number and a function of another module, as a reference is."""

SECRET = 212


def secret() -> int:
    return SECRET
