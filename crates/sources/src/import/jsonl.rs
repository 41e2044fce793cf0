//! JSON Lines: one object a line, keys as columns, objects within it as `author.name`.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::mapping::Columns;
use super::{Import, ImportError, MAX_ROW, Options, Row, RowProblem};
use crate::raw::bytes;

/// Objects within objects that become columns.
const MOST_LEVELS: usize = 4;

/// Gives the rows of a file.
pub(super) fn read(file: impl Read + Send + 'static, options: Options) -> Result<Import, ImportError> {
    let rows =
        Rows { file: BufReader::new(file), options, last: None, line: 0, row: 0, offset: 0, ended: false };
    Ok(Import { mapped: Vec::new(), rows: Box::new(rows) })
}

struct Rows<R> {
    file: BufReader<R>,
    options: Options,
    /// The keys of the row before and what they mean: most files have the same keys in every row.
    last: Option<(Vec<String>, Columns)>,
    line: u64,
    row: u64,
    offset: u64,
    ended: bool,
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while !self.ended {
            let byte_offset = self.offset;
            let mut line = Vec::new();
            let read = self.file.by_ref().take(MAX_ROW).read_until(b'\n', &mut line);
            self.line += 1;
            let length = match read {
                Ok(0) => return None,
                Ok(length) => u64::try_from(length).unwrap_or(u64::MAX),
                Err(error) => {
                    self.ended = true;
                    let reason =
                        format!("reading failed ({}); the rest of the file was not read", error.kind());
                    return Some(self.answer(byte_offset, Err(RowProblem { reason })));
                }
            };
            self.offset += length;
            let too_long = length >= MAX_ROW && !line.ends_with(b"\n");
            if too_long {
                self.skip_line();
            }
            let text = bytes::mended_utf8(&line);
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if text.is_empty() {
                continue;
            }
            if self.row < self.options.skip_rows {
                self.row += 1;
                continue;
            }
            let result = match too_long {
                true => Err(RowProblem { reason: format!("the line is longer than {MAX_ROW} bytes") }),
                false => self.draft(text),
            };
            return Some(self.answer(byte_offset, result));
        }
        None
    }
}

impl<R: Read> Rows<R> {
    fn answer(&mut self, byte_offset: u64, result: Result<gehoor_domain::mention::Draft, RowProblem>) -> Row {
        self.row += 1;
        Row { row: self.row, line: self.line, byte_offset, result }
    }

    /// Passes over the rest of a line without keeping it.
    fn skip_line(&mut self) {
        loop {
            let (length, ends) = match self.file.fill_buf() {
                Ok([]) | Err(_) => return,
                Ok(ready) => match ready.iter().position(|b| *b == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (ready.len(), false),
                },
            };
            self.file.consume(length);
            self.offset += u64::try_from(length).unwrap_or(0);
            if ends {
                return;
            }
        }
    }

    fn draft(&mut self, text: &str) -> Result<gehoor_domain::mention::Draft, RowProblem> {
        let problem = |reason: String| RowProblem { reason };
        let value: Value = serde_json::from_str(text)
            .map_err(|e| problem(format!("it is not well-formed JSON (column {})", e.column())))?;
        let Value::Object(object) = value else {
            return Err(problem("it is no JSON object".to_owned()));
        };
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        flatten(&object, "", 0, &mut keys, &mut values);
        let columns = match &self.last {
            Some((known, columns)) if *known == keys => columns.clone(),
            _ => {
                let columns = self.options.mapping.resolve(&keys).map_err(|e| problem(e.to_string()))?;
                self.last = Some((keys, columns.clone()));
                columns
            }
        };
        columns.draft(|at| values.get(at).map(String::as_str), &self.options)
    }
}

/// Keys and values of an object; lists and nulls are no columns.
fn flatten(
    object: &Map<String, Value>,
    prefix: &str,
    level: usize,
    keys: &mut Vec<String>,
    values: &mut Vec<String>,
) {
    for (key, value) in object {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let text = match value {
            Value::Object(inner) if level < MOST_LEVELS => {
                flatten(inner, &key, level + 1, keys, values);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(bool) => bool.to_string(),
            _ => continue,
        };
        keys.push(key);
        values.push(text);
    }
}
