from __future__ import annotations

import pytest

from bot.content import files


def read(tmp_path, text: str):
    path = tmp_path / "x.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return files.read(path, "data/x.yml")


@pytest.mark.parametrize(("text", "value"), [("a: 10:30", "10:30"), ("a: no", "no"), ("a: yes", "yes"), ("a: 0123", "0123"), ("a: 1.50", "1.50"), ("a: 2025-12-01", "2025-12-01"), ("a: 1e3", "1e3"), ("a: ''", "")])
def test_every_scalar_stays_the_text_it_is(tmp_path, text, value):
    data, problems = read(tmp_path, text)
    assert (data, problems) == ({"a": value}, [])


def test_a_key_written_twice_is_named_with_both_lines(tmp_path):
    _, problems = read(tmp_path, "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert [p.file for p in problems] == ["data/x.yml:5"]
    assert "first on line 3" in problems[0].what


@pytest.mark.parametrize("key", ["nlu", "responses", "rules", "stories"])
@pytest.mark.parametrize("text", ["{key}: x", "a:\n  {key}: x", "a:\n  - {key}: x", "a: |\n  text\n    {key}: x"])
def test_a_line_that_rasa_would_take_for_its_own_is_found(tmp_path, key, text):
    _, problems = read(tmp_path, text.format(key=key))
    assert any(f'"{key}:"' in p.what for p in problems)


@pytest.mark.parametrize(("text", "hint"), [("a: [", "quotes"), ("a: b: c", "quotes"), ("\ta: 1", "spaces"), ("a: @x", "quotes"), ("a: 'x", "quotes")])
def test_what_is_no_yaml_is_named_with_its_line_and_what_to_do(tmp_path, text, hint):
    data, problems = read(tmp_path, "b: 1\n" + text)
    assert data is None
    assert "not valid YAML" in problems[0].what
    assert ":2" in problems[0].file or ":3" in problems[0].file
    assert hint in problems[0].do


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_without_keys_is_a_problem(tmp_path, text):
    data, problems = read(tmp_path, text)
    assert not data
    assert problems


def test_a_file_that_is_no_utf8_is_a_problem(tmp_path):
    path = tmp_path / "x.yml"
    path.write_bytes("a: 中".encode("gbk"))
    assert files.read(path, "x.yml")[1][0].do == "Save it as UTF-8 text."


def test_null_is_a_problem_not_a_word(tmp_path):
    assert any("is null" in p.what for p in read(tmp_path, "a: null")[1])
