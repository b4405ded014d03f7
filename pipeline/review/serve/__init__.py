"""The review page's server, and what it shows."""
