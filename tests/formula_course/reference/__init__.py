"""The mathematics that the sheet refers to."""
