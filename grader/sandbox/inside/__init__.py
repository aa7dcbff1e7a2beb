"""What runs next to student code: the standard library and ipykernel only, never the grader.

Everything here shares its process with the student, so nothing here is trusted by the grader and
nothing secret is known here: it is told names to watch and calls to make, and answers in data.
"""
