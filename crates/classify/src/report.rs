//! What `gehoor eval` shows people: the figures, where they mislead, and the worst errors.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::eval::{Metrics, Orders, Part, shown};
use crate::labelled::Labelled;
use crate::measure::Choice;
use crate::trust::{Error, Trust};

/// Characters of a text that are shown beside an error.
const SHOWN: usize = 160;

/// The report as text. `errors` count texts from 1 in the order of `rows`.
#[must_use]
pub fn text(
    metrics: &Metrics,
    trust: &Trust,
    orders: Option<&Orders>,
    errors: &[Error],
    rows: &[Labelled],
) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, metrics, trust, orders, errors, rows);
    out
}

fn write(
    out: &mut String,
    metrics: &Metrics,
    trust: &Trust,
    orders: Option<&Orders>,
    errors: &[Error],
    rows: &[Labelled],
) -> std::fmt::Result {
    writeln!(out, "{}", metrics.table())?;
    if let Some(orders) = orders {
        urgent(out, orders)?;
    }
    alarms(out, &metrics.all)?;
    if !trust.all.is_empty() {
        writeln!(out, "95 % of the {} draws of a bootstrap lie between", trust.draws)?;
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
            "{} line {}: {} was {}, said {} ({:.0} %): {start}",
            error.source,
            error.line,
            error.task,
            error.right,
            error.said,
            error.p * 100.0
        )?;
    }
    Ok(())
}

/// How early the acute ones stand, beside orders that need no model.
fn urgent(out: &mut String, orders: &Orders) -> std::fmt::Result {
    let Orders { acute, among, .. } = orders;
    let places = |n: usize| n.min(*among);
    let tenth = among.div_ceil(10);
    writeln!(
        out,
        "{acute} of {among} texts are of severity 3. How many of them stand first, in the order of"
    )?;
    for order in &orders.orders {
        let named = if order.by == "model" { "this model" } else { order.by };
        writeln!(
            out,
            "  {named:12} first 10: {} of {} places; first 50: {} of {} places; first tenth: {} of {acute} found in {tenth} places",
            whole(order.first_10),
            places(10),
            whole(order.first_50),
            places(50),
            whole(order.first_tenth),
        )?;
    }
    writeln!(out)
}

/// A number of texts; with a decimal where texts of equal rank make it an expectation.
fn whole(n: f64) -> String {
    if (n - n.round()).abs() < 0.05 { format!("{n:.0}") } else { format!("{n:.1}") }
}

fn alarms(out: &mut String, part: &Part) -> std::fmt::Result {
    let Some(c) = &part.complaint else { return Ok(()) };
    let alarms = c.false_alarms_per_1000.map_or_else(|| "–".to_owned(), |n| format!("{n:.0}"));
    writeln!(
        out,
        "{alarms} false alarms per 1,000 harmless texts, average precision {}\n",
        shown(c.average_precision)
    )
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
    use crate::eval::{measure, orders};
    use crate::labelled::read_training;
    use crate::trust::worst;

    #[test]
    fn a_report_shows_figures_confusion_and_the_worst_errors() {
        let lines = "{\"text\":\"kapot\",\"intent\":\"complaint\",\"severity\":3}\n{\"text\":\"fijn\\u0007\",\"intent\":\"praise\",\"severity\":0}\n{\"text\":\"stuk\",\"intent\":\"complaint\",\"severity\":2}";
        let (rows, _) = read_training(lines, "file");
        let said = majority(&rows.iter().collect::<Vec<_>>());
        let pairs: Vec<_> = rows.iter().map(|r| (r, said.clone())).collect();
        let orders = orders(&pairs);
        let report = text(&measure(&pairs), &Trust::of(&pairs), orders.as_ref(), &worst(&pairs, 3), &rows);
        assert!(report.contains("file line 2: complaint was praise, said complaint"), "{report}");
        assert!(report.contains("1 of 3 texts are of severity 3") && !report.contains('\u{7}'), "{report}");
        assert!(report.contains("right by row"), "{report}");
        assert!(report.contains("chance       first 10: 1 of 3 places"), "{report}");
        assert!(report.contains("first tenth: 0.3 of 1 found in 1 places"), "{report}");
    }

    #[test]
    fn what_cannot_be_measured_is_a_dash() {
        let (rows, _) = read_training("{\"text\":\"kapot\",\"complaint\":1}\n", "file");
        let said = majority(&rows.iter().collect::<Vec<_>>());
        let pairs: Vec<_> = rows.iter().map(|r| (r, said.clone())).collect();
        let report = text(&measure(&pairs), &Trust::of(&pairs), None, &[], &rows);
        assert!(report.contains("– false alarms per 1,000 harmless texts"), "{report}");
    }
}
