"""One file for each format with a text layer."""
