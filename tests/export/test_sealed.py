import pytest

from workbook.export.sealed import is_untouched, seal


@pytest.mark.parametrize("text", ["", "a: 1\n", "# Plan: x\na: é\n", "no line end"])
@pytest.mark.parametrize("comment", ["# ", "// "])
def test_a_sealed_text_is_untouched(text: str, comment: str) -> None:
    sealed = seal(text, comment)

    assert sealed.endswith(text)
    assert sealed.startswith(f"{comment}hash: sha256:")
    assert is_untouched(sealed)


def test_an_edit_is_noticed() -> None:
    sealed = seal("# Plan: x\na: 80\n")

    assert not is_untouched(sealed.replace("80", "90"))
    assert not is_untouched(sealed.replace("Plan: x", "Plan: y"))
    assert not is_untouched(sealed + "b: 1\n")
    assert not is_untouched(sealed.partition("\n")[2])
    assert not is_untouched("")


def test_other_line_ends_are_no_edit() -> None:
    assert is_untouched(seal("a: 1\nb: 2\n").replace("\n", "\r\n"))
    assert is_untouched(seal("a: 1\r\nb: 2\r\n"))
