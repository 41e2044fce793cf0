//! How we stand: one sentence in words, small charts on shared scales, tables; every number with the period before.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gehoor_engine::queries::TrendsQuery;
use gehoor_search::Bucket;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::search::{Form, form};
use super::{render, with_counts};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::params::Params;
use crate::ui::Ui;
use crate::view::Tab;
use crate::view::coverage::deaf_within;
use crate::view::trends::{Shown, shown};

/// Periods that can be chosen by one click, in days.
const PERIODS: [i64; 4] = [7, 30, 90, 365];
/// The period shown when none is asked for.
const DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "trends.html")]
pub(crate) struct TrendsPage {
    pub(crate) ui: Ui,
    pub(crate) form: Form,
    pub(crate) periods: Vec<Tab>,
    pub(crate) trends: Option<Shown>,
    pub(crate) error: Option<String>,
    /// What may be missing, because not everything was heard in the period.
    pub(crate) deaf: Option<String>,
}

/// `GET /trends`.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let params = Params::parse(query.as_deref());
    let form = form(&ui, &params);
    let periods = periods(&ui, &params);
    let answer = match asked(&params, &web.inner.zone, ui.now) {
        Ok(query) => {
            web.engine().trends(&viewer, &query).await.map(|a| (a, query.bucket)).map_err(Fail::from)
        }
        Err(fail) => Err(fail),
    };
    match answer {
        Ok((answer, bucket)) => {
            let trends = Some(shown(&ui, &params, &answer, bucket));
            let heard = web.engine().listening(&viewer, answer.from, answer.until);
            let deaf = deaf_within(&ui, &heard);
            render(&TrendsPage { ui, form, periods, trends, error: None, deaf })
        }
        Err(fail) if fail.to_change() => {
            let error = Some(crate::error::words(&ui, &fail).1);
            let page = render(&TrendsPage { ui, form, periods, trends: None, error, deaf: None })?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(fail) => Err(fail),
    }
}

/// What an address asks of trends: whole days of the zone, today included.
///
/// # Errors
/// [`Fail::Bad`] naming the field that cannot be read.
pub(crate) fn asked(params: &Params, zone: &TimeZone, now: Timestamp) -> Result<TrendsQuery, Fail> {
    let mut filter = params.filter(zone)?;
    let days = params.get("period").parse().ok().filter(|d| PERIODS.contains(d)).unwrap_or(DAYS);
    let today = now.to_zoned(zone.clone()).start_of_day().map_err(|_| Fail::field("from"))?;
    let tomorrow = today.checked_add(Span::new().days(1)).map_err(|_| Fail::field("until"))?;
    let until = filter.until.unwrap_or_else(|| tomorrow.timestamp());
    let from = match filter.from {
        Some(from) => from,
        None => {
            let end = until.to_zoned(zone.clone());
            end.checked_sub(Span::new().days(days)).map_err(|_| Fail::field("from"))?.timestamp()
        }
    };
    if from >= until {
        return Err(Fail::field("until"));
    }
    filter.from = Some(from);
    filter.until = Some(until);
    // Our own posts are no opinion of us.
    filter.own = Some(false);
    let hours = until.duration_since(from).as_hours();
    let bucket = match hours {
        ..=48 => Bucket::Hour,
        49..=2232 => Bucket::Day,
        2233..=17_600 => Bucket::Week,
        _ => Bucket::Month,
    };
    Ok(TrendsQuery { text: params.text(), filter, bucket })
}

fn periods(ui: &Ui, params: &Params) -> Vec<Tab> {
    let custom = !params.get("from").is_empty() || !params.get("until").is_empty();
    let now = params.get("period").parse().unwrap_or(DAYS);
    PERIODS
        .into_iter()
        .map(|days| {
            let to = params.with("from", None).with("until", None).with("period", Some(&days.to_string()));
            Tab {
                href: format!("/trends{}", to.query()),
                text: ui.tn("period-days", days),
                here: !custom && now == days,
                count: None,
            }
        })
        .collect()
}

/// Numbers made up for a test.
#[cfg(test)]
pub(crate) fn tests_answer() -> gehoor_engine::queries::Trends {
    use gehoor_engine::queries::Trends as Answer;
    use gehoor_search::{Bin, Row, Tally};
    let row = |key: &str, complaints: u64| Row {
        key: key.into(),
        tally: Tally {
            count: complaints + 6,
            complaints,
            by_sentiment: [complaints, 2, 3, 1],
            centistars: 2_400,
            stars_count: 8,
        },
    };
    let bins = crate::page_tests::bins();
    let before = bins
        .iter()
        .map(|b| Bin {
            tally: Tally { complaints: b.tally.complaints / 2, count: b.tally.count / 2, ..b.tally },
            ..b.clone()
        })
        .collect();
    Answer {
        from: "2026-10-28T23:00:00Z".parse().unwrap(),
        until: "2026-11-27T23:00:00Z".parse().unwrap(),
        bins,
        before,
        since: None,
        topics: vec![
            row("delivery.late", 96),
            row("contact.callback_missed", 41),
            row("product.defect", 17),
            row("", 3),
        ],
        topics_before: vec![
            row("delivery.late", 41),
            row("contact.callback_missed", 38),
            row("product.defect", 20),
        ],
        locations: vec![row("utrecht", 120), row("", 9)],
        locations_elsewhere: vec![row("utrecht", 3)],
        channels: vec![row("review", 80), row("microblog", 60)],
        langs: vec![row("nl", 130), row("en", 12)],
        answers: gehoor_engine::queries::Answers {
            cases: 150,
            answered: 121,
            within_norm: 97,
            promises: 20,
            promises_kept: 16,
            closed: 110,
            reopened: 8,
            elsewhere: 0,
        },
    }
}

/// The page from numbers made up for a test.
#[cfg(test)]
pub(crate) fn tests_page(ui: Ui, params: &Params) -> TrendsPage {
    let answer = tests_answer();
    TrendsPage {
        form: form(&ui, params),
        periods: periods(&ui, params),
        trends: Some(shown(&ui, params, &answer, Bucket::Day)),
        error: None,
        deaf: None,
        ui,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_whole_days_and_chooses_its_own_bins() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let now = "2026-11-27T15:30:00Z".parse().unwrap();
        let query = asked(&Params::parse(Some("period=7")), &zone, now).unwrap();
        assert_eq!(query.filter.until.unwrap().to_string(), "2026-11-27T23:00:00Z");
        assert_eq!(query.filter.from.unwrap().to_string(), "2026-11-20T23:00:00Z");
        assert_eq!(query.bucket, Bucket::Day);
        let year = asked(&Params::parse(Some("period=365")), &zone, now).unwrap();
        assert_eq!(year.bucket, Bucket::Week);
        assert!(asked(&Params::parse(Some("from=2026-11-02&until=2026-11-01")), &zone, now).is_err());
    }
}
