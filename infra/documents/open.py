"""Opens all documents of a folder and those inside it by independent readers: `open.py FOLDER SCHEMA`.

Every file must open and have content. HTML is the task of `axe.mjs`.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pandas
import pyreadstat
from lxml import etree
from PIL import Image

# One run of LibreOffice opens so many files.
BATCH = 20


def picture(path):
    with Image.open(path) as image:
        image.load()
        width, height = image.size
        assert width > 300 and height > 100, image.size
        # A picture without ink has one colour.
        colors = image.convert("RGB").resize((400, 400)).getcolors(maxcolors=400 * 400)
        assert len(colors) > 10, f"{len(colors)} colours"


def tab(path):
    parts = path.read_bytes().decode("utf-8").split("\r\n\r\n")
    for part in parts:
        lines = part.strip("\r\n").split("\r\n")
        # Of several tables each follows its caption.
        first = 1 if len(lines) > 1 and lines[1].count("\t") > lines[0].count("\t") else 0
        rows = [line.split("\t") for line in lines[first:]]
        assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    if len(parts) == 1:
        table = pandas.read_csv(path, sep="\t", dtype=str, keep_default_na=False, quoting=3)
        assert len(table.columns) > 0


def sav(path):
    table, meta = pyreadstat.read_sav(path)
    assert len(meta.column_names) == len(table.columns) > 0


def text(paths):
    """Opens files of rich text with LibreOffice; each becomes a page."""
    paths = list(paths)
    for start in range(0, len(paths), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            batch = {}
            for number, path in enumerate(paths[start : start + BATCH]):
                copy = Path(folder) / f"{number}.rtf"
                copy.write_bytes(path.read_bytes())
                batch[copy] = path
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *map(str, batch)]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
            for copy, path in batch.items():
                page = copy.with_suffix(".pdf")
                assert page.exists() and page.stat().st_size > 1_000, path


def main():
    folder, schema = Path(sys.argv[1]), etree.XMLSchema(file=sys.argv[2])
    readers = {
        ".png": picture,
        ".jpg": picture,
        ".tab": tab,
        ".sav": sav,
        ".xml": lambda path: schema.assertValid(etree.parse(path)),
    }
    opened = Counter()
    for path in sorted(folder.rglob("*")):
        if reader := readers.get(path.suffix):
            try:
                reader(path)
            except Exception as error:
                raise SystemExit(f"{path}: {error}") from error
            opened[path.suffix] += 1
    rich = sorted(folder.rglob("*.rtf"))
    text(rich)
    opened[".rtf"] = len(rich)
    for suffix, count in sorted(opened.items()):
        print(f"{suffix}: {count} opened")
    missing = [suffix for suffix in [*readers, ".rtf"] if not opened[suffix]]
    if missing:
        raise SystemExit(f"no file of {', '.join(missing)}")


main()
