"""Words hyphenated at line ends: which are joined, and how."""
