//! A file as rows with named cells, whatever it was written in.

use std::collections::HashSet;

use serde_json::Value;

use super::{BadFile, csv_rows, json_rows};

/// Names inside other fields that are kept: dictionaries of one entry a row have no end of them.
const MOST_INNER: usize = 200;

/// One row: where it begins, and its cells as a JSON object or why there are none.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Result<Value, String>,
}

/// All rows of a file.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The columns in the order in which they are met; in CSV a name may stand twice.
    pub(super) names: Vec<String>,
    /// Fields of the objects inside a row, one level in, as `outer.inner`.
    pub(super) inner: Vec<String>,
    pub(super) records: Vec<Record>,
    /// Whether an empty cell can stand for "none".
    pub(super) is_csv: bool,
}

/// Reads the rows of a text. What it holds decides how, not what the file is called.
///
/// # Errors
/// [`BadFile`] when there are none.
pub(super) fn table(content: &str, header: bool, known: &dyn Fn(&str) -> bool) -> Result<Table, BadFile> {
    if content.trim_start().starts_with(['{', '[']) {
        let mut table = Table { records: json_rows::read(content)?, ..Table::default() };
        table.collect_names();
        return Ok(table);
    }
    csv_rows::read(content, header, known)
}

impl Table {
    fn collect_names(&mut self) {
        let (mut seen, mut inside) = (HashSet::new(), HashSet::new());
        for row in self.records.iter().filter_map(|r| r.cells.as_ref().ok()?.as_object()) {
            for (name, value) in row {
                if !seen.contains(name.as_str()) {
                    seen.insert(name.as_str());
                    self.names.push(name.clone());
                }
                for key in value.as_object().into_iter().flat_map(|o| o.keys()) {
                    let path = format!("{name}.{key}");
                    if inside.len() < MOST_INNER && inside.insert(path.clone()) {
                        self.inner.push(path);
                    }
                }
            }
        }
    }

    /// The rows that could be read, with their lines.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.records.iter().filter_map(|r| Some((r.line, r.cells.as_ref().ok()?)))
    }
}
