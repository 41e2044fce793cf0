//! The inbox: the list, beside it the case that is open (the first one, unless another was chosen).

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html as Answer, IntoResponse, Redirect, Response};
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::Channel;
use gehoor_engine::views::{Box as Tray, Inbox, InboxQuery, Viewer};
use jiff::SignedDuration;

use super::render;
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::params::Params;
use crate::ui::Ui;
use crate::view::case::CaseView;
use crate::view::coverage::{deaf_now, deaf_within};
use crate::view::kept::Kept;
use crate::view::row::RowView;
use crate::view::{Choice, Tab};

/// Rows on a page.
const ROWS: usize = 50;

/// The list.
pub(crate) struct List {
    pub(crate) title: String,
    pub(crate) current: &'static str,
    pub(crate) filtered: bool,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) channels: Vec<Choice>,
    pub(crate) teams: Vec<Choice>,
    pub(crate) rows: Vec<RowView>,
    pub(crate) range: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) export: String,
    /// Rows can be chosen for one thing done to many.
    pub(crate) select: bool,
    pub(crate) select_href: String,
    pub(crate) back: String,
    pub(crate) people: Vec<Choice>,
    pub(crate) acts: Vec<Choice>,
    /// What was chosen for many, when that was refused.
    pub(crate) kept: Kept,
    pub(crate) outcomes: Vec<Choice>,
    pub(crate) tomorrow: String,
    /// What may be missing, because not everything was heard.
    pub(crate) deaf: Option<String>,
}

impl List {
    fn pager(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

#[derive(Template)]
#[template(path = "inbox.html")]
pub(crate) struct InboxPage {
    pub(crate) ui: Ui,
    pub(crate) list: Option<List>,
    pub(crate) case: Option<CaseView>,
    pub(crate) has_case: bool,
    /// Where this page is read, when it is the answer to a form.
    pub(crate) at: Option<String>,
}

#[derive(Template)]
#[template(path = "row.html", block = "row")]
struct RowPiece {
    ui: Ui,
    row: RowView,
}

/// The boxes with the names they have in addresses and locale keys.
pub(crate) const BOXES: [(Tray, &str); 6] = [
    (Tray::Open, "open"),
    (Tray::Mine, "mine"),
    (Tray::Queue, "queue"),
    (Tray::Waiting, "waiting"),
    (Tray::Aside, "aside"),
    (Tray::Closed, "closed"),
];

/// What an address asks of the inbox. Nonsense is left out: a list is always shown.
pub(crate) fn asked(params: &Params) -> InboxQuery {
    InboxQuery {
        r#box: BOXES
            .iter()
            .find(|(_, name)| *name == params.get("box"))
            .map_or(Tray::Open, |(tray, _)| *tray),
        location: params.get("location").parse().ok(),
        channel: Channel::parse(params.get("channel")),
        team: params.get("team").parse().ok(),
        skip: params.get("skip").parse().unwrap_or(0),
        limit: ROWS,
    }
}

/// What can be done to many cases at once, with its words.
const ACTS: [(&str, &str); 7] = [
    ("reply", "do-reply-many"),
    ("take", "do-take"),
    ("assign", "do-assign"),
    ("release", "do-release"),
    ("hand-over", "do-hand-over"),
    ("close", "do-close"),
    ("snooze", "do-snooze"),
];

/// Only what the list understands.
pub(super) fn own(query: Option<&str>) -> Params {
    let mut params = Params::parse(query);
    params
        .0
        .0
        .retain(|(k, _)| matches!(k.as_str(), "box" | "location" | "channel" | "team" | "skip" | "select"));
    params
}

/// The list as shown.
pub(crate) fn list(ui: &Ui, inbox: &Inbox, params: &Params, here: Option<CaseId>) -> List {
    let query = asked(params);
    let current = BOXES.iter().find(|(tray, _)| *tray == query.r#box).map_or("open", |(_, name)| *name);
    let link = params.query();
    let counts = [
        Some(inbox.counts.open),
        Some(inbox.counts.mine),
        Some(inbox.counts.queue),
        Some(inbox.counts.waiting),
        Some(inbox.counts.aside),
        None,
    ];
    let tabs = BOXES.iter().zip(counts).map(|((_, name), count)| Tab {
        href: format!("/inbox{}", params.with("box", Some(name)).query()),
        text: ui.label("box", name),
        here: *name == current,
        count,
    });
    let page = |skip: usize| {
        let mut to = params.with("skip", None);
        if skip > 0 {
            to.0.0.push(("skip".to_owned(), skip.to_string()));
        }
        format!("/inbox{}", to.query())
    };
    let last = query.skip + inbox.rows.len();
    List {
        title: ui.t("nav-inbox"),
        current,
        filtered: query.location.is_some() || query.channel.is_some() || query.team.is_some(),
        tabs: tabs.collect(),
        locations: Choice::among(ui.places(), query.location.as_ref()),
        channels: Channel::ALL
            .iter()
            .map(|c| Choice::new(c.as_str(), ui.label("channel", c.as_str()), query.channel == Some(*c)))
            .collect(),
        teams: Choice::among(ui.teams(), query.team.as_ref()),
        rows: inbox.rows.iter().map(|row| RowView::new(ui, row, &link, here)).collect(),
        range: if inbox.rows.is_empty() {
            String::new()
        } else {
            format!("{}–{} / {}", query.skip + 1, last, inbox.total)
        },
        previous: (query.skip > 0).then(|| page(query.skip.saturating_sub(ROWS))),
        next: (last < inbox.total).then(|| page(last)),
        export: format!("/cases/export.csv{}", params.with("skip", None).query()),
        select: ui.works() && params.get("select") == "1",
        select_href: format!("/inbox{}", params.with("select", Some("1")).query()),
        back: format!("/inbox{}", params.with("select", None).query()),
        people: Choice::among(ui.takers(), None),
        acts: ACTS.iter().map(|(name, key)| Choice::new(name, ui.t(key), false)).collect(),
        kept: Kept::default(),
        outcomes: gehoor_domain::case::Outcome::CHOICES
            .iter()
            .map(|o| Choice::new(o.as_str(), ui.label("outcome", o.as_str()), false))
            .collect(),
        tomorrow: ui
            .now
            .saturating_add(SignedDuration::from_hours(24))
            .unwrap_or(ui.now)
            .to_zoned(ui.zone.clone())
            .strftime("%Y-%m-%dT09:00")
            .to_string(),
        deaf: None,
    }
}

/// `GET /`.
pub(crate) async fn home() -> Redirect {
    Redirect::to("/inbox")
}

/// `GET /inbox`.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    desk(&web, reader, None, &own(query.as_deref()), false).await
}

/// `GET /cases/{id}`.
pub(crate) async fn case(
    State(web): State<Web>,
    Path(id): Path<u64>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    if reader.viewer.role.works_cases() {
        // Who opens a case is at it: others see it for a minute, longer while the page is open.
        web.engine().has_open(&reader.viewer, CaseId(id))?;
    }
    let draft = Params::parse(query.as_deref()).get("draft") == "missed";
    desk(&web, reader, Some(CaseId(id)), &own(query.as_deref()), draft).await
}

async fn desk(
    web: &Web,
    mut reader: Reader,
    open: Option<CaseId>,
    params: &Params,
    draft_missed: bool,
) -> Result<Response, Fail> {
    let (inbox, params) = &in_range(web, &reader.viewer, params).await?;
    reader.ui.late = inbox.counts.late;
    let id = open.or_else(|| inbox.rows.first().map(|r| r.case.id));
    let back = format!("/inbox{}", params.query());
    let case = match id {
        None => None,
        Some(id) => match web.engine().case_page(&reader.viewer, id).await {
            Ok(page) => {
                let mut view = CaseView::new(&reader.ui, &page, &back);
                if draft_missed {
                    view.draft_reply.clone_from(&view.honest);
                }
                Some(view)
            }
            Err(error) if open.is_some() => return Err(error.into()),
            // It was there a moment ago: the list shows what is left.
            Err(_) => None,
        },
    };
    let mut list = list(&reader.ui, inbox, params, id.filter(|_| case.is_some()));
    list.deaf = deaf(web, &reader, inbox.rows.is_empty());
    render(&InboxPage { ui: reader.ui, list: Some(list), case, has_case: open.is_some(), at: None })
}

/// The rows that an address asks for. Behind the end of the list stands its last page: it has become shorter meanwhile.
async fn in_range(web: &Web, viewer: &Viewer, params: &Params) -> Result<(Inbox, Params), Fail> {
    let inbox = web.engine().inbox(viewer, &asked(params)).await?;
    if !inbox.rows.is_empty() || inbox.total == 0 {
        return Ok((inbox, params.clone()));
    }
    let last = (inbox.total - 1) / ROWS * ROWS;
    let mut params = params.with("skip", None);
    if last > 0 {
        params.0.0.push(("skip".to_owned(), last.to_string()));
    }
    let inbox = web.engine().inbox(viewer, &asked(&params)).await?;
    Ok((inbox, params))
}

/// What may be missing: with nothing to show, whatever was not heard within a day; else only what cannot be heard now.
pub(super) fn deaf(web: &Web, reader: &Reader, empty: bool) -> Option<String> {
    let now = reader.ui.now;
    let from = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let heard = web.engine().listening(&reader.viewer, from, now);
    if empty { deaf_within(&reader.ui, &heard) } else { deaf_now(&reader.ui, &heard) }
}

/// `GET /cases/{id}/row`: one row, for a list that is open.
pub(crate) async fn row(
    State(web): State<Web>,
    Path(id): Path<u64>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let row = web.engine().case_row(&reader.viewer, CaseId(id)).await?;
    let view = RowView::new(&reader.ui, &row, &own(query.as_deref()).query(), None);
    Ok(Answer(RowPiece { ui: reader.ui, row: view }.render()?).into_response())
}
