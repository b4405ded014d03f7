"""What an editor or the system leaves beside a page is no page: its text would come twice."""

import pytest

from pipeline.ingest import gather
from pipeline.project import sources

LEFT = ["page-2.txt~", "#page-2.txt#", ".page-2.txt.swp", "~$page-2.txt", "__MACOSX/page-2.txt"]


@pytest.mark.parametrize("name", LEFT)
def test_a_backup_is_no_page(tmp_path, name):
    pages = tmp_path / "source"
    (pages / name).parent.mkdir(parents=True)
    for page in ("page-1.txt", "page-2.txt", name):
        (pages / page).write_text("The harbour is old.\n", "utf-8")
    assert gather([pages]).text.count("harbour") == 2


@pytest.mark.parametrize("name", ["page-3 (copy).txt", "page#3.txt", "#page-3.txt", "3~a.txt"])
def test_any_other_name_is_a_page(tmp_path, name):
    for page in ("page-1.txt", "page-2.txt", name):
        (tmp_path / page).write_text("The harbour is old.\n", "utf-8")
    assert gather([tmp_path]).text.count("harbour") == 3


def test_a_backup_is_no_second_source(tmp_path):
    for name in ("source.txt", "source.txt~", ".source.txt.swp"):
        (tmp_path / name).write_text("The harbour is old.\n", "utf-8")
    assert sources(tmp_path) == (tmp_path / "source.txt",)
