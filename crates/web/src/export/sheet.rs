//! CSV that a spreadsheet can open without harm: a cell of foreign text that a spreadsheet would take for a formula
//! gets a `'` before it (OWASP, "CSV Injection").

/// A cell.
pub(crate) enum Cell {
    /// Text from outside: made harmless.
    Text(String),
    /// A number, a time or a label of ours: as it is.
    Plain(String),
}

impl Cell {
    /// Foreign text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }
    /// Something of ours.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and references are handed over alike")]
    pub(crate) fn plain(value: impl ToString) -> Self {
        Cell::Plain(value.to_string())
    }
    /// Something of ours that may be missing.
    pub(crate) fn maybe(value: Option<impl ToString>) -> Self {
        Cell::Plain(value.map(|v| v.to_string()).unwrap_or_default())
    }
    fn written(self) -> String {
        match self {
            Cell::Plain(text) => text,
            Cell::Text(text) => harmless(text),
        }
    }
}

fn harmless(text: String) -> String {
    // Spreadsheets skip blanks before they look for a formula, and some take full-width signs for the narrow ones.
    let first = text.trim_start().chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠'))
        || text.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text }
}

/// Lines of CSV.
pub(crate) fn lines(rows: impl IntoIterator<Item = Vec<Cell>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = writer.write_record(row.into_iter().map(Cell::written));
    }
    writer.into_inner().unwrap_or_default()
}

/// The first line.
pub(crate) fn head(names: &[&str]) -> Vec<Cell> {
    names.iter().map(|n| Cell::plain(*n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_text() {
        for bad in ["=1+1", "+31 6", "-2", "@SUM(A1)", " =cmd|' /C calc'!A0", "\t=1", "\r\n=1", "＝1"] {
            let line = String::from_utf8(lines([vec![Cell::text(bad)]])).unwrap();
            assert!(line.trim_start_matches('"').starts_with('\''), "{bad:?} → {line:?}");
        }
        assert_eq!(
            lines([vec![Cell::plain(-3), Cell::text("a \"b\", c\n"), Cell::text("3 = 3")]]),
            b"-3,\"a \"\"b\"\", c\n\",3 = 3\r\n"
        );
    }
}
