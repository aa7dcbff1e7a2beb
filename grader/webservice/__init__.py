"""Web services of learning platforms: grades, comments and reports sent to Moodle and Canvas.

``planning`` compares what a platform holds with what a gradebook says, ``delivering`` sends the
difference, and ``moodle`` and ``canvas`` know how each is asked and told. Needs the extra ``web``;
nothing of it is imported before a command asks for it.
"""
