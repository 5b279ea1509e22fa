"""What texts are about: alike things lie near each other, whichever words they use."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from portal.search import meaning
from portal.search.columns import columns_of, from_bytes, to_bytes
from portal.search.meaning import DIMENSIONS, PACKED, of_text, pack, together, unit, unpack
from portal.search.port import Document, Engine, Query

GROUPS = {
    "grief": "Company for widows and widowers after a funeral",
    "money": "Help with rent arrears, loans and letters from bailiffs",
    "garden": "Grow vegetables and flowers on our allotment",
}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my husband passed away", "grief"),
        ("I owe thousands and cannot pay it back", "money"),
        ("digging soil and planting seeds", "garden"),
    ],
)
def test_words_find_what_says_the_like_in_other_words(said: str, meant: str) -> None:
    typed = of_text(said, is_typed=True)
    assert typed is not None
    near = {name: float(typed @ vector) for name, text in GROUPS.items() if (vector := of_text(text)) is not None}
    assert max(near, key=near.__getitem__) == meant


@pytest.mark.parametrize("said", ["", "   ", "is it for me", "the and of", "xqzzkw vvbrt", "ہم تنہا ہیں", "🙂"])
def test_words_that_say_nothing_have_no_direction(said: str) -> None:
    assert of_text(said, is_typed=True) is None


def test_a_vector_is_of_length_one_and_comes_back_from_its_bytes() -> None:
    vector = of_text("a lunch club for older people")
    assert vector is not None
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    packed = pack(vector)
    assert len(packed) == PACKED
    assert float(unpack(packed) @ vector) == pytest.approx(1, abs=0.02)
    assert pack(None) == b""


def test_the_middle_of_several_leaves_out_those_that_are_not_there() -> None:
    one, other = np.eye(2, DIMENSIONS, dtype=np.float32)
    middle = together([one, None, other])
    assert middle is not None
    assert middle[:2] == pytest.approx([0.5**0.5, 0.5**0.5])
    assert together([None]) is None
    assert unit(np.zeros(DIMENSIONS, dtype=np.float32)) is None


def test_the_model_is_only_read_and_its_package_never_runs() -> None:
    """It would look for models on the network."""
    code = (
        "import sys; from portal.search import meaning; assert meaning.of_text('tea and cake') is not None;"
        f"sys.exit({meaning.MODEL!r} in sys.modules or 'huggingface_hub' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("torn", [b"\x05" * 128, b"\x05" * 255, b"\x05" * 384])
def test_a_meaning_of_another_length_counts_for_nothing_and_harms_no_other(engine: Engine, torn: bytes) -> None:
    packed = pack(of_text("a lunch club for older people"))
    engine.rebuild(
        [
            Document("whole", texts={"name": "Lunch"}, meaning=packed),
            Document("torn", texts={"name": "Lunch"}, meaning=torn),
        ]
    )
    query = Query(words="lunch", meaning=packed)
    assert engine.search(query).total == 2
    whys = engine.explain(query, ["whole", "torn"])
    assert whys["torn"].likeness == 0 and whys["whole"].likeness > 0.9


@pytest.mark.parametrize("shape", [(1, PACKED), (3, PACKED), (2, PACKED - 1), (2 * PACKED,)])
def test_columns_whose_meanings_are_not_one_for_each_document_are_torn(shape: tuple[int, ...]) -> None:
    held = columns_of([Document("a"), Document("b")], ["en"])
    assert from_bytes(to_bytes(held)).meanings.shape == (2, PACKED)
    with pytest.raises(ValueError, match="meanings"):
        from_bytes(to_bytes(replace(held, meanings=np.zeros(shape, dtype=np.int8))))
