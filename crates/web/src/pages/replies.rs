//! Replies that wait: for a second person, for the channel, or for somebody who posts them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use gehoor_domain::case::ReplyState;
use gehoor_engine::waiting_replies::{RepliesQuery, ReplyRow, WaitingReplies, WhichReplies};
use jiff::Timestamp;

use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::params::Params;
use crate::ui::Ui;
use crate::view::{Choice, Tab, short};

/// Rows on the page.
const ROWS: usize = 200;
/// Letters of a reply that are shown.
const SHOWN: usize = 280;

/// One reply.
pub(crate) struct Line {
    pub(crate) case: u64,
    pub(crate) author: String,
    pub(crate) place: String,
    pub(crate) text: String,
    pub(crate) why: Option<String>,
    pub(crate) by: String,
    pub(crate) through: String,
    pub(crate) since: Timestamp,
}

#[derive(Template)]
#[template(path = "replies.html")]
pub(crate) struct RepliesPage {
    pub(crate) ui: Ui,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) current: &'static str,
    pub(crate) teams: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) mine: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) more: bool,
}

/// What an address asks. Nonsense is left out: a list is always shown.
pub(crate) fn asked(params: &Params, limit: usize) -> RepliesQuery {
    RepliesQuery {
        which: WhichReplies::parse(params.get("show")).unwrap_or_default(),
        team: params.get("team").parse().ok(),
        location: params.get("location").parse().ok(),
        mine: params.get("mine") == "1",
        limit,
    }
}

/// `GET /replies`.
pub(crate) async fn list(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let params = Params::parse(query.as_deref());
    let query = asked(&params, ROWS);
    let found = web.engine().waiting_replies(&viewer, &query)?;
    render(&page(ui, &params, &query, &found))
}

fn page(ui: Ui, params: &Params, query: &RepliesQuery, found: &WaitingReplies) -> RepliesPage {
    let tabs = WhichReplies::ALL.iter().zip(found.counts).map(|(which, count)| Tab {
        href: format!("/replies{}", params.with("show", Some(which.as_str())).query()),
        text: ui.label("replies-tab", which.as_str()),
        here: *which == query.which,
        count: Some(count),
    });
    let here = WhichReplies::ALL.iter().position(|w| *w == query.which).and_then(|at| found.counts.get(at));
    RepliesPage {
        tabs: tabs.collect(),
        current: query.which.as_str(),
        teams: Choice::among(ui.teams(), query.team.as_ref()),
        locations: Choice::among(ui.places(), query.location.as_ref()),
        mine: query.mine,
        lines: found.rows.iter().map(|row| line(&ui, row)).collect(),
        more: here.is_some_and(|all| *all > found.rows.len()),
        ui,
    }
}

fn line(ui: &Ui, row: &ReplyRow) -> Line {
    let (since, why) = match &row.reply.state {
        ReplyState::Awaiting { since } | ReplyState::ByHand { since } | ReplyState::Sending { since } => {
            (*since, None)
        }
        ReplyState::Rejected { at, by, reason } => (*at, Some(format!("{}: {reason}", ui.person(by)))),
        ReplyState::Refused { at, why } => (*at, Some(why.clone())),
        ReplyState::Sent { at, .. } => (*at, None),
    };
    Line {
        case: row.case.0,
        author: row.author.clone(),
        place: row.location.as_ref().map(|l| ui.place_name(l)).unwrap_or_default(),
        text: short(&row.reply.text, SHOWN),
        why,
        by: ui.person(&row.reply.by),
        through: row.outlet.as_ref().map_or_else(|| ui.t("replies-by-hand"), |o| ui.outlet_name(o)),
        since,
    }
}
