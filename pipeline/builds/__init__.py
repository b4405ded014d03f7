"""Building editions: only what has changed, on every core or on a cluster, and nothing lost."""
