"""Which words were misread, and what they were."""
