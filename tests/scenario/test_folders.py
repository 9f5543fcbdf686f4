"""A folder is written whole or not at all, and its manifest tells whatever was changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import SettingsError
from foedus.scenario.folders import (
    FORMAT,
    MANIFEST_FILE,
    changes,
    checksum,
    new_folder,
    read_manifest,
    seal,
    write_manifest,
)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    folder = tmp_path / "sealed"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n", encoding="utf-8")
    (folder / "deep" / "b.parquet").write_bytes(b"\x00\r\n\x01")
    write_manifest(folder, {"foedus": "1.2.3", "draws": 5})
    return folder


class TestNewFolder:
    def test_it_appears_with_all_its_files(self, tmp_path: Path) -> None:
        target = tmp_path / "a" / "b"
        with new_folder(target) as draft:
            assert not target.exists()
            (draft / "x.txt").write_text("here", encoding="utf-8")
        assert (target / "x.txt").read_text(encoding="utf-8") == "here"
        assert [path.name for path in target.parent.iterdir()] == ["b"]

    @pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError, SettingsError])
    def test_a_fault_leaves_nothing_behind(
        self, fault: type[BaseException], tmp_path: Path
    ) -> None:
        def write_half() -> None:
            with new_folder(tmp_path / "a" / "b") as draft:
                (draft / "x.txt").write_text("half", encoding="utf-8")
                raise fault

        with pytest.raises(fault):
            write_half()
        assert list(tmp_path.iterdir()) == []

    def test_an_empty_folder_is_filled_and_another_is_left_alone(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty"
        empty.mkdir()
        with new_folder(empty) as draft:
            (draft / "x").write_text("first", encoding="utf-8")
        with pytest.raises(SettingsError, match="exists already"), new_folder(empty):
            raise AssertionError("it was handed out")
        assert (empty / "x").read_text(encoding="utf-8") == "first"

    def test_a_fault_names_the_place_that_was_asked_for(self, tmp_path: Path) -> None:
        target = tmp_path / "b"
        with pytest.raises(SettingsError) as caught, new_folder(target) as draft:
            raise SettingsError(f"{draft}/units.csv: it cannot be read.")
        assert str(caught.value) == f"{target}/units.csv: it cannot be read."

    def test_a_disk_that_fails_is_a_fault_that_can_be_mended(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="b: cannot be written"), new_folder(tmp_path / "b"):
            raise OSError(28, "No space left on device")


class TestManifest:
    def test_it_is_read_as_it_was_written(self, sealed: Path) -> None:
        read = read_manifest(sealed)
        assert read["format"] == FORMAT
        assert (read["foedus"], read["draws"]) == ("1.2.3", 5)
        assert set(read["files"]) == {"a.csv", "deep/b.parquet"}
        assert changes(sealed, read["files"]) == []

    @pytest.mark.parametrize(
        ("spoil", "says"),
        [
            (lambda text: text.replace('"draws": 5', '"draws": 6'), "changed after it was saved"),
            (lambda text: text[: len(text) // 2], "cut short or changed"),
            (lambda _: "[]", "no manifest of a saved"),
            (lambda _: '{"a": 1}', "no manifest of a saved"),
            (lambda text: text.replace('"format": 1', '"format": 2'), "foedus 1.2.3: install"),
        ],
        ids=["value", "cut", "list", "other", "newer"],
    )
    def test_a_changed_manifest_is_refused(
        self, spoil: Callable[[str], str], says: str, sealed: Path
    ) -> None:
        place = sealed / MANIFEST_FILE
        text = place.read_text(encoding="utf-8")
        assert spoil(text) != text
        place.write_text(spoil(text), encoding="utf-8")
        with pytest.raises(SettingsError, match=says) as caught:
            read_manifest(sealed)
        assert str(caught.value).startswith(f"{place}: ")

    def test_a_missing_manifest_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="cannot be read"):
            read_manifest(tmp_path)

    def test_every_changed_file_is_told_at_once(self, sealed: Path) -> None:
        (sealed / "a.csv").write_text("x\n2\n", encoding="utf-8")
        (sealed / "deep" / "b.parquet").unlink()
        found = changes(sealed, read_manifest(sealed)["files"])
        assert found == [
            f"{sealed / 'a.csv'}: it was changed or cut short after it was saved.",
            f"{sealed / 'deep' / 'b.parquet'}: it is missing.",
        ]

    def test_line_ends_of_texts_do_not_count_and_those_of_numbers_do(self, sealed: Path) -> None:
        text, binary = sealed / "a.csv", sealed / "deep" / "b.parquet"
        before = checksum(text), checksum(binary)
        text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))
        binary.write_bytes(binary.read_bytes().replace(b"\r\n", b"\n"))
        assert checksum(text) == before[0]
        assert checksum(binary) != before[1]

    def test_a_seal_hangs_on_every_value_and_not_on_their_order(self) -> None:
        one: dict[str, Any] = {"a": 1, "b": [0.1, None]}
        assert seal(one) == seal(json.loads(json.dumps({"b": [0.1, None], "a": 1})))
        assert seal(one) != seal({"a": 1, "b": [0.1000000000000001, None]})
