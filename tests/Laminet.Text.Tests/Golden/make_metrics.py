"""Writes metrics.json: scores of sacreBLEU (pip install sacrebleu) for sentences made here. Run it in this folder."""
import json
import random

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

WORDS = ("the a dog cat runs sat on mat house, big (small) \"quoted\" it's don't 3.14 1,000 2-3 e.g. &amp; &quot;so&quot; <skipped> well-known C# a_b 50% $5 "
         "été déjà Größe, Straße. быстрая лиса! 今天天气 很好。 😀 👍🏽 ? ! ; : / [x] {y} ~ ^ . , ...").split()


def line(generator):
    return " ".join(generator.choice(WORDS) for _ in range(generator.randint(1, 14)))


def changed(text, generator):
    words = text.split()
    for _ in range(generator.randint(0, 3)):
        words[generator.randrange(len(words))] = generator.choice(WORDS)
    return " ".join(words)


generator = random.Random(7)
references = [line(generator) for _ in range(60)]
texts = [changed(text, generator) for text in references]
others = [changed(text, generator) for text in references]
both = [references, others]
result = {"texts": texts, "references": references, "others": others, "bleu": {}, "chrf": {}}
for name, settings in {
    "default": {},
    "lowercase": {"lowercase": True},
    "floor": {"smooth_method": "floor"},
    "add-k": {"smooth_method": "add-k"},
    "none": {"smooth_method": "none"},
    "untokenized": {"tokenize": "none"},
    "order2": {"max_ngram_order": 2},
    "effective": {"effective_order": True},
}.items():
    score = BLEU(**settings).corpus_score(texts, both)
    result["bleu"][name] = {"score": score.score, "precisions": score.precisions, "bp": score.bp, "length": score.sys_len, "reference_length": score.ref_len}
sentence = BLEU(effective_order=True)
result["sentences"] = [sentence.sentence_score(text, [one]).score for text, one in zip(texts, references)]
for name, settings in {"default": {}, "words": {"word_order": 2}, "lowercase": {"lowercase": True}, "beta3": {"beta": 3}}.items():
    result["chrf"][name] = CHRF(**settings).corpus_score(texts, both).score
with open("metrics.json", "w", encoding="utf-8", newline="\n") as file:
    json.dump(result, file, ensure_ascii=False, indent=1)
    file.write("\n")
