//! What if a weight were another: the top of the inbox before it goes live, and where people ranked otherwise.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use gehoor_domain::policy::Weights;
use gehoor_engine::what_if::{Moved, Overruled, WhatIf};
use jiff::Timestamp;

use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::fields::Fields;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::row::{Why, whys};
use crate::view::short;

/// Places that are compared.
const TOP: usize = 50;
/// Points beyond this are a slip of the finger.
const MOST: f32 = 1_000.0;

/// A weight in the form.
pub(crate) struct Weight {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) now: String,
    pub(crate) value: String,
    pub(crate) changed: bool,
}

/// A case with its two places.
pub(crate) struct Line {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) words: String,
    pub(crate) chips: Vec<Why>,
    pub(crate) place: usize,
    pub(crate) new_place: usize,
    pub(crate) points: String,
    pub(crate) new_points: String,
    /// Places it moves up; negative is down.
    pub(crate) up: i64,
}

/// A case whose rank a person set.
pub(crate) struct Set {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) machine: String,
    pub(crate) person: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
}

/// What would change.
pub(crate) struct Change {
    pub(crate) says: String,
    pub(crate) partly: Option<String>,
    pub(crate) top: Vec<Line>,
    pub(crate) left: Vec<Line>,
    /// The lines for the configuration.
    pub(crate) toml: String,
}

#[derive(Template)]
#[template(path = "ranking.html")]
pub(crate) struct RankingPage {
    pub(crate) ui: Ui,
    pub(crate) weights: Vec<Weight>,
    pub(crate) change: Option<Change>,
    pub(crate) set: Vec<Set>,
    pub(crate) set_says: Option<String>,
    pub(crate) error: Option<String>,
}

/// `GET /settings/ranking`: the weights asked for stand in the address, so that a proposal is a link.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    if !ui.operates() {
        return Err(Fail::NotFound);
    }
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let now = web.engine().weights();
    let overruled = web.engine().overruled(&viewer)?;
    let (asked, error) = match asked(now, &fields) {
        Ok(asked) => (asked, None),
        Err(name) => (now.clone(), Some(ui.tv("what-if-bad", &label(&ui, name)))),
    };
    let found = if asked == *now { None } else { Some(web.engine().what_if(&viewer, &asked, TOP)?) };
    render(&page(ui, (now, &asked), found.as_ref(), &overruled, error))
}

/// The page, for weights that hold and others that are asked about.
pub(crate) fn page(
    ui: Ui,
    (now, asked): (&Weights, &Weights),
    found: Option<&WhatIf>,
    overruled: &[Overruled],
    error: Option<String>,
) -> RankingPage {
    let weights = now.named().into_iter().zip(asked.named());
    let weights = weights.map(|((name, now), (_, asked))| Weight {
        name,
        label: label(&ui, name),
        now: ui.tongue.number(f64::from(now), 0),
        value: asked.to_string(),
        changed: now != asked,
    });
    RankingPage {
        weights: weights.collect(),
        change: found.map(|found| change(&ui, now, asked, found)),
        set: overruled.iter().filter_map(|one| set(&ui, one)).collect(),
        set_says: set_says(&ui, overruled),
        error,
        ui,
    }
}

/// The weights of the form; what is not asked stays. The error is the name of the one that cannot be read.
fn asked(now: &Weights, fields: &Fields) -> Result<Weights, &'static str> {
    let mut weights = now.clone();
    for (name, _) in now.named() {
        let Some(text) = fields.some(name) else { continue };
        let points: f32 = text.trim().replace(',', ".").parse().map_err(|_| name)?;
        if !points.is_finite() || points.abs() > MOST {
            return Err(name);
        }
        weights.set(name, points);
    }
    Ok(weights)
}

fn label(ui: &Ui, name: &str) -> String {
    match name.strip_prefix("severity_") {
        Some(level) => format!("{} {level}", ui.label("part", "severity")),
        None => ui.label("part", name),
    }
}

fn change(ui: &Ui, now: &Weights, asked: &Weights, found: &WhatIf) -> Change {
    let line = |moved: &Moved| Line {
        id: moved.row.case.id.0,
        author: moved.row.author.clone(),
        words: short(&moved.row.line, 90),
        chips: whys(ui, &moved.new),
        place: moved.place,
        new_place: moved.new_place,
        points: ui.points(moved.row.priority.total),
        new_points: ui.points(moved.new.total),
        up: places(moved.place) - places(moved.new_place),
    };
    let top: Vec<Line> = found.top.iter().map(line).collect();
    let moved = top.iter().filter(|line| line.up != 0).count();
    Change {
        says: ui.tn2("what-if-says", moved, found.left.len()),
        partly: (found.compared < found.open).then(|| ui.tn2("what-if-partly", found.compared, found.open)),
        left: found.left.iter().map(line).collect(),
        toml: toml(now, asked),
        top,
    }
}

fn places(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// What to write into the configuration.
fn toml(now: &Weights, asked: &Weights) -> String {
    let mut out = String::from("[ranking]\n");
    if now.severity != asked.severity {
        let [a, b, c, d] = asked.severity;
        out.push_str(&format!("severity = [{a:?}, {b:?}, {c:?}, {d:?}]\n"));
    }
    let changed = now.named().into_iter().zip(asked.named()).filter(|(old, new)| old != new);
    for (_, (name, points)) in changed.filter(|(_, (name, _))| !name.starts_with("severity_")) {
        out.push_str(&format!("{name} = {points:?}\n"));
    }
    out
}

fn set(ui: &Ui, one: &Overruled) -> Option<Set> {
    let overrule = one.row.priority.overruled.as_ref()?;
    Some(Set {
        id: one.row.case.id.0,
        author: one.row.author.clone(),
        machine: ui.points(one.machine),
        person: ui.points(overrule.points),
        by: ui.person(&overrule.by),
        at: overrule.at,
        reason: overrule.reason.clone(),
    })
}

/// Whether people rather move up or down, when there are enough to say.
fn set_says(ui: &Ui, overruled: &[Overruled]) -> Option<String> {
    let up = overruled.iter().filter(|one| one.row.priority.total > one.machine).count();
    (!overruled.is_empty()).then(|| ui.tn2("by-people-says", up, overruled.len() - up))
}
