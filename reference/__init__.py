"""The maths behind the sheets: real implementations that know nothing of grading.

Each module answers one task and is general beyond it. Its keyword-only switches replace one
step of the calculation (a local derivative, a bias correction, a kernel area), so that a slip is
written as the reference with one thing changed, and several slips as several switches.
"""
