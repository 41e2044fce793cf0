//! What the trends page says: sentences that tell a change from chance, tiles, small charts on one scale, tables.

use gehoor_engine::queries::Trends as Answer;
use gehoor_search::{Bin, Bucket, Row, Tally};
use jiff::{SignedDuration, Timestamp};

use super::Chip;
use crate::chart::{Bar, Point, Words, compare, curve, rating};
use crate::html::Html;
use crate::locale::Arg;
use crate::pages::search::{chips, volume, word};
use crate::params::Params;
use crate::ui::Ui;

/// Below so many in both periods nothing is said about a change.
const FEW: u64 = 5;
/// Topics in the chart, rows in a table.
const TOPICS: usize = 8;
const ROWS: usize = 12;
/// The normal distribution's 97.5 % point: a band holds the true value in 95 of 100 cases.
const Z: f64 = 1.96;

/// A number with its explanation.
pub(crate) struct Tile {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) says: String,
}

/// A row of a table.
pub(crate) struct TableRow {
    pub(crate) href: Option<String>,
    pub(crate) name: String,
    pub(crate) count: String,
    pub(crate) complaints: String,
    pub(crate) balance: String,
    pub(crate) stars: String,
    /// What is not in the row because others have to solve it.
    pub(crate) elsewhere: Option<String>,
}

/// A table.
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) csv: String,
    pub(crate) rows: Vec<TableRow>,
}

/// What the page shows.
pub(crate) struct Shown {
    pub(crate) on: Vec<Chip>,
    pub(crate) sentence: String,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) volume: Html,
    pub(crate) small: Vec<Html>,
    pub(crate) stars: Html,
    pub(crate) topics: Html,
    pub(crate) tables: Vec<Table>,
    pub(crate) note: String,
    pub(crate) csv: String,
}

/// Adds up bins.
pub(crate) fn total(bins: &[Bin]) -> Tally {
    let mut sum = Tally::default();
    for bin in bins {
        sum.add(&bin.tally);
    }
    sum
}

/// Whether a difference is more than what chance gives between two counts (two standard deviations of a difference
/// of Poisson counts).
fn differs(now: u64, before: u64) -> bool {
    (now as f64 - before as f64).abs() > 2.0 * ((now + before) as f64).sqrt()
}

/// Makes the page.
pub(crate) fn shown(ui: &Ui, params: &Params, answer: &Answer, bucket: Bucket) -> Shown {
    let query = params.query();
    let shared = counted(ui, params, answer);
    let table = |name: &'static str, rows: &[Row]| Table {
        title: ui.t(name),
        csv: format!("/trends/{name}.csv{query}"),
        rows: rows.iter().take(ROWS).map(|row| table_row(ui, &shared, name, row)).collect(),
    };
    let (now, before) = (total(&answer.bins), total(&answer.before));
    let mut tables = vec![
        table("topic", &answer.topics),
        table("channel", &answer.channels),
        table("lang", &answer.langs),
    ];
    if answer.locations.len() > 1 || !answer.locations_elsewhere.is_empty() {
        let mut shops = table("location", &answer.locations);
        for (row, shown) in answer.locations.iter().zip(&mut shops.rows) {
            let part = answer.locations_elsewhere.iter().find(|part| part.key == row.key);
            shown.elsewhere = part.map(|part| ui.tn("trends-row-elsewhere", part.tally.count));
        }
        tables.insert(1, shops);
    }
    Shown {
        on: chips(ui, params, "/trends"),
        sentence: sentences(ui, answer, &now, &before).join(" "),
        tiles: tiles(ui, answer, &now, &before),
        volume: volume(ui, &answer.bins),
        small: small(ui, answer, bucket),
        stars: stars(ui, answer, bucket),
        topics: topics(ui, answer),
        tables,
        note: ui.tx(
            "trends-note",
            &[
                ("from", Arg::S(&ui.exact(answer.from))),
                ("until", Arg::S(&ui.exact(answer.until.min(ui.now)))),
            ],
        ) + &if answer.answers.elsewhere > 0 {
            format!(" {}", ui.tn("trends-elsewhere", answer.answers.elsewhere))
        } else {
            String::new()
        },
        csv: format!("/trends/days.csv{query}"),
    }
}

/// What changed most, in words; and that it may be chance where it may.
fn sentences(ui: &Ui, answer: &Answer, now: &Tally, before: &Tally) -> Vec<String> {
    if now.count + before.count == 0 {
        return vec![ui.t("trends-nothing")];
    }
    if let Some(first) = answer.since {
        let mut args = counts(now.complaints, before.complaints).to_vec();
        let day = ui.day(first);
        args.push(("v", Arg::S(&day)));
        return vec![ui.tx("trends-partial", &args)];
    }
    if now.complaints.max(before.complaints) < FEW {
        return vec![ui.tx("trends-few", &counts(now.complaints, before.complaints))];
    }
    let direction = |a: u64, b: u64| match (differs(a, b), a > b) {
        (false, _) => "same",
        (true, true) => "up",
        (true, false) => "down",
    };
    let key = format!("trends-complaints-{}", direction(now.complaints, before.complaints));
    let mut out = vec![ui.tx(&key, &counts(now.complaints, before.complaints))];
    // The topic whose complaints changed most, if that is more than chance.
    let changed = answer
        .topics
        .iter()
        .map(|row| {
            let was =
                answer.topics_before.iter().find(|b| b.key == row.key).map_or(0, |b| b.tally.complaints);
            (row, was)
        })
        .filter(|(row, was)| row.tally.complaints.max(*was) >= FEW && differs(row.tally.complaints, *was))
        .max_by_key(|(row, was)| row.tally.complaints.abs_diff(*was));
    if let Some((row, was)) = changed {
        let name = word(ui, "topic", &row.key);
        let key = format!("trends-topic-{}", direction(row.tally.complaints, was));
        let mut args = counts(row.tally.complaints, was).to_vec();
        args.push(("v", Arg::S(&name)));
        let mut text = ui.tx(&key, &args);
        let place = answer.locations.iter().filter(|l| !l.key.is_empty()).max_by_key(|l| l.tally.complaints);
        if let Some(place) =
            place.filter(|p| answer.locations.len() > 1 && p.tally.complaints * 2 > now.complaints)
        {
            text = format!("{text} {}", ui.tv("trends-mostly", &word(ui, "location", &place.key)));
        }
        out.push(text);
    }
    out
}

fn counts(now: u64, before: u64) -> [(&'static str, Arg<'static>); 2] {
    let number = |n: u64| Arg::N(i64::try_from(n).unwrap_or(i64::MAX));
    [("now", number(now)), ("before", number(before))]
}

fn tiles(ui: &Ui, answer: &Answer, now: &Tally, before: &Tally) -> Vec<Tile> {
    let comparable = answer.since.is_none();
    let was = |n: u64| if comparable { ui.tn("was", n) } else { String::new() };
    let share = |part: usize, whole: usize| {
        if whole == 0 { "–".to_owned() } else { ui.percent(part as f64 / whole as f64) }
    };
    let a = &answer.answers;
    let of = |part: usize, whole: usize| {
        ui.tx("n-of-n", &[("n", Arg::N(part as i64)), ("of", Arg::N(whole as i64))])
    };
    let mean = |t: &Tally| t.stars_mean().map_or_else(|| "–".to_owned(), |m| ui.num1(m));
    let tile =
        |label: &str, value: String, says: String| Tile { label: ui.tongue.text(label, &[]), value, says };
    vec![
        tile("mentions", ui.num(now.count), was(before.count)),
        tile("complaints", ui.num(now.complaints), was(before.complaints)),
        tile("tile-stars", mean(now), stars_says(ui, now)),
        tile("tile-norm", share(a.within_norm, a.cases), of(a.within_norm, a.cases)),
        tile("tile-answered", share(a.answered, a.cases), of(a.answered, a.cases)),
        tile("tile-promises", share(a.promises_kept, a.promises), of(a.promises_kept, a.promises)),
        tile("tile-reopened", share(a.reopened, a.closed), of(a.reopened, a.closed)),
    ]
}

/// The interval of the mean rating and the number of voices it rests on.
fn stars_says(ui: &Ui, tally: &Tally) -> String {
    let Some(mean) = tally.stars_mean() else { return String::new() };
    let (low, high) = interval(mean, tally.stars_count);
    let band = format!("{}–{}", ui.num1(low), ui.num1(high));
    let n = i64::try_from(tally.stars_count).unwrap_or(0);
    ui.tx("tile-stars-says", &[("v", Arg::S(&band)), ("n", Arg::N(n))])
}

fn name(ui: &Ui, at: Timestamp, bucket: Bucket) -> String {
    if bucket == Bucket::Hour { ui.moment(at) } else { ui.day(at) }
}

/// Four small curves on one scale.
fn small(ui: &Ui, answer: &Answer, bucket: Bucket) -> Vec<Html> {
    let first = answer.since;
    type Of = fn(&Tally) -> u64;
    let kinds: [(&'static str, &str, Of); 4] = [
        ("complaints", "complaints", |t| t.complaints),
        ("negative", "negative", |t| t.by_sentiment[0]),
        ("positive", "positive", |t| t.by_sentiment[2]),
        ("neutral", "neutral", |t| t.by_sentiment[1] + t.by_sentiment[3]),
    ];
    let all = answer.bins.iter().chain(&answer.before);
    let max = all.flat_map(|b| kinds.map(|(_, _, of)| of(&b.tally))).max().unwrap_or(0) as f64;
    kinds
        .into_iter()
        .map(|(id, class, of)| {
            let points: Vec<Point> = answer
                .bins
                .iter()
                .enumerate()
                .map(|(n, bin)| Point {
                    name: name(ui, bin.start, bucket),
                    // What has not come yet is not zero.
                    value: (bin.start <= ui.now).then(|| of(&bin.tally) as f64),
                    band: None,
                    before: answer
                        .before
                        .get(n)
                        .filter(|b| first.is_none_or(|first| b.start >= first))
                        .map(|b| of(&b.tally) as f64),
                })
                .collect();
            let title = ui.label("chart", id);
            let words = Words {
                id,
                says: ui.tv("chart-curve-says", &title),
                title,
                table: ui.t("chart-table"),
                heads: vec![ui.t("day"), ui.t("chart-now"), ui.t("chart-before")],
            };
            curve(&words, class, &points, max, &|v| ui.tongue.number(v, 0))
        })
        .collect()
}

/// The interval of a mean rating of which only sum and number are known: the widest that a scale from 1 to 5 allows
/// at that mean, so that it never promises more than it knows.
pub(crate) fn interval(mean: f64, n: u64) -> (f64, f64) {
    let variance = ((5.0 - mean) * (mean - 1.0)).max(0.0);
    let half = Z * (variance / (n.max(1) as f64)).sqrt();
    ((mean - half).max(1.0), (mean + half).min(5.0))
}

fn stars(ui: &Ui, answer: &Answer, bucket: Bucket) -> Html {
    let points: Vec<Point> = answer
        .bins
        .iter()
        .map(|bin| {
            let mean = bin.tally.stars_mean();
            Point {
                name: name(ui, bin.start, bucket),
                value: mean,
                band: mean.map(|m| interval(m, bin.tally.stars_count)),
                before: None,
            }
        })
        .collect();
    let words = Words {
        id: "stars",
        title: ui.t("chart-stars"),
        says: ui.t("chart-stars-says"),
        table: ui.t("chart-table"),
        heads: vec![ui.t("day"), ui.t("stars"), ui.t("chart-interval")],
    };
    rating(&words, &points, &|v| ui.num1(v))
}

fn topics(ui: &Ui, answer: &Answer) -> Html {
    let comparable = answer.since.is_none();
    let mut rows: Vec<&Row> =
        answer.topics.iter().filter(|row| !row.key.is_empty() && row.tally.complaints > 0).collect();
    rows.sort_by(|a, b| b.tally.complaints.cmp(&a.tally.complaints).then_with(|| a.key.cmp(&b.key)));
    let bars: Vec<Bar> = rows
        .into_iter()
        .take(TOPICS)
        .map(|row| Bar {
            name: word(ui, "topic", &row.key),
            now: row.tally.complaints,
            before: comparable.then(|| {
                answer.topics_before.iter().find(|b| b.key == row.key).map_or(0, |b| b.tally.complaints)
            }),
        })
        .collect();
    let words = Words {
        id: "topics",
        title: ui.t("chart-topics"),
        says: ui.t("chart-topics-says"),
        table: ui.t("chart-table"),
        heads: vec![ui.t("topic"), ui.t("chart-now"), ui.t("chart-before")],
    };
    compare(&words, &bars, &|v| ui.tongue.number(v, 0))
}

/// Positive minus negative, as a share of all.
pub(crate) fn balance(tally: &Tally) -> Option<f64> {
    let [negative, _, positive, _] = tally.by_sentiment;
    (tally.count > 0).then(|| (positive as f64 - negative as f64) / tally.count as f64)
}

/// What the tables count, as a link says it: the period in whole days, and no posts of ours.
fn counted(ui: &Ui, params: &Params, answer: &Answer) -> Params {
    let day = |at: Timestamp| at.to_zoned(ui.zone.clone()).date().to_string();
    let mut link = params.shared().with("own", Some("no"));
    if link.get("from").is_empty() {
        link = link.with("from", Some(&day(answer.from)));
    }
    if link.get("until").is_empty() {
        let last = answer.until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(answer.until);
        link = link.with("until", Some(&day(last)));
    }
    link
}

/// The link of a row. That of a shop is without what others have to solve, as its numbers are.
fn only(counted: &Params, name: &str, key: &str) -> Params {
    let link = counted.with(name, Some(key).filter(|k| !k.is_empty()));
    match (name, key) {
        ("location", "") => link.with("unlocated", Some("1")),
        ("location", "hq") => link,
        ("location", _) => link.with("elsewhere", Some("no")),
        _ => link,
    }
}

fn table_row(ui: &Ui, shared: &Params, name: &str, row: &Row) -> TableRow {
    let tally = &row.tally;
    let sign = |b: f64| format!("{}{} %", if b > 0.0 { "+" } else { "" }, ui.tongue.number(b * 100.0, 0));
    TableRow {
        elsewhere: None,
        // There is no way to ask for what has no topic.
        href: (name == "location" || !row.key.is_empty())
            .then(|| format!("/search{}", only(shared, name, &row.key).query())),
        name: word(ui, name, &row.key),
        count: ui.num(tally.count),
        complaints: ui.num(tally.complaints),
        balance: balance(tally).map_or_else(|| "–".to_owned(), sign),
        // A mean of a handful says nothing.
        stars: match tally.stars_mean() {
            Some(mean) if tally.stars_count >= FEW => ui.num1(mean),
            Some(_) => ui.t("too-few"),
            None => "–".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_row_asks_for_what_the_row_counts() {
        let ui = crate::ui::tests::ui(crate::locale::Tongue::Nl, gehoor_domain::user::Role::Lead);
        let page = crate::pages::trends::tests_page(ui, &Params::parse(Some("period=30&topic=delivery")));
        let shops = &page.trends.unwrap().tables[1];
        let links: Vec<_> = shops.rows.iter().map(|row| row.href.clone().unwrap()).collect();
        assert_eq!(
            links,
            [
                "/search?topic=delivery&own=no&from=2026-10-29&until=2026-11-27&location=utrecht&elsewhere=no",
                "/search?topic=delivery&own=no&from=2026-10-29&until=2026-11-27&unlocated=1",
            ]
        );
    }

    #[test]
    fn a_change_is_told_from_chance() {
        assert!(differs(96, 41));
        assert!(!differs(12, 9));
        assert!(!differs(0, 0));
    }

    #[test]
    fn a_period_before_which_nobody_listened_is_not_compared() {
        let ui = crate::ui::tests::ui(crate::locale::Tongue::Nl, gehoor_domain::user::Role::Lead);
        let mut answer = crate::pages::trends::tests_answer();
        for bin in &mut answer.before {
            bin.tally = Tally::default();
        }
        let params = Params::parse(Some("period=30"));
        let compared = shown(&ui, &params, &answer, Bucket::Day);
        assert!(compared.sentence.starts_with("Klachten namen toe: 0"), "{}", compared.sentence);
        answer.since = Some("2026-11-10T08:00:00Z".parse().unwrap());
        let alone = shown(&ui, &params, &answer, Bucket::Day);
        assert!(alone.sentence.ends_with("Gehoor luistert pas sinds 10 nov."), "{}", alone.sentence);
        assert!(alone.tiles.iter().all(|tile| !tile.says.starts_with("was")));
    }

    #[test]
    fn the_interval_of_a_rating_stays_on_the_scale_and_shrinks_with_more_voices() {
        let (low, high) = interval(3.0, 4);
        let (lower, higher) = interval(3.0, 400);
        assert!(low >= 1.0 && high <= 5.0 && low < lower && high > higher);
        assert_eq!(interval(5.0, 1), (5.0, 5.0));
    }
}
