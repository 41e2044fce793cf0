//! What people really have on their disks.

use std::io::{Cursor, Write};

use super::*;

fn rows(format: Format, bytes: &[u8], options: Options) -> Vec<Row> {
    read(format, Cursor::new(bytes.to_vec()), options).unwrap().rows.collect()
}

fn csv(text: &str) -> Vec<Row> {
    rows(Format::Csv, text.as_bytes(), Options::default())
}

fn texts(rows: &[Row]) -> Vec<&str> {
    rows.iter().filter_map(|r| r.result.as_ref().ok()).map(|d| d.text.as_str()).collect()
}

fn reasons(rows: &[Row]) -> Vec<(u64, &str)> {
    rows.iter().filter_map(|r| Some((r.line, r.result.as_ref().err()?.reason.as_str()))).collect()
}

fn map(pairs: &[&str]) -> Options {
    Options { mapping: Mapping::parse(pairs.iter().copied()).unwrap(), ..Options::default() }
}

#[test]
fn a_dutch_spreadsheet_is_read_without_settings() {
    let file = b"\xef\xbb\xbfDatum;Naam;Cijfer;Opmerking;Vestiging\r\n2024-05-01;Jan;4,5;\"Kapot\r\ngeleverd; \"\"alweer\"\"\";Haarlem\r\n";
    let rows = rows(Format::Csv, file, Options::default());
    insta::assert_json_snapshot!(rows[0].result.as_ref().unwrap());
    assert_eq!((rows[0].row, rows[0].line, rows[0].byte_offset), (1, 2, 42));
}

#[test]
fn separators_and_encodings_are_found_out() {
    for separator in [",", ";", "\t", "|"] {
        let text = ["text", "rating\na b", "3\n"].join(separator);
        assert_eq!(texts(&csv(&text)), ["a b"], "{separator:?}");
    }
    assert_eq!(texts(&csv("sep=;\ntekst;cijfer\na, b;3")), ["a, b"]);
    assert_eq!(texts(&rows(Format::Csv, b"text\ncaf\xe9 \x80 5", Options::default())), ["café € 5"]);
    let wide: Vec<u8> =
        "\u{feff}text\tStar Rating\ncafé\t2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(texts(&rows(Format::Csv, &wide, Options::default())), ["café"]);
}

#[test]
fn a_bad_row_is_reported_with_its_line_and_the_rest_is_read() {
    let rows =
        csv("text,rating,date\ngoed,5,2024-05-01\n\"twee\nregels\",9,\nx,3,03-04-2024\n,,\na,b,c,d\nkort\n");
    assert_eq!(texts(&rows), ["goed", "kort"]);
    insta::assert_json_snapshot!(reasons(&rows));
}

#[test]
fn lines_are_counted_as_an_editor_shows_them() {
    for end in ["\n", "\r\n"] {
        let file = ["text", "", "a", "\"b", "b\"", "", "", "c", "d", ""].join(end);
        let lines: Vec<u64> = csv(&file).iter().map(|r| r.line).collect();
        assert_eq!(lines, [3, 4, 8, 9], "{end:?}");
    }
}

#[test]
fn dates_of_one_form_need_that_form_and_a_zone() {
    let options = Options {
        date_format: Some("%d-%m-%Y %H:%M".to_owned()),
        zone: TimeZone::get("Europe/Amsterdam").unwrap(),
        ..Options::default()
    };
    let rows = rows(Format::Csv, b"text,date\na,03-07-2024 12:30\nb,2024-07-03T12:30:00Z\n", options.clone());
    let times: Vec<String> =
        rows.iter().map(|r| r.result.as_ref().unwrap().published.unwrap().to_string()).collect();
    assert_eq!(times, ["2024-07-03T10:30:00Z", "2024-07-03T12:30:00Z"]);
    let days = Options { date_format: Some("%d/%m/%Y".to_owned()), ..options };
    let day =
        super::read(Format::Csv, Cursor::new("text,date\na,03/07/2024"), days).unwrap().rows.next().unwrap();
    assert_eq!(day.result.unwrap().published.unwrap().to_string(), "2024-07-02T22:00:00Z");
}

#[test]
fn ratings_keep_their_scale() {
    let ten = Options { best: Some(10.0), worst: Some(0.0), ..Options::default() };
    let rows = rows(Format::Csv, b"rating;max rating\n7,5;\n3;4\n", ten);
    let stars: Vec<_> = rows.iter().map(|r| r.result.as_ref().unwrap().stars.unwrap()).collect();
    assert_eq!([(stars[0].value, stars[0].best), (stars[1].value, stars[1].best)], [(7.5, 10.0), (3.0, 4.0)]);
}

#[test]
fn a_misspelt_column_or_field_is_answered_with_the_nearest() {
    let error = |pairs: &[&str], file: &'static str| match Mapping::parse(pairs.iter().copied()) {
        Err(error) => error.to_string(),
        Ok(mapping) => {
            let options = Options { mapping, ..Options::default() };
            read(Format::Csv, file.as_bytes(), options).map(|_| ()).unwrap_err().to_string()
        }
    };
    insta::assert_json_snapshot!([
        error(&["text=Opmerkng"], "Datum,Opmerking\n"),
        error(&["tekst=Opmerking"], ""),
        error(&["text"], ""),
        error(&[], "a,b\n1,2\n"),
        error(&[], ""),
    ]);
}

#[test]
fn named_columns_win_over_guessed_ones() {
    let file = b"Text,Toelichting,Naam\nx,y,Jan\n";
    let import =
        read(Format::Csv, Cursor::new(file.to_vec()), map(&["text=toelichting", "author_name="])).unwrap();
    assert_eq!(import.mapped, [("text", "Toelichting".to_owned())]);
    assert_eq!(texts(&import.rows.collect::<Vec<_>>()), ["y"]);
}

#[test]
fn the_same_row_read_twice_has_the_same_name() {
    let once = csv("text,author,likes\na,Jan,1\nb,Jan,1\n");
    let again = csv("author,likes,text\nJan,9,a\n");
    let id = |row: &Row| row.result.as_ref().unwrap().external_id.clone();
    assert_eq!(id(&once[0]), id(&again[0]));
    assert_ne!(id(&once[0]), id(&once[1]));
}

#[test]
fn reading_goes_on_after_the_rows_that_were_stored() {
    let file = "text\na\n\nb\nc\n";
    let whole = csv(file);
    let rest = rows(Format::Csv, file.as_bytes(), Options { skip_rows: 2, ..Options::default() });
    assert_eq!(rest, whole[2..]);
    let lines = "{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n{\"text\":\"c\"}";
    let whole = rows(Format::Jsonl, lines.as_bytes(), Options::default());
    let rest = rows(Format::Jsonl, lines.as_bytes(), Options { skip_rows: 1, ..Options::default() });
    assert_eq!(rest, whole[1..]);
    assert_eq!(whole[1].byte_offset, 14);
    assert!(lines[14..].starts_with("{\"text\":\"b\""));
}

#[test]
fn json_lines_are_read_with_objects_within_and_bad_lines_between() {
    let file = "\u{feff}{\"id\":7,\"text\":\"a\",\"author\":{\"name\":\"Jan\",\"handle\":\"@jan\"},\"rating\":{\"value\":2,\"best\":10}}\r\n\
                not json\n[1]\n\n{\"id\":\"8\",\"text\":null}\n{\"tekst\":\"b\",\"created_at\":1714557600}";
    let rows = rows(Format::Jsonl, file.as_bytes(), Options::default());
    assert_eq!(texts(&rows), ["a", "b"]);
    insta::assert_json_snapshot!(rows[0].result.as_ref().unwrap());
    insta::assert_json_snapshot!(reasons(&rows));
}

#[test]
fn a_row_that_never_ends_is_cut_off_and_named() {
    let open_quote = format!("text\na\n\"{}", "x\n".repeat(3_000_000));
    let rows = csv(&open_quote);
    assert_eq!(texts(&rows), ["a"]);
    assert!(reasons(&rows)[0].1.contains("quote"), "{:?}", reasons(&rows));
    let long =
        format!("{{\"text\":\"a\"}}\n{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n", "x".repeat(5_000_000));
    let rows =
        super::read(Format::Jsonl, Cursor::new(long), Options::default()).unwrap().rows.collect::<Vec<_>>();
    assert_eq!((texts(&rows), reasons(&rows).len()), (vec!["a", "b"], 1));
}

#[test]
fn packed_files_are_unpacked() {
    let plain = b"{\"text\":\"a\"}\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain).unwrap();
    let zstd = zstd::encode_all(&plain[..], 1).unwrap();
    for packed in [gzip.finish().unwrap(), zstd, plain.to_vec()] {
        assert_eq!(texts(&rows(Format::Jsonl, &packed, Options::default())), ["a"]);
    }
    assert_eq!(Format::of("Reviews.CSV.gz"), Some(Format::Csv));
    assert_eq!(Format::of("reviews.ndjson"), Some(Format::Jsonl));
    assert_eq!(Format::of("reviews"), None);
}

#[test]
fn a_script_in_a_field_is_text() {
    let rows = csv("text,author\n<script>alert(1)</script>,<b>Jan\n");
    let draft = rows[0].result.as_ref().unwrap();
    assert_eq!(
        (draft.text.as_str(), draft.author_name.as_deref()),
        ("<script>alert(1)</script>", Some("<b>Jan"))
    );
}

proptest::proptest! {
    #[test]
    fn any_file_is_read_to_its_end(bytes: Vec<u8>, format in 0_usize..2) {
        let format = [Format::Csv, Format::Jsonl][format];
        if let Ok(import) = read(format, Cursor::new([b"text\n", bytes.as_slice()].concat()), Options::default()) {
            for row in import.rows {
                proptest::prop_assert!(row.result.is_err() || !row.result.unwrap().external_id.is_empty());
            }
        }
    }
}
