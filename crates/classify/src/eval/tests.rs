use super::*;
use crate::baseline::majority;
use crate::labels::Labels;
use gehoor_domain::assessment::{Judged, Sentiment, Topic};

fn text(intent: Intent, severity: u8) -> Labelled {
    let labels = Labels { intent: Some(intent), severity: Some(severity), ..Labels::default() };
    Labelled { labels, ..Labelled::default() }
}

fn judged(texts: &[Labelled]) -> Vec<(&Labelled, Assessment)> {
    let said = majority(&texts.iter().collect::<Vec<_>>());
    texts.iter().map(|text| (text, said.clone())).collect()
}

#[test]
fn texts_of_one_kind_give_no_figure_that_needs_two() {
    let complaints = vec![text(Intent::Complaint, 1); 4];
    let c = measure(&judged(&complaints)).all.complaint.unwrap();
    assert_eq!((c.auc, c.macro_f1, c.false_alarms_per_1000, c.f1), (None, None, None, Some(1.0)));
    let harmless = vec![text(Intent::Praise, 0); 4];
    let part = measure(&judged(&harmless)).all;
    let c = part.complaint.unwrap();
    assert_eq!((c.auc, c.average_precision, c.f1, c.false_alarms_per_1000), (None, None, None, Some(0.0)));
    assert_eq!((part.choices["intent"].macro_f1, part.acute), (None, None));
    let written = serde_json::to_value(&c).unwrap();
    assert!(written["auc"].is_null() && written.as_object().unwrap().contains_key("auc"));
}

#[test]
fn equal_ranks_count_as_expected_whatever_the_order_of_the_file() {
    let mut texts = vec![text(Intent::Complaint, 3); 10];
    texts.extend(vec![text(Intent::Praise, 0); 90]);
    let forwards = measure(&judged(&texts)).all.acute.unwrap();
    texts.reverse();
    let backwards = measure(&judged(&texts)).all.acute.unwrap();
    assert_eq!(forwards, backwards);
    assert_eq!((forwards.first_10, forwards.first_50, forwards.first_tenth), (0.1, 0.5, 0.1));
}

#[test]
fn the_order_of_the_model_stands_beside_chance_stars_and_sentiment() {
    let mut texts: Vec<Labelled> =
        (0..100).map(|i| text(Intent::Complaint, if i < 5 { 3 } else { 1 })).collect();
    let names = |o: &Orders| o.orders.iter().map(|o| o.by).collect::<Vec<_>>();
    let without = orders(&judged(&texts)).unwrap();
    assert_eq!(
        (names(&without), without.acute, without.among),
        (vec!["model", "chance", "sentiment"], 5, 100)
    );
    assert_eq!(without.orders[1].first_10, 0.5);
    texts[4].stars = Some(1.0);
    let with = orders(&judged(&texts)).unwrap();
    assert_eq!((with.orders[2].by, with.orders[2].first_tenth), ("stars", 1.0 + 4.0 * 9.0 / 99.0));
    assert_eq!(orders(&judged(&texts[10..])), None);
}

#[test]
fn a_topic_known_only_by_its_first_level_is_measured_on_that_level() {
    let whole = Labels { topics: Some(vec!["staff.rude".into()]), ..Labels::default() };
    let texts = [
        Labelled { topic_groups: Some(vec!["delivery".into()]), ..Labelled::default() },
        Labelled { labels: whole, ..Labelled::default() },
    ];
    let mut judged = judged(&texts);
    for (row, topic) in judged.iter_mut().zip(["delivery.late", "staff.knowledge"]) {
        row.1.topics = vec![Judged { label: Topic(topic.into()), p: 0.9 }];
    }
    let lists = measure(&judged).all.lists;
    assert_eq!((lists["topics"].micro_f1, lists["topics_upper"].micro_f1), (0.0, 1.0));
    assert_eq!(lists["topics"].labels["staff.rude"].texts, 1);
}

#[test]
fn the_plain_yes_or_no_counts_before_the_intent() {
    let mut texts = vec![text(Intent::Praise, 0)];
    texts[0].labels.complaint = Some(true);
    assert_eq!(measure(&judged(&texts)).all.complaint.unwrap().complaints, 1);
}

#[test]
fn texts_without_a_language_stand_under_a_question_mark() {
    let texts = [text(Intent::Praise, 0), Labelled { lang: Some("nl".into()), ..text(Intent::Complaint, 1) }];
    let metrics = measure(&judged(&texts));
    assert_eq!(metrics.languages.keys().collect::<Vec<_>>(), [NO_LANGUAGE, "nl"]);
    let only = measure(&judged(&texts[1..]));
    assert_eq!(only.languages["nl"], only.all);
}

#[test]
fn figures_are_read_as_they_were_written_by_older_versions() {
    let old = r#"{"texts":1,"all":{"texts":1,"complaint":{"texts":1,"complaints":1,"auc":0.9,"average_precision":0.9,
        "f1":0.8,"macro_f1":0.8,"false_alarms_per_1000":62.4,"calibration_error":0.1},"choices":{},"lists":{}},
        "languages":{}}"#;
    let metrics: Metrics = serde_json::from_str(old).unwrap();
    assert_eq!(metrics.all.complaint.unwrap().auc, Some(0.9));
}

#[test]
fn the_table_shows_a_dash_for_what_was_not_measured() {
    let mut row = text(Intent::Complaint, 1);
    row.labels.sentiment = Some(Sentiment::Negative);
    let table = measure(&judged(&[row])).table();
    let line = table.lines().nth(1).unwrap();
    assert!(line.starts_with("all        1          –"), "{table}");
}
