"""Errors: each carries one sentence for the person at the keyboard, and an exit code."""


class EmendError(Exception):
    """A mistake in what emend was given: one sentence that says what is wrong and what to do."""

    exit_code = 2


class SourceError(EmendError):
    """A source that cannot be read: empty, binary, truncated, hostile, or of an unknown format."""


class LeftOutWarning(UserWarning):
    """A page that cannot be read and was skipped, named in one sentence."""


class ReorderedWarning(UserWarning):
    """Lines that were read in the order in which they stand on the page, not in the file's."""


class ProjectError(EmendError):
    """A folder that is not a project, or a text whose source or meta.toml is wrong."""


class EditionError(EmendError):
    """A TEI file that is not a valid edition, or from which the raw file cannot be restored."""


class DecisionError(EmendError):
    """An editor's decision that cannot be read or recorded."""


class MissingExtraError(EmendError):
    """A feature that needs a package which is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        """Name the missing package and the extra (`emend[extra]`) that installs it."""
        super().__init__(package, extra)  # from these a process makes it again for another

    def __str__(self) -> str:
        """Say what to install."""
        package, extra = self.args
        return f"The package {package} is not installed: run pip install 'emend[{extra}]'."
