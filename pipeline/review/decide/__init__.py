"""Editors' decisions: how they are kept, and how they find their places again."""
