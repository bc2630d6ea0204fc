"""Why a file is not read; each message is fit to be shown to the person who sent it."""


class FileRefused(Exception):
    """The file is of another kind, damaged, or would cost more to open than it could be worth."""


class EncodingUnknown(FileRefused):
    """The text is not UTF-8 and carries no byte-order mark: only its sender knows what it was written in."""
