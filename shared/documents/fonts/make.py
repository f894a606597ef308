"""Makes the fonts of pictures: subsets of Noto Sans and Noto Sans CJK (SIL Open Font License 1.1).

Needs fonttools 4 and the Debian packages `fonts-noto-core` and `fonts-noto-cjk`, unpacked into a folder:

    apt-get download fonts-noto-core fonts-noto-cjk && for file in fonts-noto-*.deb; do dpkg -x "$file" noto; done
    python3 make.py noto
"""

import sys
from pathlib import Path

from fontTools import subset


def of_encoding(name, leads, trails):
    """The characters that an encoding has in some pairs of bytes."""
    for lead in leads:
        for trail in trails:
            try:
                yield from bytes([lead, trail]).decode(name)
            except UnicodeDecodeError:
                pass


def common_characters():
    """What people write in Chinese (both kinds), Japanese and Korean: the sets of the national standards."""
    found = set()
    found.update(of_encoding("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))
    found.update(of_encoding("euc_jp", range(0xA1, 0xF5), range(0xA1, 0xFF)))
    # The frequent characters of Big5, without the rare ones.
    found.update(of_encoding("big5", range(0xA1, 0xC7), range(0x40, 0xFF)))
    # The Korean syllables, and signs, of KS X 1001, without its Chinese characters.
    found.update(of_encoding("euc_kr", range(0xA1, 0xC9), range(0xA1, 0xFF)))
    # Halfwidth and fullwidth forms, and punctuation of the three.
    found.update(map(chr, range(0xFF00, 0xFFF0)))
    found.update(map(chr, range(0x3000, 0x3100)))
    return {ord(character) for character in found}


def write(source, number, characters, target):
    options = subset.Options()
    options.font_number = number
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    # The time of a build must not change the file.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    subset.save_font(font, target, options)
    print(target, Path(target).stat().st_size, "bytes,", len(font.getBestCmap()), "characters")


def main():
    folder = Path(sys.argv[1]) / "usr/share/fonts"
    here = Path(__file__).parent
    latin = [*range(0x20, 0x590), *range(0x1E00, 0x2000), *range(0x2000, 0x2070), *range(0x2070, 0x20D0)]
    latin += [*range(0x2100, 0x2300), *range(0x25A0, 0x2600)]
    write(folder / "truetype/noto/NotoSans-Regular.ttf", -1, latin, here / "NotoSans.ttf")
    # The third font of the collection has the forms of simplified Chinese where languages differ.
    write(folder / "opentype/noto/NotoSansCJK-Regular.ttc", 2, common_characters() - set(range(0x590)), here / "NotoSansCJK.otf")


main()
