"""A résumé comes in on a phone, is looked through and taken over; staff do the same for somebody."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.conftest import Visit
from tests.browser.reader import DESK
from tests.people.resume_samples import FORM, boxes_docx, typst_pdf


def test_somebody_uploads_a_resume_on_the_phone(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "登记表.pdf"
    file.write_bytes(typst_pdf(FORM))
    reader = visit("veteran")
    reader.go("/me")
    reader.follow("上传简历，系统帮您填")
    reader.main.get_by_label(re.compile("简历文件")).set_input_files(file)
    reader.press("上传并读取")
    assert "白河县顺和劳务派遣有限公司" in reader.text()
    assert "原文：" in reader.text()
    reader.picture("resume-reading-phone")
    reader.press("保存勾选的")
    assert re.search(r"已保存 [1-9]", reader.text())
    reader.picture("resume-saved-phone")
    reader.follow("看简历文件")
    assert "登记表.pdf" in reader.text()
    reader.picture("resume-upload-phone")
    reader.follow("删除")
    reader.press("删除文件")
    assert "登记表.pdf" not in reader.text()


def test_staff_upload_one_for_somebody(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "简历.docx"
    file.write_bytes(boxes_docx())
    reader = visit("station_staff", size=DESK)
    reader.go("/staff/people")
    reader.main.locator("tbody th a").first.click()
    reader.page.wait_for_url("**/staff/people/*")
    reader.main.locator("summary", has_text="更多").first.click()
    reader.follow("简历文件")
    reader.main.get_by_label(re.compile("简历文件")).set_input_files(file)
    reader.press("上传并读取")
    assert "云上餐饮管理有限公司" in reader.text()
    reader.picture("staff-resume-reading-desktop")
    reader.press("保存勾选的")
    assert re.search(r"已保存 \d", reader.text())
