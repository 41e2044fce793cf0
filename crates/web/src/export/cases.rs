//! `/cases/export.csv`: one row a case, with every clock, label and point.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use gehoor_domain::case::Case;
use gehoor_domain::clock::{Clock, ClockKind, ClockState};
use gehoor_domain::promise::PromiseState;
use gehoor_engine::views::CaseRow;

use super::file;
use super::sheet::{Cell, head, lines};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::pages::inbox::asked;
use crate::params::Params;
use crate::view::events::word;

/// Cases asked for at once, and rows of a file at most.
const PAGE: usize = 200;
const MOST: usize = 20_000;

const HEAD: [&str; 45] = [
    "case",
    "state",
    "author",
    "location",
    "location_by",
    "channel",
    "team",
    "owner",
    "queued",
    "queued_since",
    "responsible",
    "intent",
    "sentiment",
    "severity",
    "lang",
    "stars",
    "reach",
    "topics",
    "signals",
    "points",
    "points_overruled",
    "points_parts",
    "began",
    "opened",
    "changed",
    "next_due",
    "closed",
    "outcome",
    "regressed",
    "mentions",
    "hand_overs",
    "promises",
    "promises_kept",
    "promises_missed",
    "first_response_started",
    "first_response_due",
    "first_response_ended",
    "first_response",
    "next_response_due",
    "next_response_ended",
    "next_response",
    "resolution_due",
    "resolution_ended",
    "resolution",
    "tickets",
];

/// `GET /cases/export.csv`.
pub(crate) async fn csv(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let mut query = asked(&Params::parse(query.as_deref()));
    query.limit = PAGE;
    query.skip = 0;
    let mut out = lines([head(&HEAD)]);
    let mut total;
    loop {
        let inbox = web.engine().inbox(&reader.viewer, &query).await?;
        total = inbox.total;
        out.extend(lines(inbox.rows.iter().map(cells)));
        query.skip += inbox.rows.len();
        if inbox.rows.is_empty() || query.skip >= inbox.total || query.skip >= MOST {
            break;
        }
    }
    let mut response = file(out, "text/csv; charset=utf-8; header=present", "cases.csv", reader.ui.now);
    if total > query.skip
        && let Ok(note) = HeaderValue::from_str(&format!(
            "the first {} of {total} rows: filter by location or channel for the rest",
            query.skip
        ))
    {
        response.headers_mut().insert(HeaderName::from_static("gehoor-note"), note);
    }
    Ok(response)
}

/// Cases as CSV, for a program without pages; with the line of names when they are the first.
#[must_use]
pub fn cases_csv(rows: &[CaseRow], first: bool) -> String {
    let names = first.then(|| head(&HEAD));
    String::from_utf8(lines(names.into_iter().chain(rows.iter().map(cells)))).unwrap_or_default()
}

/// The latest clock of a kind: due, ended, how.
fn clock(case: &Case, kind: ClockKind) -> (Option<&Clock>, [Cell; 3]) {
    let clock = case.clocks.iter().rev().find(|c| c.kind == kind);
    let (ended, how) = match clock.map(|c| (c.state, c.red_at)) {
        None => (None, ""),
        Some((ClockState::Running, _)) => (None, "running"),
        Some((ClockState::Paused(_), _)) => (None, "paused"),
        Some((ClockState::Done(at), red)) => (Some(at), if at <= red { "met" } else { "missed" }),
        Some((ClockState::Dropped(at), _)) => (Some(at), "dropped"),
    };
    (clock, [Cell::maybe(clock.map(|c| c.red_at)), Cell::maybe(ended), Cell::plain(how)])
}

fn cells(row: &CaseRow) -> Vec<Cell> {
    let case = &row.case;
    let facts = &case.facts;
    let list = |words: Vec<&str>| Cell::plain(words.join(" "));
    let kept = case.promises.iter().filter(|p| matches!(p.state, PromiseState::Kept { .. })).count();
    let missed = case.promises.iter().filter(|p| matches!(p.state, PromiseState::Missed { .. })).count();
    let parts: Vec<String> =
        row.priority.parts.iter().map(|p| format!("{}={:.1}", p.kind, p.points)).collect();
    let (first, first_cells) = clock(case, ClockKind::FirstResponse);
    let mut out = vec![
        Cell::plain(case.id),
        Cell::plain(word(&case.state)),
        Cell::text(&row.author),
        Cell::maybe(case.location()),
        Cell::plain(case.located.as_ref().map(|l| l.by.clone()).unwrap_or_default()),
        Cell::plain(case.channel.as_str()),
        Cell::plain(&case.team),
        Cell::maybe(case.owner.as_ref()),
        Cell::plain(case.queued.as_ref().map_or("", |q| q.reason.as_str())),
        Cell::maybe(case.queued.as_ref().map(|q| q.since)),
        Cell::plain(case.responsible.as_str()),
        Cell::plain(facts.intent.as_str()),
        Cell::plain(facts.sentiment.as_str()),
        Cell::plain(facts.severity.level()),
        Cell::plain(facts.lang.as_str()),
        Cell::maybe(facts.stars),
        Cell::plain(facts.reach),
        list(facts.topics.iter().map(|t| t.as_str()).collect()),
        list(facts.signals.iter().map(|(s, _)| s.as_str()).collect()),
        Cell::plain(format!("{:.1}", row.priority.total)),
        Cell::plain(row.priority.overruled.is_some()),
        Cell::plain(parts.join(" ")),
        Cell::plain(case.began),
        Cell::plain(case.opened),
        Cell::plain(case.changed),
        Cell::maybe(case.next_due),
        Cell::maybe(case.closed),
        Cell::plain(case.outcome.map_or("", |o| o.as_str())),
        Cell::plain(case.regressed),
        Cell::plain(case.mentions.len()),
        Cell::plain(case.hand_overs),
        Cell::plain(case.promises.len()),
        Cell::plain(kept),
        Cell::plain(missed),
        Cell::maybe(first.map(|c| c.started)),
    ];
    out.extend(first_cells);
    out.extend(clock(case, ClockKind::NextResponse).1);
    out.extend(clock(case, ClockKind::Resolution).1);
    let tickets: Vec<String> = case.tickets.iter().map(|t| format!("{}:{}", t.outlet, t.id)).collect();
    out.push(Cell::text(tickets.join(" ")));
    out
}
