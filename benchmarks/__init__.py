"""Speed and memory, measured in one run next to a named peer; never asserted in tests."""
