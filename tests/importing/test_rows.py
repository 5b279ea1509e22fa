from portal.importing.rows import Row, in_batches, letters_in


def test_rows_come_in_lists_of_so_many() -> None:
    rows = [Row(number, {"name": "A"}) for number in range(5)]
    assert [len(batch) for batch in in_batches(iter(rows), 2)] == [2, 2, 1]


def test_long_rows_come_in_shorter_lists_so_that_few_are_in_memory() -> None:
    long = "x" * 1_000_000
    rows = [Row(number, {"text": [long]}) for number in range(12)]
    assert [len(batch) for batch in in_batches(iter(rows), 500)] == [5, 5, 2]


def test_letters_are_counted_in_every_part() -> None:
    assert letters_in({"ab": ["cd", {"e": "fgh"}], "i": None}) == 2 + 2 + 4 + 2 + 1 + 8
