//! The model card: what the model is, what it was made from, how good it is and where it is not.
//!
//! Every figure is written from the measurement; the words around them are fixed here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::build::{Figures, Inputs};
use crate::cross::FOLDS;
use crate::eval::{Metrics, Part};

/// Public sets that may be trained on: file name, where from, licence.
const PUBLIC: [(&str, &str, &str); 10] = [
    ("en-tweets-complaints", "appy1608/ACL2023 (X-CI)", "MIT"),
    (
        "en-reviews-clothing-stars",
        "Women's Clothing E-Commerce Reviews, by MichalSzopinski00/The-Best-Classifier",
        "CC0",
    ),
    ("en-restaurant-aspects", "siat-nlp/MAMS-for-ABSA", "Apache-2.0"),
    ("en-bank-questions", "PolyAI-LDN/task-specific-datasets (banking77)", "CC BY 4.0"),
    ("en-tweets-sentiment", "cardiffnlp/xlm-t (UMSAB)", "Apache-2.0"),
    ("de-tweets-sentiment", "cardiffnlp/xlm-t (UMSAB)", "Apache-2.0"),
    ("fr-tweets-sentiment", "cardiffnlp/xlm-t (UMSAB)", "Apache-2.0"),
    ("nl-subtitles-emotion", "Helsinki-NLP/XED", "CC BY 4.0"),
    ("de-subtitles-emotion", "Helsinki-NLP/XED", "CC BY 4.0"),
    ("fr-subtitles-emotion", "Helsinki-NLP/XED", "CC BY 4.0"),
];

/// The columns of a line of figures.
pub(crate) const HEAD: &str = "complaint AUC | F1 | macro-F1 | average precision | false alarms per 1,000 | calibration error | polarity F1 | intent macro-F1 | topics micro-F1 | signals micro-F1 | severity 3 in the first tenth |\n|---|---|---|---|---|---|---|---|---|---|---|---|";

/// Writes the card.
#[must_use]
pub fn render(inputs: &Inputs, figures: &Figures, ngrams: usize, bytes: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, inputs, figures, ngrams, bytes);
    out
}

fn write(
    out: &mut String,
    inputs: &Inputs,
    figures: &Figures,
    ngrams: usize,
    bytes: usize,
) -> std::fmt::Result {
    writeln!(out, "# Model card: {}\n", inputs.name)?;
    writeln!(
        out,
        "Written by the trainer together with the model; change `crates/classify/src/card.rs`, not this file.\n"
    )?;
    writeln!(
        out,
        "One linear model for all tasks: sentiment, intent, severity, {} topics, 16 signals, responsible party.",
        crate::labels::TOPICS.len()
    )?;
    writeln!(
        out,
        "It looks at hashed n-grams of words (1–2) and of characters within words (3–5), at sums over the expression lexicon (longest"
    )?;
    writeln!(
        out,
        "match, gaps, negation), at cues (who speaks to whom, about what, danger; the same in four languages), at pairs of what lexicon and\ncues say within a clause, at amounts, spans and dates, at the shape of the text"
    )?;
    writeln!(out, "and, where known, at stars and channel. {ngrams} n-grams are kept, as small")?;
    writeln!(out, "integers; the file has {bytes} bytes and is compiled into the program.\n")?;
    data(out, inputs)?;
    writeln!(out, "## Figures\n")?;
    writeln!(
        out,
        "Measured across files in {FOLDS} folds: a text is judged by a model that has seen no text of its file, with a calibration from"
    )?;
    writeln!(
        out,
        "the other folds. A file has one writer; German, English and French have few. The shipped model is"
    )?;
    writeln!(out, "trained on everything after that.\n")?;
    headline(out, figures)?;
    crate::card_trust::write(out, figures)?;
    harmless(out, figures)?;
    by_language(out, "Text alone, by language", &figures.text_only)?;
    by_language(out, "With stars and channel as given, by language", &figures.as_given)?;
    by_file(out, figures)?;
    by_label(out, &figures.text_only.all)?;
    confusion(out, &figures.text_only.all)?;
    limits(out)?;
    if inputs.notes.trim().is_empty() { Ok(()) } else { writeln!(out, "\n{}", inputs.notes.trim_end()) }
}

fn harmless(out: &mut String, figures: &Figures) -> std::fmt::Result {
    if figures.harmless.is_empty() {
        return Ok(());
    }
    writeln!(out, "### False alarms on real posts that complain of nothing\n")?;
    writeln!(
        out,
        "Every second block of 50 of each public set was left out of a training of its own and judged, text alone. Questions to the\nbank are counted as harmless although some of them tell of a payment that went wrong.\n"
    )?;
    writeln!(
        out,
        "| set | posts | false alarms per 1,000 | mean probability of a complaint |\n|---|---|---|---|"
    )?;
    for (source, sum) in &figures.harmless {
        writeln!(out, "| {source} | {} | {:.0} | {:.3} |", sum.texts, sum.per_1000(), sum.mean_p)?;
    }
    writeln!(out)
}

fn data(out: &mut String, inputs: &Inputs) -> std::fmt::Result {
    writeln!(out, "## Data\n\n| texts | what | licence |\n|---|---|---|")?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in &inputs.corpus {
        *counts.entry(text.source.as_str()).or_default() += 1;
    }
    let files: Vec<String> = counts.iter().map(|(file, n)| format!("{file} {n}")).collect();
    writeln!(
        out,
        "| {} | `models/corpus`: posts and reviews written by hand for this project, with invented brands ({}) | CC0 |",
        inputs.corpus.len(),
        files.join(", ")
    )?;
    let expressions: usize = inputs.lexicon.iter().map(|l| l.lines().count()).sum();
    writeln!(out, "| {expressions} | `models/corpus/expressions-*.tsv`: the lexicon, as features | CC0 |")?;
    let further: BTreeSet<&str> = inputs.more.iter().map(|t| t.source.as_str()).collect();
    for source in further {
        let n = inputs.more.iter().filter(|t| t.source == source).count();
        let (from, licence) = PUBLIC
            .iter()
            .find(|p| source.starts_with(p.0))
            .map_or(("given on the command line", "as its owner says"), |p| (p.1, p.2));
        writeln!(out, "| {n} | {source}: {from}; only its weights ship | {licence} |")?;
    }
    writeln!(
        out,
        "\nFurther sets say less than our labels (stars, aspects, feelings); what is concluded from each is written in `weak.rs`. They are thinned"
    )?;
    writeln!(
        out,
        "out and count {} times what `weak.rs` says, always less than a text of the corpus.\n",
        inputs.options.more_weight
    )
}

fn headline(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "| | {HEAD}")?;
    let rows = [
        ("this model, text alone", &figures.text_only),
        ("this model, stars and channel as given", &figures.as_given),
    ];
    for (name, metrics) in rows {
        line(out, name, &metrics.all)?;
    }
    writeln!(out)
}

pub(crate) fn line(out: &mut String, name: &str, part: &Part) -> std::fmt::Result {
    let show = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"));
    let c = part.complaint.as_ref();
    writeln!(
        out,
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        show(c.and_then(|c| c.auc)),
        show(c.and_then(|c| c.f1)),
        show(c.and_then(|c| c.macro_f1)),
        show(c.and_then(|c| c.average_precision)),
        c.and_then(|c| c.false_alarms_per_1000).map_or_else(|| "–".to_owned(), |n| format!("{n:.0}")),
        show(c.map(|c| c.calibration_error)),
        show(part.polarity_f1),
        show(part.choices.get("intent").and_then(|c| c.macro_f1)),
        show(part.lists.get("topics").map(|l| l.micro_f1)),
        show(part.lists.get("signals").map(|l| l.micro_f1)),
        show(part.acute.as_ref().map(|a| a.first_tenth)),
    )
}

fn by_language(out: &mut String, title: &str, metrics: &Metrics) -> std::fmt::Result {
    writeln!(out, "### {title}\n\n| language (texts) | {HEAD}")?;
    for (lang, part) in &metrics.languages {
        line(out, &format!("{lang} ({})", part.texts), part)?;
    }
    writeln!(out)
}

fn by_file(out: &mut String, figures: &Figures) -> std::fmt::Result {
    let [alone, given] = &figures.by_file;
    for (title, files) in [("text alone", alone), ("stars and channel as given", given)] {
        writeln!(out, "### By file, {title}\n\n| file (texts) | {HEAD}")?;
        for (file, part) in files {
            line(out, &format!("{file} ({})", part.texts), part)?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "Severity 3 in the first tenth cannot reach 1 where more than a tenth of a file is of severity 3 (the files of dangers).\n"
    )
}

fn by_label(out: &mut String, part: &Part) -> std::fmt::Result {
    writeln!(
        out,
        "### By label, text alone\n\n| task | label | texts | precision | recall | F1 |\n|---|---|---|---|---|---|"
    )?;
    let choices = part.choices.iter().map(|(task, c)| (task, &c.labels));
    let lists = part.lists.iter().map(|(task, l)| (task, &l.labels));
    for (task, labels) in choices.chain(lists) {
        for (label, c) in labels {
            writeln!(
                out,
                "| {task} | {label} | {} | {:.2} | {:.2} | {:.2} |",
                c.texts, c.precision, c.recall, c.f1
            )?;
        }
    }
    writeln!(out)
}

fn confusion(out: &mut String, part: &Part) -> std::fmt::Result {
    let Some(intent) = part.choices.get("intent") else { return Ok(()) };
    writeln!(out, "### Intents: what was right (row) and what was said (column), text alone\n")?;
    let said: BTreeSet<&String> = intent.confusion.values().flat_map(BTreeMap::keys).collect();
    let head: Vec<&str> = said.iter().map(|s| s.as_str()).collect();
    writeln!(out, "| | {} |\n|---|{}", head.join(" | "), "---|".repeat(head.len()))?;
    for (right, row) in &intent.confusion {
        let cells: Vec<String> =
            said.iter().map(|s| row.get(*s).copied().unwrap_or_default().to_string()).collect();
        writeln!(out, "| {right} | {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

fn limits(out: &mut String) -> std::fmt::Result {
    out.push_str(
        "## Limits\n\n\
         - The corpus is small, and each line has the labels of one annotator. Many of its texts are hard on purpose.\n\
         - German and French rest on a fifth of the Dutch texts each; believe their topics least.\n\
         - It sees words, not meaning: irony without a telling word, and a complaint told as a plain story, escape it.\n\
         - Base rates differ by source: the channel is an input, and the probabilities are calibrated for a mix like the corpus\n  \
           (four complaints in ten). Where hardly anybody complains, look at the probability, not at the label.\n\
         - Topics and signals are named from a probability on that was best on the measured texts; rare ones are missed more often.\n\
         - Rules for hard evidence (amounts, order numbers, danger, calling back) and the net (`models/words`) work beside the model; \
           they are not in these figures.\n",
    );
    Ok(())
}
