"""What can go wrong, each with one sentence for the person at the keyboard and an exit code."""


class EmendError(Exception):
    """A mistake in what emend was given. The message is one sentence that says what is wrong and
    what to do.
    """

    exit_code = 2


class SourceError(EmendError):
    """A source that cannot be read: empty, binary, truncated, hostile, or in a format emend does
    not know.
    """


class LeftOutWarning(UserWarning):
    """A page that cannot be read, named in a sentence; the others go on."""


class ProjectError(EmendError):
    """A project folder that is not one, or whose meta.toml lacks or misstates something."""


class EditionError(EmendError):
    """A TEI file that is not an edition in our schema, or that does not give its source back."""


class DecisionError(EmendError):
    """An editor's decision that cannot be read or recorded."""


class MissingExtraError(EmendError):
    """A part of emend that needs a package which is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        """Name the package that is missing and the extra (`emend[extra]`) that brings it."""
        super().__init__(
            f"This needs the package {package}, which is not installed: run pip install "
            f"'emend[{extra}]'."
        )
