"""The present reading as text: its lines and blocks, its plain faces, its alignment with others."""
