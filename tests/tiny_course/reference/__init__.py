"""The mathematics of the tiny course that the engine's own tests grade."""
