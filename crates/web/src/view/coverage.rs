//! What was heard of each source and what was not, in words.

use gehoor_domain::liveness::{Deaf, Gap};
use gehoor_engine::coverage::{Announced, Back, LimitUsed, Listening, PlaceRow, SetBy};
use gehoor_engine::views::SourceRow;
use jiff::SignedDuration;
use jiff::civil::Date;

use super::events::word;
use crate::chart;
use crate::html::Html;
use crate::locale::Arg;
use crate::ui::Ui;

/// Gaps shown of each source, the latest first.
const GAPS: usize = 10;
/// A login that ends within so many days is urgent, and soon.
const URGENT: i64 = 3;
const SOON: i64 = 14;

/// One source.
pub(crate) struct CoverageView {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) channel_icon: String,
    pub(crate) place: Option<String>,
    pub(crate) health: String,
    pub(crate) last: Html,
    pub(crate) bars: Html,
    pub(crate) per_day: String,
    pub(crate) days: Vec<(String, u64)>,
    pub(crate) usual: String,
    pub(crate) heard: String,
    pub(crate) deaf: bool,
    pub(crate) gaps: Vec<String>,
    pub(crate) failed: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) limit: String,
    pub(crate) used: Vec<String>,
    pub(crate) back: Vec<String>,
    pub(crate) places: String,
    pub(crate) reach: String,
    pub(crate) gone: String,
    pub(crate) login: Option<Login>,
}

/// When a login ends.
pub(crate) struct Login {
    pub(crate) class: &'static str,
    pub(crate) says: String,
}

impl CoverageView {
    /// Makes a source.
    pub(crate) fn new(ui: &Ui, row: &SourceRow) -> Self {
        let counts: Vec<u64> = row.days.iter().map(|(_, found)| *found).collect();
        Self {
            name: row.name.clone(),
            kind: row.kind.clone(),
            channel: ui.label("channel", row.channel.as_str()),
            channel_icon: format!("channel-{}", row.channel.as_str()),
            place: row.location.as_ref().map(|id| ui.place_name(id)),
            health: word(&row.health),
            last: row.last_news.map_or_else(|| Html::trusted(ui.t("never")), |at| ui.time(at)),
            bars: chart::days(&counts),
            per_day: per_day(ui, &counts),
            days: row.days.iter().map(|(day, found)| (day_name(ui, *day), *found)).collect(),
            usual: usual(ui, row),
            heard: heard(ui, row),
            deaf: row.gaps.iter().any(|gap| gap.until.is_none()),
            gaps: row.gaps.iter().rev().take(GAPS).map(|gap| gap_says(ui, gap)).collect(),
            failed: row.last_error_at.map(|at| match row.failures {
                0 => ui.tv("failed-once", &ui.relative(at)),
                n => format!("{} · {}", ui.tn("failures", n), ui.relative(at)),
            }),
            error: row.last_error.clone(),
            limit: row.announced.map_or_else(|| ui.t("coverage-limit-unknown"), |told| limit(ui, told)),
            used: row.limits.iter().map(|limit| used(ui, limit)).collect(),
            back: back(ui, row),
            places: format!("/sources/coverage?source={}#places", row.id),
            reach: reach(ui, row),
            gone: if row.rechecks {
                ui.tn("coverage-gone-asked", row.gone)
            } else {
                ui.t("coverage-gone-not")
            },
            login: row.login_ends.map(|at| login(ui, at.duration_since(ui.now).as_hours().div_euclid(24))),
        }
    }
}

/// How far back and how surely it hears: in our words, or in those of the kind, which are English.
fn reach(ui: &Ui, row: &SourceRow) -> String {
    ui.tongue.find(&format!("reach-{}", row.kind), &[]).unwrap_or_else(|| row.reach.to_owned())
}

fn per_day(ui: &Ui, counts: &[u64]) -> String {
    let mean = mean(counts);
    let today = counts.last().copied().unwrap_or(0);
    ui.tx("coverage-per-day-says", &[("mean", Arg::S(&ui.num1(mean))), ("today", Arg::S(&ui.num(today)))])
}

fn usual(ui: &Ui, row: &SourceRow) -> String {
    match (row.usual, row.missing) {
        (Some(usual), Some(missing)) if missing >= 1.0 => ui.tx(
            "coverage-missing",
            &[("usual", Arg::S(&ui.num1(usual))), ("missing", Arg::S(&ui.num1(missing)))],
        ),
        (Some(usual), _) => ui.tv("coverage-usual", &ui.num1(usual)),
        (None, _) => ui.t("coverage-usual-unknown"),
    }
}

fn heard(ui: &Ui, row: &SourceRow) -> String {
    match (row.polled, row.since) {
        (_, None) => ui.t("coverage-never-heard"),
        (false, _) => ui.t("coverage-pushed"),
        (true, Some(since)) if row.gaps.is_empty() => ui.tv("coverage-gaps-none", &ui.exact(since)),
        (true, Some(_)) => ui.tn("coverage-gaps-n", row.gaps.len()),
    }
}

fn gap_says(ui: &Ui, gap: &Gap) -> String {
    let why = match &gap.why {
        Deaf::NotAsked => ui.t("deaf-not-asked"),
        Deaf::Waited => ui.t("deaf-waited"),
        Deaf::Failed { why } => ui.tv("deaf-failed", why),
    };
    let from = ui.exact(gap.from);
    let when = match gap.until {
        None => ui.tv("coverage-gap-open", &from),
        Some(until) => ui.tx(
            "coverage-gap",
            &[
                ("from", Arg::S(&from)),
                ("until", Arg::S(&ui.exact(until))),
                ("span", Arg::S(&ui.span(until.duration_since(gap.from)))),
            ],
        ),
    };
    format!("{when}: {why}")
}

fn limit(ui: &Ui, told: Announced) -> String {
    let left = ui.num(told.remaining);
    let at = ui.relative(told.at);
    match told.limit {
        Some(all) => ui.tx(
            "coverage-limit-of",
            &[("left", Arg::S(&left)), ("all", Arg::S(&ui.num(all))), ("at", Arg::S(&at))],
        ),
        None => ui.tx("coverage-limit-left", &[("left", Arg::S(&left)), ("at", Arg::S(&at))]),
    }
}

/// What was used of one of our own limits.
fn used(ui: &Ui, limit: &LimitUsed) -> String {
    let span = SignedDuration::from_secs(i64::try_from(limit.seconds).unwrap_or(i64::MAX));
    let says = ui.tx(
        "coverage-used",
        &[
            ("name", Arg::S(&limit.name)),
            ("n", Arg::S(&ui.num(u64::from(limit.requests)))),
            ("all", Arg::S(&ui.num(u64::from(limit.of)))),
            ("span", Arg::S(&ui.span(span))),
        ],
    );
    match limit.held_until {
        Some(until) => format!("{says}; {}", ui.tv("coverage-held", &ui.exact(until))),
        None => says,
    }
}

/// How far back it can be read, in sentences: before when nothing can be had, what is kept, whether more is coming.
fn back(ui: &Ui, row: &SourceRow) -> Vec<String> {
    let mut says = match row.back {
        Back::Nothing => vec![match row.since {
            Some(since) => ui.tv("back-nothing", &ui.exact(since)),
            None => ui.t("back-nothing-yet"),
        }],
        Back::Shown => vec![ui.t("back-shown")],
        Back::Within { days, newest } => {
            let days = days.map(|days| {
                let since = row.since.unwrap_or(ui.now);
                let before = row.back.horizon(since).map(|at| ui.date(at)).unwrap_or_default();
                let key = if days.by == SetBy::Platform { "back-days-platform" } else { "back-days-ours" };
                ui.tx(key, &[("before", Arg::S(&before)), ("n", Arg::N(days.most.into()))])
            });
            let newest = newest.map(|newest| {
                let key =
                    if newest.by == SetBy::Platform { "back-newest-platform" } else { "back-newest-ours" };
                ui.tx(key, &[("n", Arg::N(newest.most.into()))])
            });
            days.into_iter().chain(newest).collect()
        }
    };
    says.extend(row.oldest.map(|at| ui.tv("back-oldest", &ui.date(at))));
    says.extend(row.reading.then(|| ui.t("back-reading")));
    says
}

/// One location.
pub(crate) struct PlaceView {
    pub(crate) name: String,
    pub(crate) last: Html,
    pub(crate) bars: Html,
    pub(crate) mean: String,
    pub(crate) today: String,
}

impl PlaceView {
    /// Makes a row.
    pub(crate) fn new(ui: &Ui, row: &PlaceRow) -> Self {
        let counts: Vec<u64> = row.days.iter().map(|(_, found)| *found).collect();
        Self {
            name: ui.place_name(&row.location),
            last: row.last.map_or_else(|| Html::trusted(ui.t("never")), |at| ui.time(at)),
            bars: chart::days(&counts),
            mean: ui.num1(mean(&counts)),
            today: ui.num(counts.last().copied().unwrap_or(0)),
        }
    }
}

fn mean(counts: &[u64]) -> f64 {
    counts.iter().sum::<u64>() as f64 / counts.len().max(1) as f64
}

fn login(ui: &Ui, days: i64) -> Login {
    let class = match days {
        ..URGENT => "login late",
        URGENT..SOON => "login soon",
        _ => "login",
    };
    let says = if days < 0 { ui.t("coverage-login-ended") } else { ui.tn("coverage-login-ends", days) };
    Login { class, says }
}

fn day_name(ui: &Ui, day: Date) -> String {
    day.to_zoned(ui.zone.clone()).map_or_else(|_| day.to_string(), |at| ui.day(at.timestamp()))
}

/// What stands with a list of what is there now, when something cannot be heard now.
pub(crate) fn deaf_now(ui: &Ui, heard: &Listening) -> Option<String> {
    (heard.deaf_now > 0).then(|| counted(ui, "deaf-now", heard.deaf_now, heard.sources, ""))
}

/// What stands with the numbers of a period, or with nothing at all, when not everything was heard.
pub(crate) fn deaf_within(ui: &Ui, heard: &Listening) -> Option<String> {
    let since = ui.exact(heard.since?);
    (heard.deaf > 0).then(|| counted(ui, "deaf-within", heard.deaf, heard.sources, &since))
}

fn counted(ui: &Ui, key: &str, deaf: usize, all: usize, since: &str) -> String {
    let n = |n: usize| Arg::N(i64::try_from(n).unwrap_or(i64::MAX));
    ui.tx(key, &[("n", n(deaf)), ("all", n(all)), ("since", Arg::S(since))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::samples;
    use gehoor_domain::user::Role;

    #[test]
    fn a_login_turns_amber_in_its_last_two_weeks_and_red_in_its_last_three_days() {
        let ui = samples::reader(Tongue::Nl, Role::Admin);
        let class = |days| login(&ui, days).class;
        assert_eq!(
            [class(30), class(14), class(13), class(3)],
            ["login", "login", "login soon", "login soon"]
        );
        assert_eq!([class(2), class(0), class(-1)], ["login late"; 3]);
    }

    #[test]
    fn nothing_is_said_when_everything_was_heard() {
        let ui = samples::reader(Tongue::Nl, Role::Admin);
        let mut heard = Listening { sources: 5, ..Listening::default() };
        assert_eq!((deaf_now(&ui, &heard), deaf_within(&ui, &heard)), (None, None));
        heard.deaf = 2;
        heard.since = Some(ui.now);
        assert_eq!(deaf_now(&ui, &heard), None, "it is over");
        let says = deaf_within(&ui, &heard).unwrap();
        assert!(says.contains("2 van 5"), "{says}");
    }

    #[test]
    fn before_when_nothing_can_be_had_is_a_date() {
        let ui = samples::reader(Tongue::En, Role::Admin);
        let mut row = samples::sources()[0].clone();
        row.since = "2026-11-20T09:00:00Z".parse().ok();
        let day = |text: &str| ui.date(text.parse().unwrap());
        let week = Some(gehoor_engine::coverage::Bound { most: 7, by: SetBy::Platform });
        let back = Back::Within { days: week, newest: None };
        (row.back, row.oldest, row.reading) = (back, "2026-11-14T09:00:00Z".parse().ok(), true);
        let says = CoverageView::new(&ui, &row).back;
        assert!(
            says[0].contains("Cannot be backfilled before") && says[0].contains(&day("2026-11-13T09:00:00Z")),
            "{says:?}"
        );
        assert!(says[0].contains('7') && says[1].contains(&day("2026-11-14T09:00:00Z")), "{says:?}");
        assert_eq!(says.len(), 3, "{says:?}");
        for back in [Back::Nothing, Back::Shown] {
            (row.back, row.oldest, row.reading) = (back, None, false);
            assert_eq!(CoverageView::new(&ui, &row).back.len(), 1);
        }
    }

    #[test]
    fn what_was_used_of_our_limits_is_said_and_who_asked_for_patience() {
        let ui = samples::reader(Tongue::En, Role::Admin);
        let limit = LimitUsed {
            name: "google-play:nl.a".into(),
            requests: 34,
            of: 200,
            seconds: 3_600,
            held_until: Some(ui.now),
        };
        let says = used(&ui, &limit);
        assert!(says.contains("34") && says.contains("200") && says.contains("google-play:nl.a"), "{says}");
        assert!(says.contains(&ui.exact(ui.now)), "{says}");
    }

    #[test]
    fn a_gap_says_when_how_long_and_why() {
        let ui = samples::reader(Tongue::Nl, Role::Admin);
        let row = &samples::sources()[0];
        let view = CoverageView::new(&ui, row);
        assert!(view.deaf && view.gaps.len() == 2, "{:?}", view.gaps);
        assert!(view.gaps[1].contains("2 u"), "{:?}", view.gaps);
    }
}
