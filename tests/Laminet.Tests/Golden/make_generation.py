# Oracle of tests/Laminet.Tests/Generation: writes generation.json beside itself. Needs numpy.
# Beam search as Hugging Face's BeamSearchScorer and BeamHypotheses do it, with lists and one prompt at a time; the filters as its TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper,
# MinPLogitsWarper and RepetitionPenaltyLogitsProcessor, in its order. The decoder is a small recurrence: h' = tanh(E[token] + h W), logits = 3 h' U.
import json, os
import numpy as np

V, D = 13, 6
rng = np.random.default_rng(3)
E, W, U = [np.round(rng.normal(size=s), 3) for s in ((V, D), (D, D), (D, V))]

def read(h, token):
    h = np.tanh(E[token] + h @ W)
    return h, 3 * h @ U

def log_softmax(x):
    x = x - x.max()
    return x - np.log(np.exp(x).sum())

def penalized(scores, ids, penalty):
    scores = scores.copy()
    for i in set(ids):
        scores[i] = scores[i] * penalty if scores[i] < 0 else scores[i] / penalty
    return scores

class Hypotheses:
    def __init__(self, beams, length_penalty, early):
        self.beams, self.length_penalty, self.early, self.all, self.worst = beams, length_penalty, early, [], 1e9
    def add(self, ids, total, length):
        score = total / length ** self.length_penalty
        if len(self.all) < self.beams or score > self.worst:
            self.all.append((score, ids))
            if len(self.all) > self.beams:
                self.all.sort(key=lambda one: one[0])
                del self.all[0]
                self.worst = self.all[0][0]
            else:
                self.worst = min(score, self.worst)
    def is_done(self, best, length):
        if len(self.all) < self.beams:
            return False
        return True if self.early else self.worst >= best / length ** self.length_penalty

def beam_search(prompt, beams, new, stops, length_penalty, early, penalty):
    h = np.zeros(D)
    for token in prompt[:-1]:
        h, _ = read(h, token)
    rows = [(0.0 if b == 0 else -1e9, list(prompt), h) for b in range(beams)]
    found, done = Hypotheses(beams, length_penalty, early), False
    for step in range(1, new + 1):
        candidates, states = [], []
        for b, (total, ids, h) in enumerate(rows):
            h, logits = read(h, ids[-1])
            states.append(h)
            scores = penalized(log_softmax(logits), ids, penalty)
            candidates += [(total + scores[t], b, t) for t in range(V)]
        candidates.sort(key=lambda c: -c[0])
        candidates = candidates[:max(2, 1 + len(stops)) * beams]
        next_rows = []
        for rank, (total, b, t) in enumerate(candidates):
            if t in stops:
                if rank < beams:
                    found.add(rows[b][1][len(prompt):], total, step)
            else:
                next_rows.append((total, rows[b][1] + [t], states[b]))
            if len(next_rows) == beams:
                break
        best = candidates[0][0]
        rows = next_rows
        if found.is_done(best, step):
            done = True
            break
    if not done:
        for total, ids, _ in rows:
            found.add(ids[len(prompt):], total, len(ids) - len(prompt))
    return [dict(tokens=[int(t) for t in ids], score=float(score)) for score, ids in sorted(found.all, key=lambda one: -one[0])]

def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()

def filtered(logits, ids, temperature=None, top_k=None, top_p=None, min_p=None, penalty=1.0):
    x = penalized(np.array(logits, float), ids, penalty)
    if temperature is not None:
        x = x / temperature
    if top_k is not None:
        x = np.where(x < np.sort(x)[-min(top_k, len(x))], -np.inf, x)
    if top_p is not None and top_p < 1:
        order = np.argsort(x, kind="stable")
        remove = np.cumsum(softmax(x[order])) <= 1 - top_p
        remove[-1] = False
        x[order[remove]] = -np.inf
    if min_p is not None:
        p = softmax(x)
        x = np.where(p < min_p * p.max(), -np.inf, x)
    return softmax(x)

beams = []
for prompt in ([1], [5, 3], [2, 7, 7, 4]):
    for n, new, stops, lp, early, penalty in ((4, 8, [0], 1.0, False, 1.0), (4, 8, [0], 1.0, True, 1.0), (4, 10, [0], 0.0, False, 1.0), (4, 10, [0, 9], 2.0, False, 1.0),
                                              (3, 9, [0, 9, 4], -0.5, False, 1.0), (4, 6, [], 1.0, False, 1.0), (2, 12, [0], 0.7, False, 1.4), (4, 12, [8], 1.5, True, 1.2)):
        beams.append(dict(prompt=prompt, beams=n, new=new, stops=stops, length_penalty=lp, early=early, penalty=penalty, hypotheses=beam_search(prompt, n, new, stops, lp, early, penalty)))
filters = []
for i in range(12):
    logits = np.round(rng.normal(size=V) * 2, 3)
    ids = [int(t) for t in rng.integers(0, V, 3)]
    for setting in (dict(temperature=0.7), dict(top_k=4), dict(top_p=0.8), dict(top_p=0.05), dict(min_p=0.2), dict(temperature=1.5, top_k=6, top_p=0.9, min_p=0.05, penalty=1.3), dict(top_k=5, top_p=0.6), dict(penalty=1.7, top_p=0.95)):
        filters.append(dict(logits=logits.tolist(), ids=ids, probabilities=filtered(logits, ids, **setting).tolist(), **setting))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "generation.json"), "w") as file:
    json.dump(dict(embeddings=E.tolist(), recurrent=W.tolist(), output=U.tolist(), beams=beams, filters=filters), file)
