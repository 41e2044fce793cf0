//! Rows from CSV, whatever parts its cells and whatever stands above its header.

use serde_json::{Map, Value};

use super::BadFile;
use super::lines::Lines;
use super::table::{Record, Table};

/// What may part cells; the first counts where two would do.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads rows from `content`. `known` tells whether a name is that of a column that is looked for. Without a header
/// the columns are named by their numbers, from 1.
///
/// # Errors
/// [`BadFile`] when not even the header can be read.
pub(super) fn read(content: &str, header: bool, known: &dyn Fn(&str) -> bool) -> Result<Table, BadFile> {
    let (start, stated) = above(content, header, known);
    let body = content.get(start..).unwrap_or_default();
    let separator = stated.unwrap_or_else(|| separator(body, known));
    let mut reader = reader(body, separator);
    let mut record = csv::StringRecord::new();
    let mut table = Table { is_csv: true, ..Table::default() };
    let mut lines = Lines::new(content);
    if header && reader.read_record(&mut record).map_err(|e| BadFile(format!("the header: {e}")))? {
        table.names = record.iter().map(|name| name.trim().to_owned()).collect();
    }
    loop {
        let line = lines.of(start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX - start));
        let cells = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                if !header && table.names.len() < record.len() {
                    table.names = (1..=record.len()).map(|n| n.to_string()).collect();
                }
                cells(&table.names, &record)
            }
            Err(e) => Err(e.to_string()),
        };
        table.records.push(Record { line, cells });
    }
    Ok(table)
}

fn reader(body: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(body.as_bytes())
}

fn cells(names: &[String], record: &csv::StringRecord) -> Result<Value, String> {
    if record.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(format!(
            "{} cells where the header has {}: a cell that holds the separator must stand in quotes",
            record.len(),
            names.len()
        ));
    }
    let filled = names.iter().zip(record.iter()).filter(|(_, cell)| !cell.trim().is_empty());
    let mut object = Map::new();
    for (name, cell) in filled {
        object.entry(name.as_str()).or_insert_with(|| Value::String(cell.to_owned()));
    }
    Ok(Value::Object(object))
}

/// Where the header begins: after blank lines, comments and the line with which Excel names the separator.
fn above(content: &str, header: bool, known: &dyn Fn(&str) -> bool) -> (usize, Option<u8>) {
    let (mut at, mut stated) = (0, None);
    for line in content.split_inclusive(['\n', '\r']) {
        let words = line.trim_matches(['\n', '\r', ' ', '"', '\u{feff}']);
        if let Some([mark]) = words.to_ascii_lowercase().strip_prefix("sep=").map(str::as_bytes) {
            stated = Some(*mark);
        } else {
            let blank = words.trim().is_empty() && !words.contains('\t');
            let comment = header && words.starts_with('#') && recognised(words, known) == 0;
            if !blank && !comment {
                break;
            }
        }
        at += line.len();
    }
    (at, stated)
}

fn recognised(line: &str, known: &dyn Fn(&str) -> bool) -> usize {
    SEPARATORS.iter().map(|mark| first(line, *mark).filter(|name| known(name)).count()).max().unwrap_or(0)
}

fn first(body: &str, separator: u8) -> impl Iterator<Item = String> {
    let record = reader(body, separator).into_records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// The separator that gives the most columns that are looked for, and else the most columns.
fn separator(body: &str, known: &dyn Fn(&str) -> bool) -> u8 {
    let worth = |mark: u8| (first(body, mark).filter(|name| known(name)).count(), first(body, mark).count());
    SEPARATORS.into_iter().rev().max_by_key(|mark| worth(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, names: &[&str], lines: &[usize]) -> Table {
        let table = read(content, true, &|name| matches!(name.trim(), "text" | "complaint")).unwrap();
        assert_eq!(table.names, names, "{content}");
        assert_eq!(table.records.iter().map(|r| r.line).collect::<Vec<_>>(), lines, "{content}");
        table
    }

    #[test]
    fn four_separators_are_told_apart_by_the_columns_they_give() {
        for mark in [",", ";", "\t", "|"] {
            let table =
                check(&format!("text{mark}complaint\n\"a{mark}b\"{mark}1\n"), &["text", "complaint"], &[2]);
            assert_eq!(table.records[0].cells.as_ref().unwrap()["text"], format!("a{mark}b"));
        }
        check("\"a,b,c,d\";text;complaint\nx;y;1\n", &["a,b,c,d", "text", "complaint"], &[2]);
    }

    #[test]
    fn what_stands_above_the_header_is_passed_and_lines_are_those_of_the_file() {
        check("sep=;\ntext;complaint\n\na;1\n", &["text", "complaint"], &[4]);
        check(
            "\n\n# made by, a tool\ntext,complaint\r\n\"a\r\nb\",1\r\nc,0\r\n",
            &["text", "complaint"],
            &[5, 7],
        );
        check("#,text,complaint\n1,a,1\n", &["#", "text", "complaint"], &[2]);
        check("text,complaint\ra,1\rb,0\r", &["text", "complaint"], &[2, 3]);
    }

    #[test]
    fn a_row_with_more_cells_than_the_header_is_refused_and_empty_ends_are_not() {
        let table = check("text,complaint\nhello, you,1\na,1,,\n", &["text", "complaint"], &[2, 3]);
        assert!(table.records[0].cells.as_ref().unwrap_err().contains("3 cells"));
        assert!(table.records[1].cells.is_ok());
    }

    #[test]
    fn without_a_header_columns_have_numbers() {
        let table = read("a,1\nb,0\n", false, &|_| false).unwrap();
        assert_eq!((table.names.as_slice(), table.records.len()), (&["1".to_owned(), "2".to_owned()][..], 2));
    }
}
