"""A step of the set-up is done once for the same inputs, and again when it was interrupted."""

from pathlib import Path

import pytest
from workshop import filling, steps


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    return []


def test_a_step_is_done_once_for_the_same_inputs(done: list[str], tmp_path: Path) -> None:
    for _ in range(2):
        steps.step("paint", ["blue"], lambda: done.append("paint"), folder=tmp_path)
    assert done == ["paint"]


def test_a_step_is_done_again_when_a_file_changes(done: list[str], tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    for text in ("one", "two"):
        recipe.write_text(text)
        steps.step("cook", [recipe], lambda: done.append("cook"), folder=tmp_path)
    assert done == ["cook", "cook"]


def test_a_new_file_in_a_folder_counts_as_a_change(done: list[str], tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    before = steps.digest([shelf])
    (shelf / "book").write_text("")
    assert steps.digest([shelf]) != before


def test_an_interrupted_step_is_done_again(done: list[str], tmp_path: Path) -> None:
    steps.step("write", ["x"], lambda: done.append("first"), folder=tmp_path)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        steps.step("write", ["y"], interrupted, folder=tmp_path)
    steps.step("write", ["x"], lambda: done.append("again"), folder=tmp_path)
    assert done == ["first", "again"]


def test_a_lost_result_is_made_again(done: list[str], tmp_path: Path) -> None:
    steps.step("build", ["x"], lambda: done.append("first"), folder=tmp_path)
    steps.step("build", ["x"], lambda: done.append("again"), folder=tmp_path, done=False)
    assert done == ["first", "again"]


@pytest.mark.parametrize("command", filling.LOADERS)
def test_what_a_loader_reads_is_there(command: str) -> None:
    """A file that was renamed would no longer bring its changes into the database."""
    assert [str(path) for path in filling.inputs_of(command) if not path.exists()] == []
    assert any(path.name == f"{command}.py" for path in filling.inputs_of(command))


def test_a_full_disk_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(steps.Refusal, match=r"^the disk is full \(while cooking\)"):
        steps.run(["sh", "-c", "echo 'write failed: No space left on device'; exit 1"], "cooking", cwd=tmp_path)


def test_a_secret_is_written_for_its_owner_only(tmp_path: Path) -> None:
    steps.write_whole(tmp_path / "key", "secret", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
