"""Writes unicode.txt: what UnicodeNormalization needs of the Unicode character database, from Python's copy of it.

A line for each code point with a decomposition or a combining class: code point, class, kind (C composes, D decomposes alone, K compatibility), decomposition.
"""
import sys
import unicodedata

lines = []
for code in range(sys.maxunicode + 1):
    character = chr(code)
    combining, mapping = unicodedata.combining(character), unicodedata.decomposition(character)
    if not mapping and not combining:
        continue
    kind, parts = "-", ""
    if mapping:
        compatibility = mapping.startswith("<")
        parts = mapping.split("> ")[-1]
        pair = "".join(chr(int(part, 16)) for part in parts.split())
        kind = "K" if compatibility else "C" if len(pair) == 2 and unicodedata.normalize("NFC", pair) == character else "D"
    lines.append(f"{code:X} {combining} {kind} {parts}".rstrip())
with open("unicode.txt", "w", encoding="ascii", newline="\n") as file:
    file.write("\n".join(lines) + "\n")
