"""Review: an editor decides once, and it stays decided."""
