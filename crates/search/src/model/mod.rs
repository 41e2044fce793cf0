//! Compares the index with the plainest thing that could do its work: a list that is looked through from end to
//! end.

mod reference;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use gehoor_domain::assessment::Sentiment;
use gehoor_domain::ids::MentionId;
use gehoor_domain::scope::Scope;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use crate::ask::Ask;
use crate::parse::parse;
use crate::{Bucket, By, Filter, Index, MentionDoc, Op, SearchQuery, Sort, Tally};
use reference::{Reference, order};
use world::{Step, asks, filters, render, scopes, steps};

fn filled(steps: &[Step]) -> (Index, Reference) {
    let index = Index::in_memory().unwrap();
    let mut list = Reference::default();
    let mut offset = 0;
    for step in steps {
        match step {
            Step::Apply(ops) => {
                offset += 1;
                index.apply(ops, offset).unwrap();
                list.apply(ops);
            }
            Step::Commit => assert_eq!(index.commit().unwrap(), offset),
            Step::Erase(ids) => {
                index.erase(ids).unwrap();
                list.apply(&ids.iter().cloned().map(Op::Remove).collect::<Vec<_>>());
            }
        }
    }
    index.commit().unwrap();
    assert_eq!(index.offset(), offset);
    (index, list)
}

/// All pages, a few hits at a time.
fn pages(
    index: &Index,
    scope: &Scope,
    text: Option<&str>,
    filter: &Filter,
    sort: Sort,
) -> (u64, Vec<crate::Hit>) {
    let mut query =
        SearchQuery { text: text.map(str::to_owned), filter: filter.clone(), sort, after: None, limit: 3 };
    let mut hits = Vec::new();
    loop {
        let found = index.search(scope, &query).unwrap();
        assert!(found.hits.len() <= 3);
        hits.extend(found.hits);
        match found.next {
            Some(next) => query.after = Some(next),
            None => return (found.total, hits),
        }
    }
}

fn names(docs: &[&MentionDoc]) -> Vec<MentionId> {
    docs.iter().map(|doc| doc.mention.id.clone()).collect()
}

fn tally(docs: &[&MentionDoc]) -> Tally {
    let mut sum = Tally::default();
    for doc in docs {
        sum.count += 1;
        sum.centistars += doc.centistars().unwrap_or(0);
        sum.stars_count += u64::from(doc.centistars().is_some());
        if let Some(assessment) = &doc.assessment {
            sum.complaints += u64::from(assessment.intent.label.as_str() == "complaint");
            let feeling = Sentiment::ALL.iter().position(|s| *s == assessment.sentiment.label).unwrap();
            sum.by_sentiment[feeling] += 1;
        }
    }
    sum
}

fn check_search(index: &Index, scope: &Scope, text: Option<&str>, filter: &Filter, expect: &[&MentionDoc]) {
    let (total, hits) = pages(index, scope, text, filter, Sort::Newest);
    let found: Vec<MentionId> = hits.iter().map(|hit| hit.doc.mention.id.clone()).collect();
    assert_eq!(found, names(expect), "newest first, {text:?}");
    assert_eq!(total, expect.len() as u64);
    assert_eq!(index.count(scope, text, filter).unwrap(), total);

    let (total, ranked) = pages(index, scope, text, filter, Sort::Relevance);
    assert_eq!(total, expect.len() as u64);
    assert!(ranked.windows(2).all(|pair| pair[0].score >= pair[1].score), "best first");
    let mut found: Vec<MentionId> = ranked.iter().map(|hit| hit.doc.mention.id.clone()).collect();
    let mut wanted = names(expect);
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted, "by relevance, {text:?}");

    for hit in &hits {
        assert!(expect.contains(&&hit.doc), "the mention is stored as it was given");
        let text = &hit.doc.mention.text;
        assert!(hit.marks.iter().all(|mark| text.get(mark.clone()).is_some_and(|word| !word.is_empty())));
        assert!(hit.marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}

fn check_counts(index: &Index, scope: &Scope, text: Option<&str>, filter: &Filter, expect: &[&MentionDoc]) {
    let facets = index.facets(scope, text, filter).unwrap();
    assert_eq!(facets.total, expect.len() as u64);
    let found = [
        (By::Source, Some(&facets.sources)),
        (By::Location, Some(&facets.locations)),
        (By::Channel, Some(&facets.channels)),
        (By::Lang, Some(&facets.langs)),
        (By::Topic, Some(&facets.topics)),
        (By::TopicGroup, Some(&facets.topic_groups)),
        (By::Author, None),
    ];
    for (by, facet) in found {
        let mut wanted: BTreeMap<String, Vec<&MentionDoc>> = BTreeMap::new();
        for doc in expect {
            reference::keys(doc, by).into_iter().for_each(|key| wanted.entry(key).or_default().push(doc));
        }
        let rows = index.table(scope, text, filter, by).unwrap();
        assert!(rows.windows(2).all(|pair| pair[0].tally.count >= pair[1].tally.count));
        let rows: BTreeMap<String, Tally> = rows.into_iter().map(|row| (row.key, row.tally)).collect();
        assert_eq!(rows, wanted.iter().map(|(key, docs)| (key.clone(), tally(docs))).collect(), "{by:?}");
        if let Some(facet) = facet {
            assert_eq!(*facet, wanted.iter().map(|(key, docs)| (key.clone(), docs.len() as u64)).collect());
        }
    }
    let sums = |counts: &crate::Counts| counts.values().sum::<u64>();
    assert_eq!(sums(&facets.sentiments), facets.total);
    assert_eq!(sums(&facets.intents), facets.total);
    assert_eq!(facets.intents.get("complaint").copied().unwrap_or(0), tally(expect).complaints);
}

fn check_times(index: &Index, scope: &Scope, text: Option<&str>, filter: &Filter, expect: &[&MentionDoc]) {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    for bucket in [Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month] {
        let bins = index.histogram(scope, text, filter, bucket, &zone).unwrap();
        assert!(bins.windows(2).all(|pair| pair[0].end == pair[1].start), "no gaps");
        let mut left = expect.len();
        for bin in &bins {
            let inside = |doc: &&&MentionDoc| (bin.start..bin.end).contains(&doc.mention.published);
            let docs: Vec<&MentionDoc> = expect.iter().filter(inside).copied().collect();
            assert_eq!(bin.tally, tally(&docs));
            left -= docs.len();
            let start = bin.start.to_zoned(zone.clone());
            let next = bin.end.to_zoned(zone.clone());
            match bucket {
                Bucket::Hour => {
                    assert_eq!((start.minute(), bin.start + SignedDuration::from_hours(1)), (0, bin.end));
                }
                Bucket::Day => assert_eq!(start.date().tomorrow().unwrap(), next.date()),
                Bucket::Week => assert_eq!(start.date() + 7.days(), next.date()),
                Bucket::Month => assert_eq!(start.date() + 1.month(), next.date()),
            }
            assert!(bucket == Bucket::Hour || start.hour() == 0);
        }
        assert_eq!(left, 0, "every mention is in a bin");
    }
    let until: Timestamp = "2026-03-30T00:00:00Z".parse().unwrap();
    let hours = index.count_by_hour(scope, text, filter, until, 48).unwrap();
    let bare = Filter { from: None, until: None, ..filter.clone() };
    let counted = index.count(
        scope,
        text,
        &Filter { from: Some(until - SignedDuration::from_hours(48)), until: Some(until), ..bare },
    );
    assert_eq!((hours.len(), hours.iter().sum::<u64>()), (48, counted.unwrap()));
}

fn check_spread(index: &Index, scope: &Scope, filter: &Filter, list: &Reference) {
    let expect = list.find(scope, None, filter);
    let bounds: Vec<Timestamp> = ["2026-01-01", "2026-03-01", "2026-03-29", "2026-06-01"]
        .map(|day| format!("{day}T00:00:00Z").parse().unwrap())
        .into();
    for by in [By::Source, By::Location, By::Topic] {
        let mut wanted: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for doc in &expect {
            let add = |key| wanted.entry(key).or_default().push(doc.mention.published);
            reference::keys(doc, by).into_iter().for_each(add);
        }
        let found = index.spread(scope, filter, by, &bounds).unwrap();
        assert_eq!(found.len(), wanted.len(), "{by:?}");
        for (key, times) in wanted {
            let spread = &found[&key];
            let millis = |at: Option<&Timestamp>| at.unwrap().as_millisecond();
            assert_eq!(spread.first.as_millisecond(), millis(times.iter().min()));
            assert_eq!(spread.last.as_millisecond(), millis(times.iter().max()));
            let within =
                |pair: &[Timestamp]| times.iter().filter(|at| (pair[0]..pair[1]).contains(at)).count() as u64;
            assert_eq!(spread.parts, bounds.windows(2).map(within).collect::<Vec<_>>(), "{by:?} {key}");
        }
    }
    assert!(
        index.spread(scope, filter, By::Source, &[]).unwrap().values().all(|spread| spread.parts.is_empty())
    );
}

fn check_scope(index: &Index, scope: &Scope, list: &Reference) {
    let ids: Vec<MentionId> = list.docs.keys().cloned().collect();
    let shown = index.get_many(scope, &ids).unwrap();
    for (id, doc) in &list.docs {
        let may = scope.allows(doc.location());
        assert_eq!(shown.get(id), may.then_some(doc));
        assert_eq!(index.get(scope, id).unwrap().is_some(), may);
        assert!(index.ingest_has(id).unwrap());
    }
    let known = index.ingest_known(&ids).unwrap();
    assert_eq!(known.len(), ids.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// SC-1, and that the index says what the list says.
    #[test]
    fn every_read_gives_what_a_list_gives_and_nothing_outside_the_scope(
        steps in steps(),
        questions in prop::collection::vec((scopes(), prop::option::of(asks()), filters()), 1..6),
    ) {
        let (index, list) = filled(&steps);
        for (scope, ask, filter) in &questions {
            let text = ask.as_ref().map(render);
            let expect = order(list.find(scope, ask.as_ref(), filter));
            prop_assert!(expect.iter().all(|doc| scope.allows(doc.location())));
            check_search(&index, scope, text.as_deref(), filter, &expect);
            check_counts(&index, scope, text.as_deref(), filter, &expect);
            check_times(&index, scope, text.as_deref(), filter, &expect);
            check_spread(&index, scope, filter, &list);
            check_scope(&index, scope, &list);
        }
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was_meant(ask in asks()) {
        let text = render(&ask);
        prop_assert_eq!(parse(&text).unwrap().as_ref().map(flat), Some(flat(&ask)), "{}", text);
    }

    #[test]
    fn whatever_is_typed_is_answered_or_refused(
        steps in steps(),
        texts in prop::collection::vec("\\PC{0,40}|([a-z]{1,3}|klacht|[ ()\"~*:-]|OR|NOT|NIET|stars:|[0-9.]|😡){0,20}", 1..8),
    ) {
        let (index, _) = filled(&steps);
        for text in texts {
            for sort in [Sort::Newest, Sort::Relevance] {
                let query = SearchQuery { text: Some(text.clone()), sort, ..SearchQuery::default() };
                match index.search(&Scope::All, &query) {
                    Ok(found) => prop_assert!(found.hits.len() as u64 <= found.total),
                    Err(error) => prop_assert!(matches!(error, crate::SearchError::Query(_)), "{}: {}", text, error),
                }
            }
        }
    }
}

/// Without the lists of one and the lists in lists of the same kind, which mean the same.
fn flat(ask: &Ask) -> Ask {
    let parts = |parts: &[Ask], many: fn(Vec<Ask>) -> Ask| {
        let mut all: Vec<Ask> = parts.iter().map(flat).collect();
        if all.len() == 1 { all.remove(0) } else { many(all) }
    };
    match ask {
        Ask::All(all) => parts(all, Ask::All),
        Ask::Any(all) => parts(all, Ask::Any),
        Ask::Not(inner) => Ask::Not(Box::new(flat(inner))),
        other => other.clone(),
    }
}

/// tantivy works in blocks of thousands, which small worlds never fill.
#[test]
fn a_world_of_thousands_gives_what_a_list_gives() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let docs = prop::collection::vec(world::docs(100_000), 9_000).new_tree(&mut runner).unwrap().current();
    let puts =
        |docs: &[MentionDoc]| Step::Apply(docs.iter().map(|doc| Op::Put(Arc::new(doc.clone()))).collect());
    // a large segment and two small ones, with some updates among them
    let (first, rest) = docs.split_at(8_000);
    let (second, third) = rest.split_at(600);
    let (index, list) =
        filled(&[puts(first), Step::Commit, puts(second), puts(&docs[..200]), Step::Commit, puts(third)]);
    let texts = list.texts();
    for _ in 0..120 {
        let (scope, ask, filter) = (scopes(), asks(), filters()).new_tree(&mut runner).unwrap().current();
        let text = render(&ask);
        let expect = order(list.find_among(&texts, &scope, Some(&ask), &filter));
        let found = |sort| {
            let query = SearchQuery {
                text: Some(text.clone()),
                filter: filter.clone(),
                sort,
                after: None,
                limit: 200,
            };
            index.search(&scope, &query).unwrap()
        };
        let (newest, best) = (found(Sort::Newest), found(Sort::Relevance));
        assert_eq!(
            (newest.total, best.total),
            (expect.len() as u64, expect.len() as u64),
            "{text} {filter:?}"
        );
        let ids: Vec<MentionId> = newest.hits.iter().map(|hit| hit.doc.mention.id.clone()).collect();
        assert_eq!(ids, names(&expect[..expect.len().min(200)]), "{text}");
        assert!(best.hits.iter().all(|hit| expect.contains(&&hit.doc)), "{text}");
        check_counts(&index, &scope, Some(&text), &filter, &expect);
    }
}
