//! `/trends/{what}.csv`: the numbers of the charts and tables, now and in the period before.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use gehoor_search::{Row, Tally};

use super::file;
use super::sheet::{Cell, head, lines};
use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::pages::trends::asked;
use crate::params::Params;
use crate::view::trends::interval;

const NUMBERS: [&str; 10] = [
    "mentions",
    "complaints",
    "negative",
    "neutral",
    "positive",
    "mixed",
    "stars_mean",
    "stars_low",
    "stars_high",
    "stars_count",
];

/// `GET /trends/{what}.csv`; `what` is `days`, `topic`, `location`, `channel` or `lang`.
pub(crate) async fn csv(
    State(web): State<Web>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let what = name.strip_suffix(".csv").ok_or(Fail::NotFound)?;
    let query = asked(&Params::parse(query.as_deref()), &web.inner.zone, reader.ui.now)?;
    let trends = web.engine().trends(&reader.viewer, &query).await?;
    let rows = match what {
        "days" => {
            let all =
                trends.before.iter().map(|b| ("before", b)).chain(trends.bins.iter().map(|b| ("now", b)));
            let rows = all.map(|(period, bin)| {
                let mut row = vec![Cell::plain(period), Cell::plain(bin.start), Cell::plain(bin.end)];
                row.extend(numbers(&bin.tally));
                row
            });
            table(&["period", "start", "end"], rows.collect())
        }
        "topic" => {
            let now = trends.topics.iter().map(|r| ("now", r));
            let before = trends.topics_before.iter().map(|r| ("before", r));
            let rows = now.chain(before).map(|(period, row)| {
                let mut cells = vec![Cell::plain(period), Cell::plain(&row.key)];
                cells.extend(numbers(&row.tally));
                cells
            });
            table(&["period", "topic"], rows.collect())
        }
        "location" => shops(&trends.locations, &trends.locations_elsewhere),
        "channel" => keyed("channel", &trends.channels),
        "lang" => keyed("lang", &trends.langs),
        _ => return Err(Fail::NotFound),
    };
    Ok(file(rows, "text/csv; charset=utf-8; header=present", &format!("trends-{what}.csv"), reader.ui.now))
}

fn keyed(name: &str, rows: &[Row]) -> Vec<u8> {
    let rows = rows.iter().map(|row| {
        let mut cells = vec![Cell::plain(&row.key)];
        cells.extend(numbers(&row.tally));
        cells
    });
    table(&[name], rows.collect())
}

/// Shops with, last, how many mentions are in none of their numbers because others have to solve them.
fn shops(rows: &[Row], elsewhere: &[Row]) -> Vec<u8> {
    let names: Vec<&str> = ["location"].into_iter().chain(NUMBERS).chain(["elsewhere"]).collect();
    let rows = rows.iter().map(|row| {
        let part = elsewhere.iter().find(|part| part.key == row.key).map_or(0, |part| part.tally.count);
        let mut cells = vec![Cell::plain(&row.key)];
        cells.extend(numbers(&row.tally));
        cells.push(Cell::plain(part));
        cells
    });
    lines(std::iter::once(head(&names)).chain(rows))
}

fn table(names: &[&str], rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let first = head(&names.iter().chain(&NUMBERS).copied().collect::<Vec<_>>());
    lines(std::iter::once(first).chain(rows))
}

fn numbers(tally: &Tally) -> Vec<Cell> {
    let mean = tally.stars_mean();
    let band = mean.map(|m| interval(m, tally.stars_count));
    let two = |v: f64| format!("{v:.2}");
    let mut out = vec![Cell::plain(tally.count), Cell::plain(tally.complaints)];
    out.extend(tally.by_sentiment.iter().map(Cell::plain));
    out.push(Cell::maybe(mean.map(two)));
    out.push(Cell::maybe(band.map(|b| two(b.0))));
    out.push(Cell::maybe(band.map(|b| two(b.1))));
    out.push(Cell::plain(tally.stars_count));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shops_line_says_how_much_others_have_to_solve() {
        let row = |key: &str, count| Row { key: key.into(), tally: Tally { count, ..Tally::default() } };
        let file = shops(&[row("gouda", 4), row("zwolle", 2)], &[row("zwolle", 3)]);
        let text = String::from_utf8(file).unwrap();
        let ends: Vec<_> = text.lines().map(|line| line.trim_end().rsplit(',').next().unwrap()).collect();
        assert_eq!(ends, ["elsewhere", "0", "3"]);
    }
}
