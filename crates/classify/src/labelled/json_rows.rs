//! Rows from JSON: one object a line, one array, an array inside an object, or objects written over several lines.

use serde_json::Value;
use serde_json::value::RawValue;

use super::BadFile;
use super::lines::Lines;
use super::table::Record;

/// Names under which other programs put all rows of one object.
const WRAPPERS: [&str; 8] = ["data", "rows", "items", "records", "results", "examples", "texts", "documents"];

/// Reads rows from `content`, which begins with `{` or `[`.
///
/// # Errors
/// [`BadFile`] when there is no row that can be read.
pub(super) fn read(content: &str) -> Result<Vec<Record>, BadFile> {
    if content.trim_start().starts_with('[') {
        let rows: Vec<&RawValue> = serde_json::from_str(content)
            .map_err(|e| BadFile(format!("the file begins with `[` and is no JSON array: {e}")))?;
        return Ok(records(content, rows));
    }
    let mut lines = content.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let several = lines.next().is_some();
    if is_object(first) && several {
        return Ok(by_line(content));
    }
    let mut rows = Vec::new();
    for row in serde_json::Deserializer::from_str(content).into_iter::<&RawValue>() {
        match row {
            Ok(row) => rows.push(row),
            // The first line may be broken, and the others not.
            Err(_) if content.lines().any(is_object) => return Ok(by_line(content)),
            Err(e) => return Err(BadFile(format!("the file begins with `{{` and is not JSON: {e}"))),
        }
    }
    if let [only] = rows.as_slice()
        && let Some(inner) = wrapped(only)
    {
        return Ok(records(content, inner));
    }
    Ok(records(content, rows))
}

fn is_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
}

fn by_line(content: &str) -> Vec<Record> {
    let lines = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| Record { line: number + 1, cells: object(line) }).collect()
}

fn object(text: &str) -> Result<Value, String> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err("not a JSON object".to_owned()),
        Err(e) => Err(format!("not JSON: {e}")),
    }
}

fn records(content: &str, rows: Vec<&RawValue>) -> Vec<Record> {
    let mut lines = Lines::new(content);
    let place = |row: &RawValue| (row.get().as_ptr() as usize).saturating_sub(content.as_ptr() as usize);
    rows.into_iter().map(|row| Record { line: lines.of(place(row)), cells: object(row.get()) }).collect()
}

/// The rows inside one object that holds nothing but them and words about them.
fn wrapped(row: &RawValue) -> Option<Vec<&RawValue>> {
    let members: std::collections::HashMap<String, &RawValue> = serde_json::from_str(row.get()).ok()?;
    let rows = WRAPPERS.iter().find_map(|name| members.get(*name))?;
    let rows: Vec<&RawValue> = serde_json::from_str(rows.get()).ok()?;
    rows.iter().all(|row| row.get().starts_with('{')).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, expected: &[(usize, &str)]) {
        let rows = read(content).unwrap();
        let found: Vec<(usize, String)> = rows
            .iter()
            .map(|r| (r.line, r.cells.as_ref().map_or_else(|_| "–".to_owned(), |c| c["a"].to_string())))
            .collect();
        let found: Vec<(usize, &str)> = found.iter().map(|(line, a)| (*line, a.as_str())).collect();
        assert_eq!(found, expected, "{content}");
    }

    #[test]
    fn one_object_a_line_is_read_with_its_lines_and_broken_ones_are_passed() {
        check("\n{\"a\":1}\n\nx\n{\"a\":2}\n", &[(2, "1"), (4, "–"), (5, "2")]);
        check("{\"a\":\n{\"a\":2}\n", &[(1, "–"), (2, "2")]);
    }

    #[test]
    fn arrays_wrapped_arrays_and_objects_over_several_lines_are_rows_too() {
        check("[{\"a\":1},\n 5,\n {\"a\":2}]", &[(1, "1"), (2, "–"), (3, "2")]);
        check("{\"n\":2,\n\"data\":[\n{\"a\":1},\n{\"a\":2}]}", &[(3, "1"), (4, "2")]);
        check("{\n\"a\":1\n}\n{\n\"a\":2\n}", &[(1, "1"), (4, "2")]);
        check("{\"a\":1}", &[(1, "1")]);
    }

    #[test]
    fn what_is_no_json_is_refused_as_a_whole() {
        for content in ["[{\"a\":1}", "{\"a\":"] {
            assert!(read(content).unwrap_err().to_string().contains("JSON"), "{content}");
        }
    }
}
