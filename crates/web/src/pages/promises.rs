//! All promises, and how many are kept.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use gehoor_domain::promise::{PromiseKind, PromiseState};
use gehoor_engine::promises::{Kept, PromiseRow, Promises, PromisesQuery, RATE_DAYS, TOO_FEW, Which};

use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::export::file;
use crate::export::sheet::{Cell, head, lines};
use crate::locale::Arg;
use crate::options::Web;
use crate::params::Params;
use crate::ui::{Ui, light_class};
use crate::view::{Choice, Tab};

/// Rows on the page, and in the file.
const ROWS: usize = 200;
const MOST: usize = 20_000;

/// One promise.
pub(crate) struct Line {
    pub(crate) case: u64,
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) due: String,
    pub(crate) light: &'static str,
    pub(crate) state: String,
    pub(crate) by: String,
    pub(crate) place: String,
    pub(crate) owner: String,
    pub(crate) proof: String,
}

/// How many were kept.
pub(crate) struct Rate {
    pub(crate) name: String,
    pub(crate) kept: String,
    pub(crate) share: String,
}

/// Rates of one kind of thing.
pub(crate) struct Rates {
    pub(crate) title: String,
    pub(crate) rates: Vec<Rate>,
}

#[derive(Template)]
#[template(path = "promises.html")]
pub(crate) struct PromisesPage {
    pub(crate) ui: Ui,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) current: &'static str,
    pub(crate) teams: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) lines: Vec<Line>,
    pub(crate) more: bool,
    pub(crate) all: String,
    pub(crate) rates: Vec<Rates>,
    pub(crate) export: String,
}

/// What an address asks. Nonsense is left out: a list is always shown.
pub(crate) fn asked(params: &Params, limit: usize) -> PromisesQuery {
    PromisesQuery {
        which: Which::parse(params.get("show")).unwrap_or_default(),
        team: params.get("team").parse().ok(),
        location: params.get("location").parse().ok(),
        kind: PromiseKind::parse(params.get("kind")),
        limit,
    }
}

/// `GET /promises`.
pub(crate) async fn list(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let params = Params::parse(query.as_deref());
    let query = asked(&params, ROWS);
    let found = web.engine().promises(&viewer, &query)?;
    render(&page(ui, &params, &query, &found))
}

/// The page, made of what was found.
pub(crate) fn page(ui: Ui, params: &Params, query: &PromisesQuery, found: &Promises) -> PromisesPage {
    let tabs = Which::ALL.iter().zip(found.counts).map(|(which, count)| Tab {
        href: format!("/promises{}", params.with("show", Some(which.as_str())).query()),
        text: ui.label("promises", which.as_str()),
        here: *which == query.which,
        count: Some(count),
    });
    let here = Which::ALL.iter().position(|w| *w == query.which).and_then(|at| found.counts.get(at));
    let rates = [
        ("promises-by-team", &found.teams, 0),
        ("promises-by-location", &found.locations, 1),
        ("promises-by-kind", &found.kinds, 2),
    ];
    PromisesPage {
        tabs: tabs.collect(),
        current: query.which.as_str(),
        teams: Choice::among(ui.teams(), query.team.as_ref()),
        locations: Choice::among(ui.places(), query.location.as_ref()),
        kinds: PromiseKind::ALL
            .iter()
            .map(|k| Choice::new(k.as_str(), ui.label("promise", k.as_str()), query.kind == Some(*k)))
            .collect(),
        lines: found.rows.iter().map(|row| line(&ui, row)).collect(),
        more: here.is_some_and(|all| *all > found.rows.len()),
        all: share(&ui, &found.all),
        rates: rates
            .into_iter()
            .filter(|(_, kept, _)| !kept.is_empty())
            .map(|(key, kept, what)| Rates {
                title: ui.t(key),
                rates: kept.iter().map(|k| rate(&ui, k, what)).collect(),
            })
            .collect(),
        export: format!("/promises/export.csv{}", params.query()),
        ui,
    }
}

fn rate(ui: &Ui, kept: &Kept, what: u8) -> Rate {
    let name = match what {
        0 => kept.id.parse().map_or_else(|_| kept.id.clone(), |id| ui.team_name(&id)),
        1 => kept.id.parse().map_or_else(|_| kept.id.clone(), |id| ui.place_name(&id)),
        _ => ui.label("promise", &kept.id),
    };
    Rate { name, kept: format!("{} / {}", ui.num(kept.kept), ui.num(kept.ended)), share: share(ui, kept) }
}

/// "83 % (61–94 %)", or that there are too few to say.
fn share(ui: &Ui, kept: &Kept) -> String {
    match kept.share {
        Some((p, low, high)) => {
            let (p, low, high) = (ui.percent(p), ui.percent(low), ui.percent(high));
            ui.tx("promises-share", &[("v", Arg::S(&p)), ("low", Arg::S(&low)), ("high", Arg::S(&high))])
        }
        None => ui.tx(
            "promises-too-few",
            &[("n", Arg::N(i64::from(kept.ended))), ("least", Arg::N(i64::from(TOO_FEW)))],
        ),
    }
}

fn line(ui: &Ui, row: &PromiseRow) -> Line {
    let promise = &row.promise;
    let (state, proof) = match &promise.state {
        PromiseState::Open => (ui.relative(promise.due), String::new()),
        PromiseState::Missed { .. } => (ui.t("promise-missed"), String::new()),
        PromiseState::Kept { proof, .. } if promise.kept_late.is_some() => {
            (ui.t("promise-kept-late"), proof.clone())
        }
        PromiseState::Kept { proof, .. } => (ui.t("promise-kept"), proof.clone()),
        PromiseState::Withdrawn { reason, .. } => (ui.t("promise-withdrawn"), reason.clone()),
    };
    Line {
        case: row.case.0,
        kind: ui.label("promise", promise.kind.as_str()),
        what: promise.what.clone(),
        due: ui.exact(promise.due),
        light: light_class(row.light),
        state,
        by: ui.person(&promise.by),
        place: row.location.as_ref().map_or_else(|| ui.t("location-unknown"), |l| ui.place_name(l)),
        owner: row.owner.as_ref().map_or_else(|| ui.t("owner-none"), |o| ui.person(o)),
        proof,
    }
}

const HEAD: [&str; 14] = [
    "case",
    "promise",
    "kind",
    "what",
    "due",
    "made",
    "by",
    "state",
    "ended",
    "proof_or_reason",
    "kept_late",
    "team",
    "location",
    "owner",
];

/// `GET /promises/export.csv`.
pub(crate) async fn csv(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let query = asked(&Params::parse(query.as_deref()), MOST);
    let found = web.engine().promises(&reader.viewer, &query)?;
    let out = lines(std::iter::once(head(&HEAD)).chain(found.rows.iter().map(cells)));
    Ok(file(out, "text/csv; charset=utf-8; header=present", "promises.csv", reader.ui.now))
}

fn cells(row: &PromiseRow) -> Vec<Cell> {
    let promise = &row.promise;
    let (state, ended, why) = match &promise.state {
        PromiseState::Open => ("open", None, ""),
        PromiseState::Missed { at } => ("missed", Some(*at), ""),
        PromiseState::Kept { at, proof, .. } => ("kept", Some(*at), proof.as_str()),
        PromiseState::Withdrawn { at, reason, .. } => ("withdrawn", Some(*at), reason.as_str()),
    };
    vec![
        Cell::plain(row.case),
        Cell::plain(promise.id),
        Cell::plain(promise.kind.as_str()),
        Cell::text(&promise.what),
        Cell::plain(promise.due),
        Cell::plain(promise.made),
        Cell::plain(&promise.by),
        Cell::plain(state),
        Cell::maybe(ended),
        Cell::text(why),
        Cell::maybe(promise.kept_late),
        Cell::plain(&row.team),
        Cell::maybe(row.location.as_ref()),
        Cell::maybe(row.owner.as_ref()),
    ]
}

impl PromisesPage {
    fn days(&self) -> i64 {
        RATE_DAYS
    }
}
