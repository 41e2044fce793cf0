//! One case in the inbox: who waits, since when, why first.

use gehoor_domain::case::{CaseState, Outcome};
use gehoor_domain::ids::CaseId;
use gehoor_domain::rank::{Part, Priority};
use gehoor_engine::views::{CaseRow, ClockView, Light};
use jiff::Timestamp;

use super::short;
use crate::html::{Html, Piece, pieces};
use crate::ui::{Ui, initials, light_class, ring, ring_ended};

/// A reason, as a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    /// Its words.
    pub(crate) text: String,
    /// One of the grave ones.
    pub(crate) hot: bool,
}

/// One row.
pub(crate) struct RowView {
    pub(crate) id: u64,
    pub(crate) href: String,
    pub(crate) version: String,
    pub(crate) here: bool,
    pub(crate) light: &'static str,
    pub(crate) ring: Html,
    pub(crate) left: String,
    pub(crate) channel: String,
    pub(crate) channel_icon: String,
    pub(crate) author: String,
    pub(crate) place: Option<String>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) withdrawn: bool,
    pub(crate) chips: Vec<Why>,
    pub(crate) owner: Option<String>,
    pub(crate) initials: String,
}

impl RowView {
    /// Makes a row. `query` keeps the box and the filters in the link; `here` is the case that is open.
    pub(crate) fn new(ui: &Ui, row: &CaseRow, query: &str, here: Option<CaseId>) -> Self {
        let case = &row.case;
        let (light, ring, left) = match case.closed.filter(|_| case.state == CaseState::Closed) {
            Some(at) => ended(ui, case.outcome, at),
            None => light_of(ui, row.clock.as_ref()),
        };
        let channel = case.channel.as_str();
        Self {
            id: case.id.0,
            href: format!("/cases/{}{query}", case.id),
            version: format!("{}-{left}", case.changed.as_millisecond()),
            here: here == Some(case.id),
            light,
            ring,
            left,
            channel: ui.label("channel", channel),
            channel_icon: format!("channel-{channel}"),
            author: row.author.clone(),
            place: row.place.clone(),
            pieces: pieces(&row.line, &row.marks),
            withdrawn: row.withdrawn,
            chips: whys(ui, &row.priority),
            owner: case.owner.as_ref().map(|o| ui.person(o)),
            initials: case.owner.as_ref().map(|o| initials(&ui.person(o))).unwrap_or_default(),
        }
    }
}

/// Class, ring and words of a case that is closed: how it ended, and on which day.
fn ended(ui: &Ui, outcome: Option<Outcome>, at: Timestamp) -> (&'static str, Html, String) {
    let how = outcome.map_or_else(|| ui.t("state-closed"), |o| ui.label("outcome-short", o.as_str()));
    let good = !matches!(outcome, Some(Outcome::NoReaction | Outcome::Abuse) | None);
    (light_class(Light::Still), ring_ended(good), format!("{how}, {}", ui.day(at)))
}

/// Class, ring and words of a clock, or of none.
pub(crate) fn light_of(ui: &Ui, clock: Option<&ClockView>) -> (&'static str, Html, String) {
    match clock {
        Some(c) => (light_class(c.light), ring(c.light, c.used), ui.left(c.light, c.left)),
        None => (light_class(Light::Still), ring(Light::Still, 0.0), ui.t("clock-none")),
    }
}

/// Parts that are shown anyway (the clock), or that say nothing by themselves.
const SILENT: [&str; 6] = ["clock", "severity", "complaint", "question", "stars", "reach"];
const GRAVE: [&str; 7] =
    ["safety", "promise_missed", "regressed", "privacy", "discrimination", "vulnerable", "legal_threat"];

/// The three reasons that say most.
pub(crate) fn whys(ui: &Ui, priority: &Priority) -> Vec<Why> {
    let mut out: Vec<Why> = Vec::new();
    for part in priority.parts.iter().filter(|p| p.points > 0.0 && !SILENT.contains(&p.kind.as_str())) {
        let why = Why { text: why(ui, part), hot: GRAVE.contains(&part.kind.as_str()) };
        if !out.contains(&why) {
            out.push(why);
        }
        if out.len() == 3 {
            break;
        }
    }
    out
}

/// The amount where the customer names one, else the word for the reason: single words of a text say little alone.
fn why(ui: &Ui, part: &Part) -> String {
    let words = part.because.trim();
    let amount = part.kind == "high_value" && words.contains(|c: char| c.is_ascii_digit());
    if amount && words.chars().count() <= 18 { words.to_owned() } else { name(ui, part) }
}

/// What a part is called. Points for a promise are for one of ours that was missed (it is named by its number), or for what
/// the customer says was not kept.
fn name(ui: &Ui, part: &Part) -> String {
    if part.kind == "promise_missed" && !part.because.starts_with('#') {
        return ui.label("signal", "promise_broken");
    }
    ui.label("part", &part.kind)
}

/// One part of the rank as shown beside the case.
pub(crate) struct PartView {
    pub(crate) class: &'static str,
    pub(crate) label: String,
    pub(crate) points: String,
    pub(crate) because: String,
}

/// The class of a part: four shades, by what it rests on.
fn class(part: &Part) -> &'static str {
    match part.kind.as_str() {
        _ if part.points < 0.0 => "minus",
        "severity" | "safety" | "privacy" | "discrimination" | "vulnerable" => "p0",
        "clock" | "promise_missed" | "regressed" | "repeat_contact" | "long_wait" | "unreachable" => "p1",
        "legal_threat" | "media_threat" | "churn" | "reach" | "high_value" => "p2",
        "complaint" | "question" => "p3",
        _ => "p4",
    }
}

/// The parts with what they rest on, in words.
pub(crate) fn parts(ui: &Ui, priority: &Priority) -> Vec<PartView> {
    priority
        .parts
        .iter()
        .map(|part| PartView {
            class: class(part),
            label: name(ui, part),
            points: ui.points(part.points),
            because: because(ui, part),
        })
        .collect()
}

fn because(ui: &Ui, part: &Part) -> String {
    match part.kind.as_str() {
        "clock" => match part.because.split_once(' ') {
            Some((clock, share)) => format!("{}: {share}", ui.label("clock", clock)),
            None => part.because.clone(),
        },
        "severity" => match part.because.split_once(' ') {
            Some((level, share)) => format!("{} {share}", ui.label("severity", level)),
            None => ui
                .tongue
                .find(&format!("severity-{}", part.because), &[])
                .unwrap_or_else(|| short(&part.because, 80)),
        },
        "promise_missed" if part.because.starts_with('#') => ui.tv("part-because-promise", &part.because),
        "regressed" => ui.tv("part-because-regressed", &part.because),
        "complaint" => ui.tv("part-because-sure", &part.because),
        "reach" => ui.tv("part-because-reach", &part.because),
        _ => short(&part.because, 80),
    }
}

/// The parts as one bar; the words stand in the list below it.
pub(crate) fn sumbar(priority: &Priority) -> Html {
    let sum: f32 = priority.parts.iter().map(|p| p.points.max(0.0)).sum();
    if sum <= 0.0 {
        return Html::default();
    }
    let mut at = 0.0;
    let mut rects = String::new();
    for part in priority.parts.iter().filter(|p| p.points > 0.0) {
        let width = part.points / sum * 240.0;
        rects.push_str(&format!(
            "<rect class=\"{}\" x=\"{at:.1}\" y=\"0\" width=\"{:.1}\" height=\"10\"/>",
            class(part),
            (width - 1.0).max(0.5)
        ));
        at += width;
    }
    Html::trusted(format!(
        "<svg class=\"sumbar\" viewBox=\"0 0 240 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{rects}</svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::user::Role;

    #[test]
    fn a_promise_of_ours_that_was_missed_has_another_name_than_one_the_customer_tells_of() {
        let part =
            |because: &str| Part { kind: "promise_missed".into(), points: 18.0, because: because.into() };
        let nl = ui(Tongue::Nl, Role::Agent);
        assert_eq!(name(&nl, &part("#1 #2")), "belofte gemist");
        assert_eq!(name(&nl, &part("zou ik teruggebeld worden")), "belofte gebroken");
    }

    #[test]
    fn a_closed_case_has_no_clock_but_an_end() {
        let nl = ui(Tongue::Nl, Role::Agent);
        let at = "2026-11-26T10:00:00Z".parse().unwrap();
        assert_eq!(ended(&nl, Some(Outcome::NoReaction), at).2, "geen reactie, 26 nov");
        assert_eq!(ended(&nl, None, at).2, "gesloten, 26 nov");
    }
}
