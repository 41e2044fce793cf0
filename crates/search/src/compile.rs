//! Turns a question, a filter and a scope into one tantivy query. Nothing else makes queries, so there is one
//! place where the scope is put in, and no way around it.
//!
//! Only words score; properties merely hold or not.

use std::ops::Bound;

use gehoor_domain::scope::Scope;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::ask::{Ask, Property};
use crate::doc::centi;
use crate::filter::Filter;
use crate::firm::Firm;
use crate::schema::{COPY, Fields, NONE, OWN, WITHDRAWN, keyword_of, millis_up};
use crate::words::Analyzers;

type Clause = (Occur, Box<dyn Query>);

/// From so many values on, one automaton over the dictionary is cheaper than a union of lists.
const MANY: usize = 16;

/// A match in a second field counts this much beside the best one.
const TIE_BREAKER: f32 = 0.2;

/// The query for what `scope` may see of what is asked.
pub(crate) fn compile(
    fields: &Fields,
    analyzers: &mut Analyzers,
    scope: &Scope,
    ask: Option<&Ask>,
    filter: &Filter,
) -> Box<dyn Query> {
    let mut made = Compiler { fields, analyzers };
    let mut clauses = Vec::new();
    if let Scope::Locations(allowed) = scope {
        if allowed.is_empty() {
            return Box::new(EmptyQuery);
        }
        clauses.push(must(any_of(fields.location, allowed.iter().map(|l| l.as_str()))));
    }
    if !made.filter(filter, &mut clauses) {
        return Box::new(EmptyQuery);
    }
    match ask {
        Some(Ask::All(parts)) => clauses.extend(parts.iter().map(|part| made.clause(part))),
        Some(other) => clauses.push(made.clause(other)),
        None => {}
    }
    join(clauses)
}

/// All clauses; a tantivy query needs something that it starts from.
fn join(mut clauses: Vec<Clause>) -> Box<dyn Query> {
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push(must(silent(AllQuery)));
    }
    if let [(Occur::Must, _)] = clauses.as_slice()
        && let Some((_, only)) = clauses.pop()
    {
        return only;
    }
    Box::new(BooleanQuery::new(clauses))
}

fn must(query: Box<dyn Query>) -> Clause {
    (Occur::Must, query)
}

fn without(query: Box<dyn Query>) -> Clause {
    (Occur::MustNot, Box::new(Firm(query)))
}

/// Holds or not, and does not score.
fn silent(query: impl Query) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

fn is(field: Field, value: &str) -> Box<dyn Query> {
    silent(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
}

fn any_of<'a>(field: Field, values: impl Iterator<Item = &'a str>) -> Box<dyn Query> {
    let terms: Vec<Term> = values.map(|value| Term::from_field_text(field, value)).collect();
    if terms.len() >= MANY {
        return silent(TermSetQuery::new(terms));
    }
    let mut lists: Vec<Box<dyn Query>> = terms
        .into_iter()
        .map(|term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>)
        .collect();
    match lists.pop() {
        None => Box::new(EmptyQuery),
        Some(only) if lists.is_empty() => Box::new(ConstScoreQuery::new(only, 0.0)),
        Some(last) => {
            lists.push(last);
            silent(BooleanQuery::union(lists))
        }
    }
}

struct Compiler<'a> {
    fields: &'a Fields,
    analyzers: &'a mut Analyzers,
}

impl Compiler<'_> {
    /// Adds what the filter asks for; `false` when nothing can match it.
    fn filter(&self, filter: &Filter, out: &mut Vec<Clause>) -> bool {
        let f = self.fields;
        let mut list = |field: Field, values: Vec<&str>| {
            if !values.is_empty() {
                out.push(must(any_of(field, values.into_iter())));
            }
        };
        list(f.source, filter.sources.iter().map(|s| s.as_str()).collect());
        let unlocated = filter.unlocated.then_some(NONE);
        list(f.location, filter.locations.iter().map(|l| l.as_str()).chain(unlocated).collect());
        list(f.channel, filter.channels.iter().map(|c| c.as_str()).collect());
        list(f.lang, filter.langs.iter().map(|l| l.as_str()).collect());
        list(f.sentiment, filter.sentiments.iter().map(|s| s.as_str()).collect());
        list(f.intent, filter.intents.iter().map(|i| i.as_str()).collect());
        list(f.signal, filter.signals.iter().map(|s| s.as_str()).collect());
        list(f.author, filter.author.iter().map(|a| keyword_of(&a.0)).collect());
        list(f.thread, filter.thread.iter().map(|t| keyword_of(t)).collect());
        list(f.id, filter.only.iter().map(|id| id.as_str()).collect());
        if !filter.except.is_empty() {
            out.push((Occur::MustNot, any_of(f.id, filter.except.iter().map(|id| id.as_str()))));
        }
        if !filter.topics.is_empty() {
            out.push(must(self.topics(filter.topics.iter().map(|t| t.as_str()))));
        }
        match filter.own {
            Some(true) => out.push(must(is(f.flag, OWN))),
            Some(false) => out.push((Occur::MustNot, is(f.flag, OWN))),
            None => {}
        }
        if !filter.include_withdrawn {
            out.push((Occur::MustNot, is(f.flag, WITHDRAWN)));
        }
        match &filter.copies_of {
            Some(original) => out.push(must(is(f.original, original.as_str()))),
            None if filter.include_copies => {}
            None => out.push((Occur::MustNot, is(f.flag, COPY))),
        }
        self.ranges(filter, out)
    }

    fn ranges(&self, filter: &Filter, out: &mut Vec<Clause>) -> bool {
        let f = self.fields;
        let (from, until) = (filter.from.map(millis_up), filter.until.map(millis_up));
        let (least, most) = (filter.stars_min.map(centi), filter.stars_max.map(centi));
        let turned =
            |low: Option<i64>, high: Option<i64>| low.zip(high).is_some_and(|(low, high)| low >= high);
        if turned(from, until) || least.zip(most).is_some_and(|(least, most)| least > most) {
            return false;
        }
        let time = |at: i64| Term::from_field_i64(f.published, at);
        if from.is_some() || until.is_some() {
            let low = from.map_or(Bound::Unbounded, |at| Bound::Included(time(at)));
            let high = until.map_or(Bound::Unbounded, |at| Bound::Excluded(time(at)));
            out.push(must(silent(RangeQuery::new(low, high))));
        }
        if least.is_some() || most.is_some() {
            out.push(must(self.stars(least, most)));
        }
        if let Some(severity) = filter.severity_min {
            out.push(must(self.severity(severity.level())));
        }
        true
    }

    fn stars(&self, least: Option<u64>, most: Option<u64>) -> Box<dyn Query> {
        let bound = |value: Option<u64>| {
            value.map_or(Bound::Unbounded, |v| Bound::Included(Term::from_field_u64(self.fields.stars, v)))
        };
        silent(RangeQuery::new(bound(least), bound(most)))
    }

    fn severity(&self, level: u8) -> Box<dyn Query> {
        let low = Term::from_field_u64(self.fields.severity, u64::from(level));
        silent(RangeQuery::new(Bound::Included(low), Bound::Unbounded))
    }

    fn topics<'t>(&self, topics: impl Iterator<Item = &'t str>) -> Box<dyn Query> {
        let terms = topics.flat_map(|topic| {
            let topic = keyword_of(topic);
            [self.fields.topic, self.fields.topic_group].map(|field| Term::from_field_text(field, topic))
        });
        let lists = terms
            .map(|term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>)
            .collect();
        silent(BooleanQuery::union(lists))
    }

    fn clause(&mut self, ask: &Ask) -> Clause {
        match ask {
            Ask::Not(inner) => without(self.ask(inner)),
            other => must(self.ask(other)),
        }
    }

    fn ask(&mut self, ask: &Ask) -> Box<dyn Query> {
        match ask {
            Ask::All(parts) => join(parts.iter().map(|part| self.clause(part)).collect()),
            Ask::Any(parts) => {
                Box::new(BooleanQuery::union(parts.iter().map(|part| self.ask(part)).collect()))
            }
            Ask::Not(inner) => join(vec![without(self.ask(inner))]),
            Ask::Word(text) => self.word(text),
            Ask::Prefix(text) => self.prefix(text),
            Ask::Phrase(text) => self.phrase(self.fields.plain, text),
            Ask::Near(text, distance) => self.near(text, *distance),
            Ask::Field(property) => self.property(property),
        }
    }

    /// The word as written or by its stem in the language of the mention. What is cut into several words, such
    /// as `e-mail`, is meant as written.
    fn word(&mut self, text: &str) -> Box<dyn Query> {
        if self.analyzers.plain(text).len() != 1 {
            return self.phrase(self.fields.plain, text);
        }
        let mut forms = vec![self.phrase(self.fields.plain, text)];
        for (language, field) in self.fields.stems.into_iter().enumerate() {
            for stem in self.analyzers.stems(language, text) {
                forms.push(word_query(field, &stem.text));
            }
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(forms, TIE_BREAKER))
    }

    fn prefix(&mut self, text: &str) -> Box<dyn Query> {
        let Some(word) = self.analyzers.plain(text).pop() else { return Box::new(EmptyQuery) };
        let low = Term::from_field_text(self.fields.plain, &word.text);
        // no word goes on with the last code point of Unicode
        let high = Term::from_field_text(self.fields.plain, &format!("{}\u{10FFFF}", word.text));
        Box::new(RangeQuery::new(Bound::Included(low), Bound::Excluded(high)))
    }

    fn phrase(&mut self, field: Field, text: &str) -> Box<dyn Query> {
        let words = self.analyzers.plain(text);
        match words.as_slice() {
            [] => Box::new(EmptyQuery),
            [only] => word_query(field, &only.text),
            _ => {
                let terms = words.iter().map(|word| Term::from_field_text(field, &word.text)).collect();
                Box::new(PhraseQuery::new(terms))
            }
        }
    }

    /// Each two neighbours within the distance. tantivy's own slop over three words counts otherwise with and
    /// without scoring.
    fn near(&mut self, text: &str, distance: u32) -> Box<dyn Query> {
        let mut words: Vec<String> = self.analyzers.plain(text).into_iter().map(|w| w.text).collect();
        words.dedup();
        let field = self.fields.plain;
        let pairs: Vec<Box<dyn Query>> = words
            .iter()
            .zip(words.iter().skip(1))
            .map(|(one, other)| {
                // the same offset for both makes the distance count alike before and after
                let terms = [one, other].map(|word| (0, Term::from_field_text(field, word)));
                Box::new(PhraseQuery::new_with_offset_and_slop(terms.into(), distance)) as Box<dyn Query>
            })
            .collect();
        match (pairs.is_empty(), words.first()) {
            (true, Some(only)) => word_query(field, only),
            (true, None) => Box::new(EmptyQuery),
            (false, _) => join(pairs.into_iter().map(must).collect()),
        }
    }

    fn property(&mut self, property: &Property) -> Box<dyn Query> {
        let f = self.fields;
        match property {
            Property::Author(text) => {
                let named = self.phrase(f.author_words, text);
                silent(BooleanQuery::union(vec![is(f.author, keyword_of(text)), named]))
            }
            Property::Topic(topic) => self.topics([topic.as_str()].into_iter()),
            Property::Source(source) => is(f.source, source.as_str()),
            Property::Location(location) => is(f.location, location.as_str()),
            Property::Channel(channel) => is(f.channel, channel.as_str()),
            Property::Lang(lang) => is(f.lang, lang.as_str()),
            Property::Stars(least, most) => self.stars(Some(*least), Some(*most)),
            Property::Severity(severity) => self.severity(severity.level()),
            Property::Sentiment(sentiment) => is(f.sentiment, sentiment.as_str()),
            Property::Intent(intent) => is(f.intent, intent.as_str()),
            Property::Signal(signal) => is(f.signal, signal.as_str()),
        }
    }
}

fn word_query(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}
