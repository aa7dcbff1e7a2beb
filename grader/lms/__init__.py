"""Learning platforms: their files in, and the same files with grades out.

``tables`` changes single cells of a CSV file and leaves every other byte as it is.
"""
