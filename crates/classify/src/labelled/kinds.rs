//! What only a whole column tells: which numbers stand for which feeling, whether a scale is ours, whether empty means
//! "none".

use gehoor_domain::assessment::Sentiment;
use serde_json::Value;

use super::columns::Places;
use super::numbers::{number, stars};
use super::table::Table;
use super::{BadFile, topics, words};

/// What is told by whole columns. By default nothing is.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    /// Which number is which feeling.
    feelings: Vec<(f64, Sentiment)>,
    /// Fields whose empty cells mean "none".
    pub(super) empty_is_none: Vec<&'static str>,
    /// What was decided, for people.
    pub(super) notices: Vec<String>,
}

impl Kinds {
    /// Looks at the columns of a file, and leaves out of `places` what is no column of ours after all.
    ///
    /// # Errors
    /// [`BadFile`] when severities are on a scale that is not ours: those that look like ours would be misread.
    pub(super) fn of(table: &Table, places: &mut Places) -> Result<Self, BadFile> {
        let mut kinds = Self::default();
        kinds.find_feelings(&cells(table, places, "sentiment"));
        scale_of_severity(&cells(table, places, "severity"))?;
        if let Some(why) = not_of_five(&cells(table, places, "stars")) {
            kinds.leave_out("stars", &why, places);
        }
        for (field, known) in [
            ("topics", (|cell| !topics::topics(cell).known.is_empty()) as fn(&Value) -> bool),
            ("signals", |cell| !topics::signals(cell).known.is_empty()),
        ] {
            let found = cells(table, places, field);
            let filled: Vec<&Value> = found.into_iter().filter(|cell| is_filled(cell)).collect();
            let strange = filled.iter().filter(|cell| !known(cell)).count();
            if strange * 2 > filled.len() {
                let why = format!("{strange} of {} cells hold none of our {field}", filled.len());
                kinds.leave_out(field, &why, places);
            } else if table.is_csv && !filled.is_empty() {
                kinds.empty_is_none.push(field);
            }
        }
        Ok(kinds)
    }

    /// The feeling in a cell.
    pub(super) fn sentiment(&self, cell: &Value) -> Option<Sentiment> {
        match number(cell) {
            Some(n) => self.feelings.iter().find(|(number, _)| *number == n).map(|(_, feeling)| *feeling),
            None => cell.as_str().and_then(words::sentiment),
        }
    }

    fn find_feelings(&mut self, cells: &[&Value]) {
        use Sentiment::{Negative, Neutral, Positive};
        let numbers: Option<Vec<f64>> = cells.iter().map(|cell| number(cell)).collect();
        let Some(numbers) = numbers else { return };
        let only = |allowed: &[f64]| numbers.iter().all(|n| allowed.contains(n));
        let has = |n: f64| numbers.contains(&n);
        let (feelings, said) = if has(-1.0) && only(&[-1.0, 0.0, 1.0]) {
            (vec![(-1.0, Negative), (0.0, Neutral), (1.0, Positive)], "-1 negative, 0 neutral, 1 positive")
        } else if has(0.0) && has(1.0) && only(&[0.0, 1.0]) {
            (vec![(0.0, Negative), (1.0, Positive)], "0 negative, 1 positive")
        } else if has(2.0) && only(&[0.0, 1.0, 2.0]) {
            (vec![(0.0, Negative), (1.0, Neutral), (2.0, Positive)], "0 negative, 1 neutral, 2 positive")
        } else if has(4.0) && only(&[0.0, 2.0, 4.0]) {
            (vec![(0.0, Negative), (2.0, Neutral), (4.0, Positive)], "0 negative, 2 neutral, 4 positive")
        } else {
            return;
        };
        self.feelings = feelings;
        self.notices.push(format!("the numbers for sentiment are read as {said}"));
    }

    fn leave_out(&mut self, field: &str, why: &str, places: &mut Places) {
        let column = places.get(field).map(|place| place.column.clone()).unwrap_or_default();
        places.leave_out(field);
        self.notices.push(format!("`{column}` is not read as {field}: {why}"));
    }
}

fn cells<'a>(table: &'a Table, places: &Places, field: &str) -> Vec<&'a Value> {
    let Some(place) = places.get(field) else { return Vec::new() };
    table.rows().filter_map(|(_, row)| place.of(row)).filter(|cell| !words::is_missing(cell)).collect()
}

fn is_filled(cell: &Value) -> bool {
    match cell {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::String(text) => !matches!(text.trim(), "" | "[]" | "-"),
        _ => true,
    }
}

/// More than one severity in ten above 3: then 3 is not the worst of that scale.
fn scale_of_severity(cells: &[&Value]) -> Result<(), BadFile> {
    let numbers: Vec<f64> = cells.iter().filter_map(|cell| number(cell)).collect();
    let above = numbers.iter().filter(|n| **n > 3.0).count();
    if above * 10 <= numbers.len() {
        return Ok(());
    }
    let worst = numbers.iter().copied().fold(f64::MIN, f64::max);
    Err(BadFile(format!(
        "severity is 0 to 3, and {above} of {} cells are above it, up to {worst}: it is another scale. Convert it (0 no \
         complaint, 1 annoyance, 2 a real loss, 3 acute), or leave it out with --map severity=",
        numbers.len()
    )))
}

/// More than one rating in twenty above five: then five is not the best of that scale.
fn not_of_five(cells: &[&Value]) -> Option<String> {
    let numbers: Vec<f64> = cells.iter().filter_map(|cell| stars(cell)).collect();
    let above = numbers.iter().filter(|n| **n > 5.0).count();
    let best = numbers.iter().copied().fold(f64::MIN, f64::max);
    let scale = if best <= 10.0 { "0 to 10" } else { "0 to 100" };
    (above * 20 > numbers.len()).then(|| {
        format!("stars are 1 to 5, and {above} of {} cells are above it (a scale of {scale}?)", numbers.len())
    })
}
