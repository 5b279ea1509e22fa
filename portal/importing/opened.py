"""A file ready to be imported: its rows, with the mapping that says which column tells which fact."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.importing.contents import Contents
from portal.importing.guessing import Guess, guess, mapping_of
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, as_yaml, checked
from portal.importing.rows import Row


@dataclass(frozen=True)
class Opened:
    """Rows to import. `guesses` and `mapping_text` are there where the file wants a mapping."""

    rows: Iterator[Row]
    contents: Contents
    mapping: Mapping
    guesses: tuple[Guess, ...] = ()
    mapping_text: str = ""

    @property
    def wants_mapping(self) -> bool:
        """True where columns have to be told apart."""
        return self.contents.columns is not None


def opened(contents: Contents, mapping: Mapping | None, name: str) -> Opened:
    """What a file holds, by a mapping that is given or guessed. Raises FileProblem where they do not fit."""
    if contents.columns is None:
        return Opened(contents.rows, contents, mapping or Mapping())
    guesses = guess(contents.columns, contents.sample)
    used = mapping or mapping_of(guesses)
    if missing := [column for column in used.columns if column not in contents.columns]:
        raise FileProblem(f'The file {name} has no column "{missing[0]}", which the mapping names.')
    rows = (_mapped(row, used.columns) for row in contents.rows)
    return Opened(rows, contents, used, tuple(guesses), as_yaml(used, contents.columns))


def must_name(mapping: Mapping, name: str) -> None:
    """Raises FileProblem if a table's mapping has no name in it, with what to do."""
    try:
        checked(mapping, name)
    except FileProblem as problem:
        raise FileProblem(
            f"{problem} Make a mapping with --dry-run --mapping FILE, put it right, and give it back."
        ) from None


def _mapped(row: Row, columns: dict[str, str]) -> Row:
    return row if row.document is None else Row(row.line, row.document | {"mapping": columns})
