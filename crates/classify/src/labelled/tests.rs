use gehoor_domain::assessment::{Intent, Sentiment, Signal};
use gehoor_domain::mention::Channel;

use super::*;

fn asked(map: &[(&str, &str)]) -> Asked {
    let mut asked = Asked::default();
    for (field, column) in map {
        assert!(asked.columns.map(field, column), "{field}");
    }
    asked
}

fn file(content: &str) -> Read {
    read(content.as_bytes(), "file", &Asked::default()).unwrap_or_else(|e| panic!("{e}: {content}"))
}

fn error(content: &str, asked: &Asked) -> String {
    read(content.as_bytes(), "file", asked).unwrap_err().to_string()
}

fn complaints(read: &Read) -> Vec<Option<bool>> {
    read.rows.iter().map(|row| row.labels.complaint).collect()
}

#[test]
fn what_the_file_says_is_read_and_nothing_is_concluded_from_it() {
    let read = file(
        "{\"text\":\"a\",\"complaint\":1,\"intent\":\"refund\"}\n{\"text\":\"b\",\"complaint\":1,\"emotions\":[4]}\n\
         {\"text\":\"c\",\"complaint\":0,\"checked\":false}\n{\"text\":\"d\",\"sentiment\":\"neutral\",\"aspects\":[]}\n",
    );
    assert_eq!(complaints(&read), [Some(true), Some(true), Some(false), None]);
    assert_eq!((read.account.no_intent, read.account.concluded), (1, false));
    assert!(
        read.account
            .lines()
            .iter()
            .any(|l| l == "1 cells of `intent` hold no intent of ours: they are no label")
    );
}

#[test]
fn stars_are_no_label_unless_conclusions_are_asked_for_and_then_they_are_marked() {
    let stars = "{\"text\":\"a\",\"stars\":1}\n{\"text\":\"b\",\"stars\":5}\n{\"text\":\"c\",\"stars\":3}\n";
    assert!(error(stars, &Asked::default()).contains("--conclude"));
    let read = read(stars.as_bytes(), "file", &Asked { conclude: true, ..Asked::default() }).unwrap();
    assert_eq!(read.rows[0].labels.intent, Some(Intent::Complaint));
    assert!(read.rows.iter().all(|row| row.from_stars));
    assert_eq!((read.account.from_stars, read.account.misleading), (2, 1));
    assert!(read.account.lines().iter().any(|l| l.contains("does not see these stars")));
    let said = file("{\"text\":\"a\",\"stars\":1,\"complaint\":1}");
    assert!(!said.rows[0].from_stars && said.rows[0].stars == Some(1.0));
}

#[test]
fn columns_are_found_whatever_their_capitals_and_under_other_names_and_that_is_said() {
    for header in [
        "Text,Complaint",
        " text , complaint ",
        "Tekst,klacht",
        "review_text,is_complaint",
        "reviewText,label",
    ] {
        let read = file(&format!("{header}\na,1\nb,0\n"));
        assert_eq!(complaints(&read), [Some(true), Some(false)], "{header}");
    }
    let read = file("Tekst;klacht;Taal;sterren\na;ja;NL;1\nb;nee;nl-NL;4/5\n");
    let said = "read: complaint ← klacht, lang ← Taal, stars ← sterren, text ← Tekst";
    assert_eq!(read.account.lines()[0], said);
    assert_eq!(read.rows[1].lang.as_deref(), Some("nl"));
    let exact = file("klacht,complaint,text,tekst\nnee,1,a,b\n");
    assert_eq!((exact.rows[0].text.as_str(), exact.rows[0].labels.complaint), ("a", Some(true)));
}

#[test]
fn a_column_called_label_is_what_all_its_cells_are() {
    let feelings = file("text,label\na,Positive\nb,neg\n");
    assert_eq!(feelings.rows[0].labels.sentiment, Some(Sentiment::Positive));
    let told = error("text,label\na,x\nb,y\n", &Asked::default());
    assert!(told.contains("`label`") && told.contains("--map complaint=label"), "{told}");
    let beside = file("text,label,complaint\na,x,1\nb,y,0\n");
    assert_eq!(complaints(&beside), [Some(true), Some(false)]);
}

#[test]
fn a_mapped_column_must_be_there_and_may_be_any_spelling_number_or_inner_field() {
    let csv = "Bericht,K\na,1\nb,0\n";
    let told = error(csv, &asked(&[("text", "foo")]));
    assert!(told.contains("`foo`") && told.contains("`Bericht`, `K`"), "{told}");
    for map in [[("complaint", "K")], [("complaint", "k")]] {
        let read = read(csv.as_bytes(), "file", &asked(&map)).unwrap();
        assert_eq!(complaints(&read), [Some(true), Some(false)]);
    }
    let bare = Asked { no_header: true, ..asked(&[("text", "1"), ("complaint", "2")]) };
    assert_eq!(complaints(&read(b"a,1\nb,0\n", "file", &bare).unwrap()), [Some(true), Some(false)]);
    assert!(error("a,1\nb,0\n", &Asked::default()).contains("--no-header --map text=1"));
    let intent = "{\"text\":\"a\",\"intent\":\"Complaint\"}\n{\"text\":\"b\",\"intent\":\"praise \"}\n";
    let read = read(intent.as_bytes(), "file", &asked(&[("complaint", "intent")])).unwrap();
    assert_eq!(complaints(&read), [Some(true), Some(false)]);
    assert_eq!(read.rows[1].labels.intent, Some(Intent::Praise));
}

#[test]
fn labels_one_level_in_are_found_where_the_row_itself_has_none() {
    let read = file("{\"text\":\"a\",\"labels\":{\"complaint\":1,\"Sentiment\":\"neg\"}}\n");
    let labels = &read.rows[0].labels;
    assert_eq!((labels.complaint, labels.sentiment), (Some(true), Some(Sentiment::Negative)));
    assert_eq!(read.account.columns["complaint"], "labels.complaint");
}

#[test]
fn a_cell_that_is_not_understood_costs_its_label_and_not_its_row() {
    let read = file(
        "text,complaint,severity\na,1,bad\nb,0,0\nc,maybe,2\nd,perhaps so but I could not really tell you,\n\
         e,1,3\nf,0,0\n,1,1\n",
    );
    let severities: Vec<_> = read.rows.iter().map(|row| row.labels.severity).collect();
    assert_eq!(complaints(&read), [Some(true), Some(false), None, Some(true), Some(false)]);
    assert_eq!(severities, [None, Some(0), Some(2), Some(3), Some(0)]);
    let account = &read.account;
    assert_eq!((account.rows, account.refused, account.unknown), (7, 2, 3));
    let lines = account.lines().join("\n");
    assert!(
        lines.contains("2 of 7 rows refused, 3 cells not understood: 1 × `complaint` holds `maybe`"),
        "{lines}"
    );
    assert!(lines.contains("1 × `severity` holds `bad`") && !lines.contains("tell you"), "{lines}");
    let first: Vec<_> = account.first.iter().map(|r| r.line).collect();
    assert_eq!(first, [2, 4, 5, 8]);
}

#[test]
fn figures_that_would_be_biased_are_not_given() {
    let half = "text,complaint\na,1\nb,never\nc,1\nd,at no time\ne,nope\n";
    let told = error(half, &Asked::default());
    assert!(told.contains("3 of 5 cells of `complaint`") && told.contains("yes/no"), "{told}");
    // All that was no complaint is lost: what is left looks perfect.
    let lost = format!("text,complaint\n{}a,harmless\nb,harmless\n", "c,1\n".repeat(10));
    assert!(error(&lost, &Asked::default()).contains("2 of 12 cells"));
    let other = "text,severity,complaint\na,5,1\nb,1,0\nc,4,1\nd,2,1\n";
    let told = error(other, &Asked::default());
    assert!(told.contains("severity is 0 to 3") && told.contains("--map severity="), "{told}");
    let without = read(other.as_bytes(), "file", &asked(&[("severity", "")])).unwrap();
    assert!(without.rows.iter().all(|row| row.labels.severity.is_none() && row.labels.complaint.is_some()));
}

#[test]
fn numbers_for_feelings_are_read_by_the_whole_column_and_that_is_said() {
    use Sentiment::{Negative, Neutral, Positive};
    for (cells, feelings, said) in [
        (["-1", "0", "1"], [Negative, Neutral, Positive], "-1 negative"),
        (["0", "1", "0"], [Negative, Positive, Negative], "0 negative, 1 positive"),
        (["0", "1", "2"], [Negative, Neutral, Positive], "1 neutral, 2 positive"),
        (["0", "2", "4"], [Negative, Neutral, Positive], "4 positive"),
    ] {
        let csv = format!("text,sentiment\na,{}\nb,{}\nc,{}\n", cells[0], cells[1], cells[2]);
        let json = cells.map(|cell| format!("{{\"text\":\"a\",\"sentiment\":{cell}}}\n")).concat();
        for content in [csv, json] {
            let read = file(&content);
            let found: Vec<_> = read.rows.iter().filter_map(|row| row.labels.sentiment).collect();
            assert_eq!(found, feelings, "{content}");
            assert!(read.account.lines().iter().any(|line| line.contains(said)), "{content}");
        }
    }
    assert!(error("text,sentiment\na,0.8\nb,-0.3\n", &Asked::default()).contains("not understood"));
}

#[test]
fn stars_outside_one_to_five_are_no_stars_and_a_scale_of_ten_is_none_of_ours() {
    let rows: String = (0..40).map(|i| format!("a,{},1\n", if i == 0 { 0 } else { 4 })).collect();
    let read = file(&format!("text,stars,complaint\n{rows}"));
    assert_eq!((read.rows[0].stars, read.rows[1].stars, read.account.unknown), (None, Some(4.0), 1));
    assert!(read.account.first[0].why.contains("stars are 1 to 5"));
    let ten = file("text,rating,complaint\na,2,1\nb,10,0\nc,9,0\n");
    assert!(ten.rows.iter().all(|row| row.stars.is_none()));
    assert!(ten.account.lines().iter().any(|line| line.contains("0 to 10")), "{:?}", ten.account.lines());
}

#[test]
fn topics_may_be_only_of_the_first_level_and_unknown_ones_are_told() {
    let read = file(
        "{\"text\":\"a\",\"topics\":\"Delivery late; staff.rude\"}\n{\"text\":\"b\",\"topics\":[\"delivery\"]}\n\
         {\"text\":\"c\",\"topics\":[\"bogus\",\"payment\"]}\n{\"text\":\"d\",\"topics\":[]}\n",
    );
    let topics: Vec<_> = read.rows.iter().map(|row| row.labels.topics.clone().map(|t| t.join(" "))).collect();
    assert_eq!(
        topics,
        [Some("delivery.late staff.rude".into()), None, Some("payment".into()), Some(String::new())]
    );
    assert_eq!(read.rows[1].topic_groups, Some(vec!["delivery".to_owned()]));
    assert_eq!(read.account.not_understood[0].value, "bogus");
    let strange = file("text,category,complaint\na,ORDER,1\nb,SHIPPING,0\nc,INVOICE,0\n");
    assert!(strange.rows.iter().all(|row| row.labels.topics.is_none()));
    assert!(strange.account.lines().iter().any(|line| line.contains("`category` is not read as topics")));
}

#[test]
fn an_empty_cell_of_a_column_that_is_in_use_means_none() {
    let read = file("text,topics,signals,complaint\na,delivery.late,,1\nb,,,0\n");
    assert_eq!(read.rows[1].labels.topics, Some(vec![]));
    assert_eq!(read.rows[1].labels.signals, None, "nobody filled that column");
    let json = file("{\"text\":\"a\",\"topics\":[\"payment\"]}\n{\"text\":\"b\",\"complaint\":0}\n");
    assert_eq!(json.rows[1].labels.topics, None);
}

#[test]
fn a_row_that_contradicts_itself_is_counted_and_its_yes_or_no_counts() {
    let read = file(
        "{\"text\":\"a\",\"complaint\":1,\"intent\":\"praise\"}\n{\"text\":\"b\",\"complaint\":0,\"intent\":\"praise\"}\n",
    );
    assert_eq!((read.account.contradictions, read.rows[0].complains()), (1, Some(true)));
}

#[test]
fn rows_without_a_label_are_not_measured_and_a_file_without_any_says_what_it_has() {
    let read =
        file("{\"text\":\"a\",\"complaint\":1}\n{\"text\":\"b\"}\n{\"text\":\"c\",\"complaint\":\"\"}\n");
    assert_eq!((read.rows.len(), read.account.unlabelled, read.account.refused), (1, 2, 0));
    let told = error("text,soort\na,b\n", &Asked::default());
    assert!(told.contains("`text`, `soort`") && told.contains("--map complaint=soort"), "{told}");
    assert!(error("text,complaint\n", &Asked::default()).contains("no rows"));
}

#[test]
fn a_column_in_use_may_not_stand_there_twice() {
    assert!(
        error("text,complaint,complaint\na,1,0\n", &Asked::default())
            .contains("`complaint` stands there twice")
    );
    assert!(read(b"text,x,x,complaint\na,1,2,1\n", "file", &Asked::default()).is_ok());
}

#[test]
fn unknown_channels_are_told_and_known_ones_are_read_in_any_case() {
    let read = file(
        "{\"text\":\"a\",\"channel\":\"Review\",\"complaint\":0}\n{\"text\":\"b\",\"channel\":\"shop\",\"complaint\":1}\n",
    );
    assert_eq!(read.rows[0].channel, Some(Channel::Review));
    assert!(read.account.lines().iter().any(|line| line.contains("1 × `channel` holds `shop`")));
}

#[test]
fn lines_are_those_of_the_file_and_go_with_the_rows() {
    let read = file("# made by hand\ntext,complaint\n\"a\nb\",1\n\nc,0\n");
    assert_eq!(read.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
}

#[test]
fn the_trainer_reads_a_row_of_the_corpus_whole_and_knows_no_other_names() {
    let line = r#"{"text":"Bank kapot","lang":"nl","channel":"review","stars":1,"sentiment":"negative","intent":"complaint","severity":2,"topics":["product.defect"],"signals":["long_wait"],"responsible":"location"}"#;
    let (rows, refused) = read_training(line, "a");
    assert!(refused.is_empty());
    let row = &rows[0];
    assert_eq!((row.stars, row.channel, row.weight), (Some(1.0), Some(Channel::Review), 1.0));
    assert_eq!(row.labels.intent, Some(Intent::Complaint));
    assert_eq!(row.labels.signals, Some(vec![Signal::LongWait]));
    assert_eq!(row.labels.is_complaint(), Some(true));
    let other = "{\"text\":\"a\",\"category\":\"payment\",\"rating\":1,\"intent\":\"card_arrival\"}\nx\n";
    let (rows, refused) = read_training(other, "a");
    assert_eq!(
        (rows[0].labels.topics.as_ref(), rows[0].stars, rows[0].labels.complaint),
        (None, None, Some(false))
    );
    assert_eq!(refused[0].line, 2);
}

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
