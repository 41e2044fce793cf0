//! The part of the card that says how far its figures go: families, intervals, reliability, "not sure".

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::build::Figures;
use crate::card::{HEAD, line};
use crate::sure::{COMPLAINT_DOUBT, SURE, SURE_RESPONSIBLE};
use crate::trust::{Bin, Interval, Sure};

/// Figures shown with their interval.
const SHOWN: [(&str, &str); 8] = [
    ("complaint AUC", "complaint.auc"),
    ("complaint macro-F1", "complaint.macro_f1"),
    ("false alarms per 1,000", "complaint.false_alarms_per_1000"),
    ("polarity F1", "polarity_f1"),
    ("intent macro-F1", "intent.macro_f1"),
    ("severity macro-F1", "severity.macro_f1"),
    ("topics micro-F1", "topics.micro_f1"),
    ("signals micro-F1", "signals.micro_f1"),
];

pub(crate) fn write(out: &mut String, figures: &Figures) -> std::fmt::Result {
    if !figures.families.is_empty() {
        side_by_side(out, figures)?;
    }
    intervals(
        out,
        &format!("Text alone: 95 % of {} bootstrap draws lie between", figures.trust.draws),
        &figures.trust.languages,
        &figures.trust.all,
    )?;
    let given = &figures.trust_as_given;
    intervals(
        out,
        &format!("Stars and channel as given: 95 % of {} bootstrap draws lie between", given.draws),
        &given.languages,
        &given.all,
    )?;
    reliability(out, &figures.trust.reliability)?;
    sure(out, &figures.trust.sure)
}

fn side_by_side(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "### Kinds of model, side by side\n")?;
    writeln!(
        out,
        "Each trained on all files but those of the first fold and measured on these, text alone. Also tried, and no better beyond chance:"
    )?;
    writeln!(
        out,
        "32 hidden units between lexicon, cues and answers. Calmer steps, the mean of the last passes and more texts"
    )?;
    writeln!(out, "did more than another kind of model.\n\n| | {HEAD}")?;
    for family in &figures.families {
        line(out, &family.name, &family.metrics.all)?;
    }
    writeln!(out)
}

fn intervals(
    out: &mut String,
    title: &str,
    languages: &BTreeMap<String, BTreeMap<String, Interval>>,
    all: &BTreeMap<String, Interval>,
) -> std::fmt::Result {
    let head: Vec<&str> = SHOWN.iter().map(|(name, _)| *name).collect();
    writeln!(out, "### {title}\n\n| language | {} |\n|---|{}", head.join(" | "), "---|".repeat(SHOWN.len()))?;
    let parts = std::iter::once(("all", all)).chain(languages.iter().map(|(l, i)| (l.as_str(), i)));
    for (name, figures) in parts {
        let cell = |key: &str| match figures.get(key) {
            Some(i) if i.high > 1.5 => format!("{:.0}–{:.0}", i.low, i.high),
            Some(i) => format!("{:.3}–{:.3}", i.low, i.high),
            None => "–".to_owned(),
        };
        let cells: Vec<String> = SHOWN.iter().map(|(_, key)| cell(key)).collect();
        writeln!(out, "| {name} | {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

fn reliability(out: &mut String, bins: &[Bin]) -> std::fmt::Result {
    writeln!(
        out,
        "### Reliability of the probability of a complaint, text alone\n\n| said | texts | mean said | share that complains |\n|---|---|---|---|"
    )?;
    for (n, bin) in bins.iter().enumerate() {
        writeln!(
            out,
            "| {}–{} % | {} | {:.3} | {:.3} |",
            n * 10,
            n * 10 + 10,
            bin.texts,
            bin.said,
            bin.seen
        )?;
    }
    writeln!(out)
}

fn sure(out: &mut String, tasks: &BTreeMap<String, Sure>) -> std::fmt::Result {
    let (low, high) = COMPLAINT_DOUBT;
    writeln!(out, "### Not sure\n")?;
    writeln!(
        out,
        "An answer is only a guess below a probability of {SURE} (responsible party: {SURE_RESPONSIBLE}); whether a text complains is one"
    )?;
    writeln!(
        out,
        "between {low} and {high}. `gehoor assess` names these tasks as `unsure`.\n\n| task, text alone | sure of | right if sure | right if not |\n|---|---|---|---|"
    )?;
    for (task, s) in tasks {
        writeln!(out, "| {task} | {:.3} | {:.3} | {:.3} |", s.share, s.right_if_sure, s.right_if_unsure)?;
    }
    writeln!(out)
}
