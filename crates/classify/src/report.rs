//! What `gehoor eval` shows people: the figures, where they mislead, and the worst errors.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::eval::{Metrics, Part};
use crate::labelled::Labelled;
use crate::measure::Choice;
use crate::trust::{Error, Trust};

/// Characters of a text that are shown beside an error.
const SHOWN: usize = 160;

/// The report as text. `errors` count texts from 1 in the order of `rows`.
#[must_use]
pub fn text(metrics: &Metrics, trust: &Trust, errors: &[Error], rows: &[Labelled]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, metrics, trust, errors, rows);
    out
}

fn write(
    out: &mut String,
    metrics: &Metrics,
    trust: &Trust,
    errors: &[Error],
    rows: &[Labelled],
) -> std::fmt::Result {
    writeln!(out, "{}", metrics.table())?;
    urgent(out, &metrics.all)?;
    if !trust.all.is_empty() {
        writeln!(out, "95 % of the draws of a bootstrap lie between")?;
        for (name, i) in &trust.all {
            writeln!(out, "  {name:32} {:.3} – {:.3}", i.low, i.high)?;
        }
        writeln!(out)?;
    }
    for (task, choice) in &metrics.all.choices {
        confusion(out, task, choice)?;
    }
    if trust.reliability.iter().any(|b| b.texts > 0) {
        writeln!(out, "probability of a complaint: said, texts, mean said, share that complains")?;
        for (n, b) in trust.reliability.iter().enumerate().filter(|(_, b)| b.texts > 0) {
            writeln!(out, "  {:3}–{:3} % {:7} {:.3} {:.3}", n * 10, n * 10 + 10, b.texts, b.said, b.seen)?;
        }
        writeln!(out)?;
    }
    if !trust.sure.is_empty() {
        writeln!(out, "task, sure of, right if sure, right if not")?;
        for (task, s) in &trust.sure {
            writeln!(out, "  {task:12} {:.3} {:.3} {:.3}", s.share, s.right_if_sure, s.right_if_unsure)?;
        }
        writeln!(out)?;
    }
    for error in errors {
        let Some(row) = rows.get(error.text - 1) else { continue };
        let start: String =
            row.text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        writeln!(
            out,
            "{} text {}: {} was {}, said {} ({:.0} %): {start}",
            row.source,
            error.text,
            error.task,
            error.right,
            error.said,
            error.p * 100.0
        )?;
    }
    Ok(())
}

/// How early the acute ones stand, and how many false alarms there are.
fn urgent(out: &mut String, part: &Part) -> std::fmt::Result {
    if let Some(a) = &part.acute {
        writeln!(
            out,
            "{} texts of severity 3: {:.3} of the first 10 places, {:.3} of the first 50, {:.3} of them in the first tenth",
            a.texts, a.first_10, a.first_50, a.first_tenth
        )?;
    }
    if let Some(c) = &part.complaint {
        writeln!(
            out,
            "{:.0} false alarms per 1,000 harmless texts, average precision {:.3}\n",
            c.false_alarms_per_1000, c.average_precision
        )?;
    }
    Ok(())
}

fn confusion(out: &mut String, task: &str, choice: &Choice) -> std::fmt::Result {
    let mut said: Vec<&String> = choice.confusion.values().flat_map(BTreeMap::keys).collect();
    said.sort_unstable();
    said.dedup();
    write!(out, "{task:14}")?;
    for label in &said {
        write!(out, " {label:>12}")?;
    }
    writeln!(out, "   (right by row, said by column)")?;
    for (right, row) in &choice.confusion {
        write!(out, "  {right:12}")?;
        for label in &said {
            write!(out, " {:>12}", row.get(*label).copied().unwrap_or_default())?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::majority;
    use crate::eval::measure;
    use crate::labelled::{Columns, read_jsonl};
    use crate::trust::worst;

    #[test]
    fn a_report_shows_figures_confusion_and_the_worst_errors() {
        let lines = "{\"text\":\"kapot\",\"intent\":\"complaint\",\"severity\":3}\n{\"text\":\"fijn\\u0007\",\"intent\":\"praise\",\"severity\":0}\n{\"text\":\"stuk\",\"intent\":\"complaint\",\"severity\":2}";
        let (rows, _) = read_jsonl(lines, "file", &Columns::default());
        let said = majority(&rows.iter().collect::<Vec<_>>());
        let pairs: Vec<_> = rows.iter().map(|r| (r, said.clone())).collect();
        let report = text(&measure(&pairs), &Trust::of(&pairs), &worst(&pairs, 3), &rows);
        assert!(report.contains("file text 2: complaint was praise, said complaint"), "{report}");
        assert!(report.contains("1 texts of severity 3") && !report.contains('\u{7}'), "{report}");
        assert!(report.contains("right by row"), "{report}");
    }
}
