"""Writes vocabularies.json: merges of byte-pair encoding by the algorithm of Sennrich et al. 2016 (their Algorithm 1: count all pairs anew, merge the most frequent).

Ties go to the pair whose tokens have the smaller numbers. Byte-level over GPT-2's words, and WordPiece's variant over characters with "##".
"""
import json
import random
import re
from collections import Counter

SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to é ñ ß щ 中".split()


def corpus():
    generator = random.Random(11)
    vocabulary = ["".join(generator.choice(SYLLABLES) for _ in range(generator.randint(1, 4))) for _ in range(400)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    lines = []
    for _ in range(600):
        words = generator.choices(vocabulary, weights, k=generator.randint(1, 9))
        words = [word.capitalize() if generator.random() < .1 else word for word in words]
        lines.append(" ".join(words) + generator.choice([".", "!", "?", " 42", "  x", "'s", ""]))
    return lines


def merge_all(words, tokens, size, least, prefix):
    """words: Counter of tuples of tokens."""
    number = {token: index for index, token in enumerate(tokens)}
    merges = []
    while len(number) < size:
        pairs = Counter()
        for word, count in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], number[pair[0]], number[pair[1]]))
        if pairs[best] < least:
            break
        whole = best[0] + (best[1][len(prefix):] if prefix and best[1].startswith(prefix) else best[1])
        number.setdefault(whole, len(number))
        merges.append(best)
        merged = Counter()
        for word, count in words.items():
            out, place = [], 0
            while place < len(word):
                if word[place:place + 2] == best:
                    out.append(whole)
                    place += 2
                else:
                    out.append(word[place])
                    place += 1
            merged[tuple(out)] += count
        words = merged
    return sorted(number, key=number.get), merges


def byte_characters():
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, others = {}, 0
    for value in range(256):
        if value in printable:
            table[value] = chr(value)
        else:
            table[value] = chr(256 + others)
            others += 1
    return table


lines = corpus()
table = byte_characters()
gpt2 = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
words = Counter()
for line in lines:
    for word in gpt2.findall(line):
        words[tuple(table[value] for value in word.encode("utf-8"))] += 1
tokens, merges = merge_all(words, ["<|endoftext|>"] + sorted(table.values()), 700, 2, "")
pieces = Counter()
for line in lines:
    # BERT's code puts ideographs between spaces.
    for word in re.findall(r"\w+|[^\w\s]", line.replace("中", " 中 ")):
        pieces[tuple(letter if place == 0 else "##" + letter for place, letter in enumerate(word))] += 1
symbols = {symbol for word in pieces for symbol in word}
alphabet = sorted((s for s in symbols if not s.startswith("##")), key=ord) + sorted((s for s in symbols if s.startswith("##")), key=lambda s: ord(s[2:]))
word_pieces, _ = merge_all(pieces, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + alphabet, 500, 2, "##")
with open("vocabularies.json", "w", encoding="utf-8", newline="\n") as file:
    json.dump({"lines": lines, "merges": [" ".join(pair) for pair in merges], "tokens": tokens, "word_pieces": word_pieces}, file, ensure_ascii=False)
    file.write("\n")
