//! Labelled texts from JSONL or CSV, with the columns named as the file names them.

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Intent, Responsible, Sentiment, Signal};
use gehoor_domain::mention::Channel;
use serde_json::Value;

use crate::labels::Labels;
use crate::weak;

/// One text and what people said about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labelled {
    /// As written.
    pub text: String,
    /// ISO 639-1, where the file says so.
    pub lang: Option<String>,
    /// Rating out of five.
    pub stars: Option<f64>,
    /// Where it stood.
    pub channel: Option<Channel>,
    /// The labels.
    pub labels: Labels,
    /// How much it counts in training: 1 for texts labelled for this purpose, less for labels that only hint.
    pub weight: f32,
    /// The file it came from; figures are measured across files.
    pub source: String,
}

/// What a text weighs whose labels say what is asked: only such texts are measured and calibrated on.
pub const FULL: f32 = 1.0;
/// The most that a text with labels that only hint may weigh.
const ALMOST_FULL: f32 = 0.99;

impl Labelled {
    /// Whether its labels were made for this purpose.
    #[must_use]
    pub fn counts_in_full(&self) -> bool {
        self.weight >= FULL
    }

    /// Weighs a text whose labels only hint `factor` times as much, but never in full. Others stay as they are.
    pub fn weigh_hint(&mut self, factor: f32) {
        if !self.counts_in_full() {
            self.weight = (self.weight * factor).min(ALMOST_FULL);
        }
    }
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Line (JSONL) or record (CSV) in the file, from 1.
    pub line: usize,
    /// What is wrong; holds no text of the row.
    pub why: String,
}

/// Which column or field holds what. The default names are those of the corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: BTreeMap<String, String>,
}

/// The fields that can be mapped.
pub const FIELDS: [&str; 11] = [
    "text",
    "lang",
    "stars",
    "channel",
    "sentiment",
    "intent",
    "complaint",
    "severity",
    "topics",
    "signals",
    "responsible",
];

impl Columns {
    /// Says that `field` (one of [`FIELDS`]) stands in the column `name`. `false` when there is no such field.
    pub fn map(&mut self, field: &str, name: &str) -> bool {
        let known = FIELDS.contains(&field);
        if known {
            self.names.insert(field.to_owned(), name.to_owned());
        }
        known
    }
    fn name<'a>(&'a self, field: &'a str) -> &'a str {
        self.names.get(field).map_or(field, String::as_str)
    }
}

/// Reads JSON Lines. Rows that cannot be used are listed, never fatal.
#[must_use]
pub fn read_jsonl(content: &str, source: &str, columns: &Columns) -> (Vec<Labelled>, Vec<Refused>) {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for (number, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let row = serde_json::from_str::<Value>(line)
            .map_err(|e| format!("not JSON: {e}"))
            .and_then(|value| row(&value, source, columns));
        match row {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => {}
            Err(why) => refused.push(Refused { line: number + 1, why }),
        }
    }
    (rows, refused)
}

/// Reads corrections as `gehoor export corrections` writes them: what a person set and nothing else, all in full weight.
/// Nothing is concluded from stars or from what is missing.
#[must_use]
pub fn read_corrections(content: &str) -> (Vec<Labelled>, Vec<Refused>) {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for (number, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row = serde_json::from_str::<Value>(line)
            .map_err(|e| format!("not JSON: {e}"))
            .and_then(|value| said(&value, "corrections", &Columns::default()));
        match row {
            Ok(row) if row.labels == Labels::default() => {
                refused.push(Refused { line: number + 1, why: "nothing is corrected in it".to_owned() });
            }
            Ok(row) => rows.push(row),
            Err(why) => refused.push(Refused { line: number + 1, why }),
        }
    }
    (rows, refused)
}

/// The mark between cells: the one that the header has most of, of comma, semicolon and tab.
fn separator(content: &str) -> u8 {
    let header = content.lines().next().unwrap_or_default();
    let count = |mark: u8| header.bytes().filter(|b| *b == mark).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// Reads CSV (comma, semicolon or tab) with a header line. Rows that cannot be used are listed, never fatal.
#[must_use]
pub fn read_csv(content: &str, source: &str, columns: &Columns) -> (Vec<Labelled>, Vec<Refused>) {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(content))
        .flexible(true)
        .from_reader(content.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => return (rows, vec![Refused { line: 1, why: e.to_string() }]),
    };
    for (number, record) in reader.records().enumerate() {
        let parsed = record.map_err(|e| e.to_string()).and_then(|record| {
            let cells = header.iter().zip(record.iter()).filter(|(_, cell)| !cell.trim().is_empty());
            let object =
                cells.map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned()))).collect();
            row(&Value::Object(object), source, columns)
        });
        match parsed {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => {}
            Err(why) => refused.push(Refused { line: number + 1, why }),
        }
    }
    (rows, refused)
}

fn row(value: &Value, source: &str, columns: &Columns) -> Result<Option<Labelled>, String> {
    Ok(weak::complete(value, said(value, source, columns)?))
}

/// What the row says itself.
fn said(value: &Value, source: &str, columns: &Columns) -> Result<Labelled, String> {
    let cell = |field: &str| value.get(columns.name(field)).filter(|v| !v.is_null());
    let text = cell("text").and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    let text = text.ok_or_else(|| format!("the field `{}` is missing or empty", columns.name("text")))?;
    let mut labels = Labels {
        sentiment: choice(cell("sentiment"), "sentiment", Sentiment::parse)?,
        responsible: choice(cell("responsible"), "responsible", Responsible::parse)?,
        complaint: cell("complaint").map(yes_no).transpose()?,
        severity: cell("severity")
            .map(|v| number(v, "severity"))
            .transpose()?
            .map(|n| n.clamp(0.0, 3.0) as u8),
        topics: cell("topics").map(list),
        signals: cell("signals").map(|v| list(v).iter().filter_map(|s| Signal::parse(s)).collect()),
        intent: None,
    };
    let mut row = Labelled {
        text: text.to_owned(),
        lang: cell("lang").and_then(Value::as_str).map(str::to_owned),
        stars: cell("stars").map(|v| number(v, "stars")).transpose()?,
        channel: cell("channel").and_then(Value::as_str).and_then(Channel::parse),
        weight: FULL,
        source: source.to_owned(),
        labels: Labels::default(),
    };
    // Other sets call other things an intent; only our own five count.
    labels.intent = cell("intent").and_then(Value::as_str).and_then(Intent::parse);
    row.labels = labels;
    Ok(row)
}

fn choice<T>(
    value: Option<&Value>,
    field: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    let Some(text) = value.and_then(Value::as_str) else { return Ok(None) };
    match text.trim().to_lowercase().as_str() {
        "" => Ok(None),
        word => parse(word).map(Some).ok_or_else(|| format!("`{field}` holds an unknown label")),
    }
}

fn yes_no(value: &Value) -> Result<bool, String> {
    let text = match value {
        Value::Bool(yes) => return Ok(*yes),
        Value::Number(n) => n.to_string(),
        Value::String(s) => s.trim().to_lowercase(),
        _ => String::new(),
    };
    match text.as_str() {
        "1" | "1.0" | "true" | "yes" | "ja" | "complaint" => Ok(true),
        "0" | "0.0" | "false" | "no" | "nee" | "non-complaint" => Ok(false),
        _ => Err("`complaint` is neither yes nor no".to_owned()),
    }
}

fn number(value: &Value, field: &str) -> Result<f64, String> {
    let parsed = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().replace(',', ".").parse().ok(),
        _ => None,
    };
    parsed.filter(|n| n.is_finite()).ok_or_else(|| format!("`{field}` is not a number"))
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(s) => s
            .split([',', ';', '|', ' '])
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_correction_says_what_a_person_set_and_stars_conclude_nothing() {
        let (rows, refused) = read_corrections(
            "{\"text\":\"tja\",\"stars\":1,\"severity\":3}\n{\"text\":\"nee\",\"sentiment\":\"neutral\"}\n{\"text\":\"niets\"}\n",
        );
        let labels: Vec<_> =
            rows.iter().map(|r| (r.labels.intent, r.labels.severity, r.labels.complaint)).collect();
        assert_eq!(labels, [(None, Some(3), None), (None, None, None)]);
        assert!(rows.iter().all(|r| (r.weight - 1.0).abs() < f32::EPSILON), "in full weight");
        assert_eq!(refused.iter().map(|r| r.line).collect::<Vec<_>>(), [3]);
    }

    use super::*;

    #[test]
    fn a_row_of_the_corpus_is_read_whole() {
        let line = r#"{"text":"Bank kapot","lang":"nl","channel":"review","stars":1,"sentiment":"negative","intent":"complaint","severity":2,"topics":["product.defect"],"signals":["long_wait"],"responsible":"location"}"#;
        let (rows, refused) = read_jsonl(line, "a", &Columns::default());
        assert!(refused.is_empty());
        let row = &rows[0];
        assert_eq!((row.stars, row.channel, row.weight), (Some(1.0), Some(Channel::Review), 1.0));
        assert_eq!(row.labels.intent, Some(Intent::Complaint));
        assert_eq!(row.labels.signals, Some(vec![Signal::LongWait]));
        assert_eq!(row.labels.is_complaint(), Some(true));
    }

    #[test]
    fn csv_columns_can_have_other_names() {
        let mut columns = Columns::default();
        assert!(columns.map("text", "tekst") && columns.map("complaint", "klacht") && !columns.map("x", "y"));
        let csv = "tekst,klacht,topics\n\"Bank, kapot\",ja,a.b;c.d\n,nee,\nx,misschien,\n";
        let (rows, refused) = read_csv(csv, "a", &columns);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].labels.complaint, Some(true));
        assert_eq!(rows[0].labels.topics, Some(vec!["a.b".to_owned(), "c.d".to_owned()]));
        assert_eq!(refused.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3]);
        assert!(!refused[1].why.contains("misschien"));
    }

    #[test]
    fn cells_may_be_parted_by_semicolons_or_tabs() {
        for csv in ["text;complaint\nBank, kapot;1\n", "text\tcomplaint\nBank, kapot\t1\n"] {
            let (rows, refused) = read_csv(csv, "a", &Columns::default());
            assert!(refused.is_empty() && rows[0].text == "Bank, kapot", "{csv}");
        }
    }
}
