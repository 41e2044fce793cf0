//! Labelled files as strangers bring them to `gehoor eval`, and texts as other programs bring them to `gehoor assess`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;
use support::{gehoor, with_input};

fn file(dir: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn eval(path: &Path, more: &[&str]) -> Output {
    gehoor().arg("eval").arg(path).args(more).output().unwrap()
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn answer(out: &Output) -> Value {
    assert!(out.status.success(), "{}", told(out));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_dutch_spreadsheet_is_measured_as_it_is_and_says_how_it_was_read() {
    let dir = tempfile::tempdir().unwrap();
    // As Excel writes it: semicolons, the old encoding of Windows.
    let csv = b"sep=;\r\nTekst;Klacht;Taal;Sterren\r\nDe bank is kapot en niemand belt terug;ja;NL;1/5\r\n\
        Heel blij met het caf\xe9, dank;nee;nl-NL;\xfd\r\nNooit meer;misschien;nl;2\r\nTop geholpen;nee;Nederlands;5\r\n";
    let path = file(dir.path(), "export.txt", csv);
    let rows = dir.path().join("rows.jsonl");
    let out = eval(&path, &["--json", "--rows", rows.to_str().unwrap()]);
    let json = answer(&out);
    let said = told(&out);
    assert!(said.contains("read: complaint ← Klacht, lang ← Taal, stars ← Sterren, text ← Tekst"), "{said}");
    assert!(said.contains("Windows-1252") && said.contains("1 × `complaint` holds `misschien`"), "{said}");
    assert!(said.contains("export.txt line 5: ") && !said.contains("Nooit meer"), "{said}");
    let read = &json["read"];
    assert_eq!((&read["rows"], &read["refused"], &read["unknown"]), (&4.into(), &1.into(), &2.into()));
    assert_eq!(json["metrics"]["languages"]["nl"]["complaint"]["complaints"], 1);
    let rows = std::fs::read_to_string(rows).unwrap();
    let first: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&first["line"], &first["gold"]["complaint"]), (&3.into(), &true.into()));
    assert!(rows.lines().count() == 3 && first["p_complaint"].is_number() && !rows.contains("kapot"));
}

#[test]
fn labels_are_those_of_the_file_unless_conclusions_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(
        dir.path(),
        "stars.jsonl",
        b"{\"text\":\"kapot\",\"stars\":1}\n{\"text\":\"fijn\",\"stars\":5}\n",
    );
    let out = eval(&path, &[]);
    assert!(!out.status.success() && told(&out).contains("--conclude"), "{}", told(&out));
    let out = eval(&path, &["--conclude", "--json"]);
    assert_eq!(answer(&out)["read"]["files"][0]["account"]["from_stars"], 2);
    assert!(told(&out).contains("the model does not see these stars"), "{}", told(&out));
    let said = file(
        dir.path(),
        "said.json",
        b"{\"data\":[{\"text\":\"kapot\",\"complaint\":true,\"emotions\":[1]}]}",
    );
    let json = answer(&eval(&said, &["--json"]));
    let complaint = &json["metrics"]["all"]["complaint"];
    assert_eq!((&complaint["complaints"], &complaint["auc"]), (&1.into(), &Value::Null));
}

#[test]
fn a_packed_file_comes_through_standard_input_and_columns_without_names_by_number() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"kapot geleverd,1\nprima,0\n").unwrap();
    let mut child = gehoor()
        .args(["eval", "-", "--json", "--no-header", "--map", "text=1", "--map", "complaint=2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&gz.finish().unwrap()).unwrap();
    let json = answer(&child.wait_with_output().unwrap());
    assert_eq!((&json["texts"], &json["metrics"]["all"]["complaint"]["complaints"]), (&2.into(), &1.into()));
}

#[test]
fn what_cannot_be_measured_is_said_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    for (name, content, more, parts) in [
        ("a.csv", "tekst,soort\na,x\n", &[][..], &["`soort`", "--map complaint=soort"][..]),
        ("b.csv", "text,complaint\na,1\n", &["--map", "text=foo"], &["`foo`", "`text`, `complaint`"]),
        ("c.csv", "text,complaint\na,1\n", &["--channel", "shop"], &["`shop`", "video_comment"]),
        ("d.xlsx", "PK\u{3}\u{4}", &[], &["spreadsheet", "CSV"]),
        ("e.csv", "kapot,1\nfijn,0\n", &[], &["--no-header", "text=1"]),
    ] {
        let out = eval(&file(dir.path(), name, content.as_bytes()), more);
        let said = told(&out);
        assert!(!out.status.success() && parts.iter().all(|part| said.contains(part)), "{name}: {said}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "a.csv", b"text,complaint\nkapot,1\nfijn,0\n");
    for (args, input) in [
        (vec!["eval", path.to_str().unwrap()], String::new()),
        (vec!["assess"], "{\"text\":\"kapot geleverd\"}\n".repeat(400)),
    ] {
        let mut child = gehoor()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "{}", told(&out));
    }
}

#[test]
fn texts_need_no_id_and_the_answers_before_a_bad_line_are_given() {
    let input = "\u{feff}{\"text\":\"ok\",\"lang\":\"nl_NL\",\"channel\":\"Shop\"}\n{\"text\":\"fijn\",\"channel\":\"Review\"}\n\
        {\"text\":\"kapot\",\"stars\":99}\n";
    let out = with_input(gehoor().arg("assess"), input);
    let lines: Vec<Value> = String::from_utf8(out.stdout.clone())
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["id"], &lines[0]["lang"]), (&Value::Null, &"nl".into()));
    let said = told(&out);
    assert!(!out.status.success() && said.contains("line 3") && said.contains("stars are 1 to 5"), "{said}");
    assert!(said.contains("line 1: `Shop` is no channel"), "{said}");
}

#[test]
fn the_help_names_fields_values_and_separators() {
    let help =
        |command| String::from_utf8(gehoor().args([command, "--help"]).output().unwrap().stdout).unwrap();
    let eval = help("eval");
    assert!(
        ["responsible", "klacht/geen klacht", "semicolon", "--map FIELD=", "models/corpus"]
            .iter()
            .all(|w| eval.contains(w))
    );
    assert!(["video_comment", "stars    1 to 5"].iter().all(|w| help("assess").contains(w)));
}
