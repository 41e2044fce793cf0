//! Alerts, the page that says why each was or was not sent, and silences.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use gehoor_domain::alert::Until;
use gehoor_domain::ids::AlertId;
use gehoor_engine::commands::NewSilence;
use jiff::tz::TimeZone;

use super::flash::done;
use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::fields::{Fields, Sent};
use crate::options::Web;
use crate::params::Params;
use crate::ui::Ui;
use crate::view::alerts::{AlertView, SilenceView};
use crate::view::{Choice, Tab};

/// Alerts on a page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "alerts.html")]
pub(crate) struct AlertsPage {
    pub(crate) ui: Ui,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) alerts: Vec<AlertView>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

#[derive(Template)]
#[template(path = "alert.html")]
pub(crate) struct AlertPage {
    pub(crate) ui: Ui,
    pub(crate) alert: AlertView,
}

#[derive(Template)]
#[template(path = "silences.html")]
pub(crate) struct SilencesPage {
    pub(crate) ui: Ui,
    pub(crate) silences: Vec<SilenceView>,
    pub(crate) rules: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) error: Option<String>,
    /// What was typed, when it was refused.
    pub(crate) reason: String,
}

/// `GET /alerts`: those that hold, or (`?show=ended`) those that no longer do.
pub(crate) async fn list(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let params = Params::parse(query.as_deref());
    let rows = web.engine().alerts(&viewer)?;
    let ended = params.get("show") == "ended";
    let skip: usize = params.get("skip").parse().unwrap_or(0);
    let all = rows.len();
    let shown: Vec<_> = rows.iter().filter(|row| row.alert.ended.is_some() == ended).collect();
    let tab = |name: &str, href: &str, here, count| Tab {
        href: href.to_owned(),
        text: ui.label("alerts", name),
        here,
        count: Some(count),
    };
    let hold = if ended { all - shown.len() } else { shown.len() };
    let page = |skip: usize| format!("/alerts?show={}&skip={skip}", if ended { "ended" } else { "hold" });
    let last = skip.saturating_add(ROWS).min(shown.len());
    let view = AlertsPage {
        tabs: vec![
            tab("hold", "/alerts", !ended, hold),
            tab("ended", "/alerts?show=ended", ended, all - hold),
        ],
        alerts: shown.iter().skip(skip).take(ROWS).map(|row| AlertView::new(&ui, row)).collect(),
        previous: (skip > 0).then(|| page(skip.saturating_sub(ROWS))),
        next: (last < shown.len()).then(|| page(last)),
        ui,
    };
    render(&view)
}

/// `GET /alerts/{id}`.
pub(crate) async fn why(
    State(web): State<Web>,
    Path(id): Path<u64>,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let alert = AlertView::new(&ui, &web.engine().alert(&viewer, AlertId(id))?);
    render(&AlertPage { ui, alert })
}

/// `POST /alerts/{id}/ack`.
pub(crate) async fn acknowledge(
    State(web): State<Web>,
    Path(id): Path<u64>,
    sent: Sent,
) -> Result<Response, Fail> {
    if !sent.reader.ui.works() {
        return Err(Fail::Forbidden);
    }
    web.engine().acknowledge(&sent.reader.viewer, AlertId(id)).await?;
    Ok(done(&web, &format!("/alerts/{id}"), "done-acknowledged", id))
}

/// `GET /silences`.
pub(crate) async fn silences(State(web): State<Web>, reader: Reader) -> Result<Response, Fail> {
    page(&web, with_counts(&web, reader).await?, None, &Fields::default())
}

fn page(web: &Web, reader: Reader, error: Option<String>, typed: &Fields) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = reader;
    let silences = web.engine().silences(&viewer)?.iter().map(|s| SilenceView::new(&ui, s)).collect();
    let rule = typed.get("rule");
    let rules =
        ui.rules().iter().map(|name| Choice::new(name, ui.label("rule", name), name == rule)).collect();
    let location = typed.maybe("location").unwrap_or_default();
    let locations = Choice::among(ui.places(), location.as_ref());
    let reason = typed.get("reason").to_owned();
    render(&SilencesPage { ui, silences, rules, locations, error, reason })
}

/// `POST /silences`.
pub(crate) async fn add(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let fields = &sent.fields;
    let made = match asked(fields, &web.inner.zone) {
        Ok(silence) => web.engine().silence(&sent.reader.viewer, silence).await.map_err(Fail::from),
        Err(fail) => Err(fail),
    };
    match made {
        Ok(id) => Ok(done(&web, "/silences", "done-silenced", id)),
        Err(fail) if fail.to_change() => {
            let (_, why) = crate::error::words(&sent.reader.ui, &fail);
            let reader = with_counts(&web, sent.reader).await?;
            Ok((fail.status(), page(&web, reader, Some(why), &sent.fields)?).into_response())
        }
        Err(fail) => Err(fail),
    }
}

/// The silence that a form asks for.
fn asked(fields: &Fields, zone: &TimeZone) -> Result<NewSilence, Fail> {
    let until = match fields.get("until") {
        "date" => Until::Date { at: fields.time("at", zone)? },
        "doubles" => Until::Doubles { size: 0.0 },
        _ => Until::Solved,
    };
    Ok(NewSilence {
        rule: fields.some("rule").map(str::to_owned),
        alert: fields.maybe("alert")?,
        location: fields.maybe("location")?,
        reason: fields.get("reason").to_owned(),
        until,
    })
}

/// `POST /silences/{id}/end`.
pub(crate) async fn end(State(web): State<Web>, Path(id): Path<u64>, sent: Sent) -> Result<Response, Fail> {
    web.engine().end_silence(&sent.reader.viewer, id).await?;
    Ok(done(&web, "/silences", "done-silence-ended", id))
}
