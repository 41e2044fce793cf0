"""Makes small checkpoints with random weights, and writes down what the reference implementation answers.

    checkpoints.py DIR CORPUS

One folder each for BERT, RoBERTa, XLM-RoBERTa and DistilBERT, with config.json, vocabulary, model.safetensors, model.toml and
expected.json. The weights are random: what the labels say means nothing. The reference is the Flax half of the library
`transformers`, which is another implementation than the one that we link.
"""
import json
import os
import pathlib
import sys

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import sentencepiece
import transformers
from safetensors.numpy import save_file
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer

OUT, CORPUS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
WIDTH, HEADS, LAYERS, INNER = 64, 4, 2, 128
# Longer texts are read in windows.
LENGTH, OVERLAP = 48, 12

HOSTILE = [
    "",
    "a",
    "Één ﬁjne dag, Ångström, façade, straße, ĲSSEL",
    "👍🏼 top!! 👨‍👩‍👧‍👦 5️⃣ €1.250,00 voor order 100482217",
    "twee  spaties\nen een\tregel   ",
    "#klacht @winkel https://example.org/a?b=c&d=%20 <b>slecht</b>",
    "家具は壊れていました。 שלום мебель сломана",
    "it's, don't; we'll (\"quoted\") — fine… or not?!",
    "bank\u00adstel\u200b kapot\u0000\u0001 \ufeff",
    "supercalifragilisticexpialidocious" * 3,
]


def corpus():
    texts = []
    for name in ["nl-a", "en-a", "de-a", "fr-a"]:
        lines = (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
        texts += [json.loads(line)["text"] for line in lines if line.strip()]
    return texts


def weights(family, config, seed):
    """Random tensors under the names of the library, large enough that the answers differ much."""
    rng = np.random.default_rng(seed)
    tensors = {}

    def put(name, *shape, spread):
        tensors[name] = (rng.standard_normal(shape) * spread).astype(np.float32)

    def linear(name, inner, outer):
        put(f"{name}.weight", outer, inner, spread=1.2 / np.sqrt(inner))
        put(f"{name}.bias", outer, spread=0.1)

    def norm(name):
        tensors[f"{name}.weight"] = (1 + 0.1 * rng.standard_normal(WIDTH)).astype(np.float32)
        put(f"{name}.bias", WIDTH, spread=0.1)

    labels = len(config.id2label)
    prefix = {"bert": "bert", "distilbert": "distilbert"}.get(family, "roberta")
    # As small as those of trained checkpoints, so that the epsilon of the first norm matters as much as there.
    put(f"{prefix}.embeddings.word_embeddings.weight", config.vocab_size, WIDTH, spread=0.05)
    put(f"{prefix}.embeddings.position_embeddings.weight", config.max_position_embeddings, WIDTH, spread=0.02)
    norm(f"{prefix}.embeddings.LayerNorm")
    if family == "distilbert":
        for n in range(LAYERS):
            layer = f"distilbert.transformer.layer.{n}"
            for part in ["q_lin", "k_lin", "v_lin", "out_lin"]:
                linear(f"{layer}.attention.{part}", WIDTH, WIDTH)
            norm(f"{layer}.sa_layer_norm")
            linear(f"{layer}.ffn.lin1", WIDTH, INNER)
            linear(f"{layer}.ffn.lin2", INNER, WIDTH)
            norm(f"{layer}.output_layer_norm")
        linear("pre_classifier", WIDTH, WIDTH)
        linear("classifier", WIDTH, labels)
        return tensors
    put(f"{prefix}.embeddings.token_type_embeddings.weight", config.type_vocab_size, WIDTH, spread=0.02)
    for n in range(LAYERS):
        layer = f"{prefix}.encoder.layer.{n}"
        for part in ["self.query", "self.key", "self.value", "output.dense"]:
            linear(f"{layer}.attention.{part}", WIDTH, WIDTH)
        norm(f"{layer}.attention.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", WIDTH, INNER)
        linear(f"{layer}.output.dense", INNER, WIDTH)
        norm(f"{layer}.output.LayerNorm")
    if family == "bert":
        linear("bert.pooler.dense", WIDTH, WIDTH)
        linear("classifier", WIDTH, labels)
    else:
        linear("classifier.dense", WIDTH, WIDTH)
        linear("classifier.out_proj", WIDTH, labels)
    return tensors


def bert_words(folder, texts):
    made = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    made.train_from_iterator(texts, vocab_size=1500, min_frequency=1, show_progress=False)
    made.save_model(str(folder))
    return transformers.BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False, strip_accents=False)


def distilbert_words(folder, texts):
    made = BertWordPieceTokenizer(lowercase=True)
    made.train_from_iterator(texts, vocab_size=1500, min_frequency=1, show_progress=False)
    made.save_model(str(folder))
    return transformers.DistilBertTokenizer(str(folder / "vocab.txt"), do_lower_case=True)


def roberta_words(folder, texts):
    made = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    made.train_from_iterator(texts, vocab_size=1500, min_frequency=1, special_tokens=special, show_progress=False)
    made.save_model(str(folder))
    return transformers.RobertaTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))


def xlm_words(folder, texts):
    file = folder / "sentencepiece.bpe.model"
    with open(file, "wb") as writer:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=writer, vocab_size=1500, model_type="unigram",
            unk_id=0, bos_id=1, eos_id=2, minloglevel=2,
        )
    return transformers.XLMRobertaTokenizer(str(file))


def windows(count, room, overlap):
    if count <= room:
        return [(0, count)]
    starts = list(range(0, count - room, room - overlap))
    return [(start, start + room) for start in starts] + [(count - room, count)]


FAMILIES = {
    "bert": (bert_words, transformers.BertConfig, transformers.FlaxBertForSequenceClassification),
    "roberta": (roberta_words, transformers.RobertaConfig, transformers.FlaxRobertaForSequenceClassification),
    "xlm-roberta": (xlm_words, transformers.XLMRobertaConfig, transformers.FlaxXLMRobertaForSequenceClassification),
    "distilbert": (distilbert_words, transformers.DistilBertConfig, transformers.FlaxDistilBertForSequenceClassification),
}
LABELS = {
    "bert": ["boos", "gewoon", "blij"],
    # Two labels without names, as the library leaves them out of config.json.
    "roberta": ["LABEL_0", "LABEL_1"],
    "xlm-roberta": ["ramp", "schade", "ergernis", "niets"],
    "distilbert": ["klacht", "dank", "woede"],
}
MEANINGS = {
    "boos": '{ sentiment = "negative", intent = "complaint" }',
    "gewoon": '{ sentiment = "neutral", intent = "remark" }',
    "blij": '{ sentiment = "positive", intent = "praise" }',
    "LABEL_0": "{ complaint = false }",
    "LABEL_1": "{ complaint = true }",
    "ramp": "{ complaint = true, severity = 3 }",
    "schade": "{ complaint = true, severity = 2 }",
    "ergernis": "{ complaint = true, severity = 1 }",
    "niets": "{ complaint = false, severity = 0 }",
    "klacht": "{ complaint = true }",
    "dank": '{ sentiment = "positive" }',
    "woede": '{ sentiment = "negative" }',
}


def settings(family):
    labels = LABELS[family]
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: n for n, label in enumerate(labels)}}
    if family == "distilbert":
        return {"dim": WIDTH, "n_heads": HEADS, "n_layers": LAYERS, "hidden_dim": INNER, "max_position_embeddings": 96,
                "problem_type": "multi_label_classification", **names}
    more = {} if family == "bert" else {"layer_norm_eps": 1e-5, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
                                        "type_vocab_size": 1}
    return {"hidden_size": WIDTH, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "intermediate_size": INNER,
            "max_position_embeddings": 98, **more, **({} if family == "roberta" else names)}


def make(family, seed, texts):
    words, config_class, model_class = FAMILIES[family]
    folder = OUT / family
    folder.mkdir(parents=True)
    tokenizer = words(folder, texts)
    tokenizer.save_pretrained(folder)
    config = config_class(vocab_size=len(tokenizer), **settings(family))
    config.architectures = [model_class.__name__.removeprefix("Flax")]
    config.save_pretrained(folder)
    save_file(weights(family, config, seed), folder / "model.safetensors", metadata={"format": "pt"})
    meanings = "\n".join(f'"{label}" = {MEANINGS[label]}' for label in LABELS[family])
    (folder / "model.toml").write_text(
        f'name = "random-{family}"\nmax_length = {LENGTH}\noverlap = {OVERLAP}\nbatch_size = 7\nthreads = 1\n\n'
        f"[labels]\n{meanings}\n", "utf-8")
    model = model_class.from_pretrained(folder)
    before, after = tokenizer.build_inputs_with_special_tokens([])
    rows = []
    for text in HOSTILE + texts[5::97] + [" ".join(texts[n : n + 4]) for n in (0, 200, 400)]:
        ids = tokenizer.encode(text, add_special_tokens=False)
        logits = []
        for start, end in windows(len(ids), LENGTH - 2, OVERLAP):
            # One by one and without any filling.
            framed = np.array([[before, *ids[start:end], after]])
            logits.append([float(x) for x in np.asarray(model(framed, np.ones_like(framed)).logits)[0]])
        rows.append({"text": text, "ids": ids, "logits": logits})
    (folder / "expected.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    spread = np.std([row for each in rows for row in each["logits"]])
    print(f"{family}: {len(rows)} texts, {sum(len(r['logits']) for r in rows)} windows, logits spread by {spread:.2f}", file=sys.stderr)


texts = corpus()
for seed, family in enumerate(FAMILIES):
    make(family, seed + 7, texts)
