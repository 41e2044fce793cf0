#!/usr/bin/env python3
"""Fine-tunes a BERT, RoBERTa, XLM-RoBERTa or DistilBERT checkpoint on labelled texts, for `gehoor --features bert`.

    pip install torch==2.8.0 transformers==4.46.3 sentencepiece protobuf
    python3 models/stronger/finetune.py BASE OUT models/corpus/*.jsonl

BASE is a local folder in the form of the Python library transformers, or a name that it can fetch. OUT gets weights,
vocabulary and a `model.toml` that says what each label means. `gehoor models check OUT` checks it, `gehoor eval FILE
--model OUT` measures it.

A label stands for an intent, a severity and a sentiment together ("complaint 2 negative"); the program adds up what it
wants to know. A text that tells less (`complaint` alone: 0 or 1) counts for all labels that agree with it.
"""

import argparse
import collections
import json
import math
import random
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

# Rarer combinations are learnt as the most frequent one with the same intent and severity.
FEWEST_TEXTS = 100
PARTS = ("intent", "severity", "sentiment")


def read(paths):
    """The texts of the files, each with intent, severity and sentiment (None: not told), and whether it complains."""
    rows = []
    for path in map(Path, paths):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                parts = tuple(row.get(part) for part in PARTS)
                rows.append((row["text"], parts, row.get("complaint")))
            except (ValueError, KeyError, AttributeError) as error:
                sys.exit(f"{path}:{number}: a JSON object with a `text` is needed: {error}")
    return rows


def labels_of(rows):
    """The combinations worth a label, most frequent first."""
    counts = collections.Counter(parts for _, parts, _ in rows if None not in parts)
    labels = [parts for parts, n in counts.most_common() if n >= FEWEST_TEXTS]
    if len({label[0] == "complaint" for label in labels}) < 2:
        sys.exit(f"too little to learn from: complaints and others are needed, {FEWEST_TEXTS} of a kind at least")
    return labels


def agreeing(labels, parts, complaint):
    """The numbers of the labels that agree with all that a text says."""
    found = [
        i
        for i, label in enumerate(labels)
        if all(said in (None, of) for said, of in zip(parts, label))
        and (complaint is None or bool(complaint) == (label[0] == "complaint"))
    ]
    # Where no label has all three, the most frequent one with the first two stands for the text, or with the first.
    for known in (2, 1):
        if not found and None not in parts:
            found = [i for i, label in enumerate(labels) if label[:known] == parts[:known]][:1]
    return found


class Texts:
    """Tokens and allowed labels of all texts, in batches of about the same length, so that little is filled up."""

    def __init__(self, tokens, allowed, labels, padding):
        self.tokens, self.allowed, self.labels, self.padding = tokens, allowed, labels, padding

    def groups(self, most, rng):
        """Numbers of texts that make a batch of `most` tokens, in random order."""
        order = sorted(range(len(self.tokens)), key=lambda i: (len(self.tokens[i]), rng.random()))
        groups, now = [], []
        for i in order:
            if now and (len(now) + 1) * len(self.tokens[i]) > most:
                groups.append(now)
                now = []
            now.append(i)
        groups.append(now)
        rng.shuffle(groups)
        return groups

    def batch(self, group):
        """Token numbers, mask, and 0 for labels that are allowed (minus infinity for the others)."""
        longest = max(len(self.tokens[i]) for i in group)
        ids = torch.full((len(group), longest), self.padding)
        mask = torch.zeros((len(group), longest), dtype=torch.long)
        allowed = torch.full((len(group), self.labels), -math.inf)
        for at, i in enumerate(group):
            ids[at, : len(self.tokens[i])] = torch.tensor(self.tokens[i])
            mask[at, : len(self.tokens[i])] = 1
            allowed[at, self.allowed[i]] = 0.0
        return ids, mask, allowed


class FewWords:
    """Trains the embeddings of tokens that occur, instead of a table of which most rows are never touched."""

    def __init__(self, model, ids):
        self.model, self.full = model, model.get_input_embeddings()
        self.used = torch.tensor(sorted(ids))
        self.few = torch.nn.Embedding(len(self.used), self.full.embedding_dim)
        self.few.weight.data.copy_(self.full.weight.data[self.used])
        self.number = torch.zeros(self.full.num_embeddings, dtype=torch.long)
        self.number[self.used] = torch.arange(len(self.used))
        model.set_input_embeddings(self.few)

    def inputs(self, ids, mask):
        """What the model takes. RoBERTa finds places by the number of the padding, which is another one here."""
        inputs = {"input_ids": self.number[ids], "attention_mask": mask}
        if self.model.config.model_type in ("roberta", "xlm-roberta", "camembert"):
            inputs["position_ids"] = torch.cumsum(mask, 1) * mask + self.model.config.pad_token_id
        return inputs

    def put_back(self):
        """Gives the model its whole table again."""
        self.full.weight.data[self.used] = self.few.weight.data
        self.model.set_input_embeddings(self.full)


def train(model, texts, words, given):
    """Passes over the texts by AdamW: a short warm-up, then ever smaller steps."""
    rng = random.Random(given.seed)
    plan = [group for _ in range(given.epochs) for group in texts.groups(given.batch_tokens, rng)]
    kinds = [[p for p in model.parameters() if p.ndim > 1], [p for p in model.parameters() if p.ndim == 1]]
    decays = [{"params": params, "weight_decay": decay} for params, decay in zip(kinds, (0.01, 0.0))]
    optimizer = torch.optim.AdamW(decays, lr=given.rate)
    steps, warm = len(plan), max(1, len(plan) // 20)

    def size(step):
        return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, size)
    model.train()
    begun, smooth = time.monotonic(), None
    for done, group in enumerate(plan, 1):
        ids, mask, allowed = texts.batch(group)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(**words.inputs(ids, mask)).logits
        loss = -torch.logsumexp(torch.log_softmax(logits.float(), -1) + allowed, -1).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        smooth = loss.item() if smooth is None else 0.98 * smooth + 0.02 * loss.item()
        if done % 20 == 0 or done == steps:
            left = (time.monotonic() - begun) / done * (steps - done) / 60
            print(f"\r{done}/{steps} steps, loss {smooth:.3f}, {left:.0f} minutes left  ", end="", flush=True)
    print()


def description(name, labels, names, max_length):
    """What the program has to know beside the checkpoint."""
    lines = [f"name = {json.dumps(name)}", f"max_length = {max_length}", f"overlap = {max_length // 8}", "", "[labels]"]
    for (intent, severity, sentiment), written in zip(labels, names):
        meaning = f'intent = "{intent}", severity = {severity}, sentiment = "{sentiment}"'
        lines.append(f"{json.dumps(written)} = {{ {meaning} }}")
    return "\n".join(lines) + "\n"


def arguments():
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("base")
    about.add_argument("out", type=Path)
    about.add_argument("texts", nargs="+", help="JSONL: `text` with intent, severity and sentiment, or with complaint")
    about.add_argument("--epochs", type=int, default=2, help="passes over the texts (2)")
    about.add_argument("--rate", type=float, default=1e-4, help="largest step (1e-4; 2e-5 for 768 numbers a token)")
    about.add_argument("--max-length", type=int, default=128, help="tokens of a text that are learnt from (128)")
    about.add_argument("--batch-tokens", type=int, default=2048, help="tokens of a batch (2048)")
    about.add_argument("--seed", type=int, default=7)
    return about.parse_args()


def main():
    given = arguments()
    torch.manual_seed(given.seed)
    rows = read(given.texts)
    labels = labels_of(rows)
    names = [" ".join(map(str, label)) for label in labels]
    tokenizer = AutoTokenizer.from_pretrained(given.base)
    model = AutoModelForSequenceClassification.from_pretrained(
        given.base,
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
        # Measured on a processor: steps take half the time of those with the library's own choice.
        attn_implementation="eager",
    )
    tokens = tokenizer([text for text, _, _ in rows], truncation=True, max_length=given.max_length)["input_ids"]
    allowed = [agreeing(labels, parts, complaint) for _, parts, complaint in rows]
    told = [i for i, some in enumerate(allowed) if 0 < len(some) < len(labels)]
    texts = Texts([tokens[i] for i in told], [allowed[i] for i in told], len(labels), tokenizer.pad_token_id)
    print(f"{len(told)} texts, {len(labels)} labels", flush=True)
    words = FewWords(model, {i for ids in texts.tokens for i in ids} | {tokenizer.pad_token_id})
    train(model, texts, words, given)
    words.put_back()
    given.out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(given.out)
    tokenizer.save_pretrained(given.out)
    about = description(given.out.name, labels, names, given.max_length)
    (given.out / "model.toml").write_text(about, encoding="utf-8")
    print(f"written: {given.out}. Next: gehoor models check {given.out}")


if __name__ == "__main__":
    main()
