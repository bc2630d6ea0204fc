"""Names that people typed, fitted into a line of a letter or notice."""


def one_line(text: str) -> str:
    """Without line breaks and doubled spaces: nobody writes paragraphs into a letter of ours by their name."""
    return " ".join(text.split())


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters, with a mark where it was cut."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
