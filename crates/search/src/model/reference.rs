//! The list that the index is compared with.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gehoor_domain::ids::MentionId;
use gehoor_domain::scope::Scope;

use crate::ask::{Ask, Property};
use crate::doc::{centi, tie};
use crate::words::{Analyzers, stemmed};
use crate::{By, Filter, MentionDoc, Op};

/// All mentions.
#[derive(Default)]
pub(super) struct Reference {
    pub(super) docs: BTreeMap<MentionId, MentionDoc>,
}

/// The words of a mention with their positions: two apart from the title to the text.
pub(super) struct Text {
    plain: Vec<(usize, String)>,
    stems: Vec<String>,
}

impl Reference {
    pub(super) fn apply(&mut self, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Put(doc) | Op::Add(doc) => self.docs.insert(doc.mention.id.clone(), (**doc).clone()),
                Op::Remove(id) => self.docs.remove(id),
            };
        }
    }

    /// The words of all mentions, to be looked through more than once.
    pub(super) fn texts(&self) -> Vec<Text> {
        let mut analyzers = Analyzers::new();
        self.docs.values().map(|doc| text(&mut analyzers, doc)).collect()
    }

    pub(super) fn find(&self, scope: &Scope, ask: Option<&Ask>, filter: &Filter) -> Vec<&MentionDoc> {
        self.find_among(&self.texts(), scope, ask, filter)
    }

    pub(super) fn find_among(
        &self,
        texts: &[Text],
        scope: &Scope,
        ask: Option<&Ask>,
        filter: &Filter,
    ) -> Vec<&MentionDoc> {
        let fits = |(doc, text): &(&MentionDoc, &Text)| {
            scope.allows(doc.location()) && passes(filter, doc) && ask.is_none_or(|ask| holds(ask, doc, text))
        };
        self.docs.values().zip(texts).filter(fits).map(|(doc, _)| doc).collect()
    }
}

/// The latest first, then by name.
pub(super) fn order(mut docs: Vec<&MentionDoc>) -> Vec<&MentionDoc> {
    docs.sort_by_key(|doc| std::cmp::Reverse((doc.mention.published.as_millisecond(), tie(&doc.mention.id))));
    docs
}

/// The rows in which a mention counts.
pub(super) fn keys(doc: &MentionDoc, by: By) -> Vec<String> {
    let topics = || doc.assessment.iter().flat_map(|a| &a.topics).map(|t| t.label.clone());
    let mut keys: Vec<String> = match by {
        By::Topic => topics().map(|t| t.0).collect(),
        By::TopicGroup => topics().map(|t| t.group().to_owned()).collect(),
        By::Location => vec![doc.location().map(ToString::to_string).unwrap_or_default()],
        By::Channel => vec![doc.mention.channel.as_str().to_owned()],
        By::Source => vec![doc.mention.source.to_string()],
        By::Lang => vec![doc.lang().map(|l| l.as_str().to_owned()).unwrap_or_default()],
        By::Author => vec![doc.mention.author.key.0.clone()],
    };
    keys.sort();
    keys.dedup();
    keys
}

fn text(analyzers: &mut Analyzers, doc: &MentionDoc) -> Text {
    let mut all = Text { plain: Vec::new(), stems: Vec::new() };
    let mut next = 0;
    for part in doc.mention.title.iter().chain([&doc.mention.text]) {
        let words = analyzers.plain(part);
        let count = words.len();
        all.plain.extend(words.into_iter().enumerate().map(|(at, word)| (next + at, word.text)));
        next += count + 1;
        if let Some(language) = stemmed(doc.lang()) {
            all.stems.extend(analyzers.stems(language, part).into_iter().map(|word| word.text));
        }
    }
    all
}

thread_local! {
    static ANALYZERS: RefCell<Analyzers> = RefCell::new(Analyzers::new());
}

fn words(text: &str) -> Vec<String> {
    ANALYZERS.with_borrow_mut(|analyzers| analyzers.plain(text)).into_iter().map(|word| word.text).collect()
}

fn stem(language: usize, word: &str) -> String {
    ANALYZERS.with_borrow_mut(|analyzers| analyzers.stems(language, word)).remove(0).text
}

fn has_phrase(plain: &[(usize, String)], phrase: &[String]) -> bool {
    plain.iter().any(|(start, _)| {
        phrase.iter().enumerate().all(|(at, word)| plain.iter().any(|(p, w)| *p == start + at && w == word))
    })
}

fn has_near(plain: &[(usize, String)], one: &str, other: &str, distance: usize) -> bool {
    let places =
        |wanted: &str| plain.iter().filter(move |(_, w)| w == wanted).map(|(p, _)| *p).collect::<Vec<_>>();
    let others = places(other);
    places(one).iter().any(|a| others.iter().any(|b| a.abs_diff(*b) <= distance))
}

fn holds(ask: &Ask, doc: &MentionDoc, text: &Text) -> bool {
    match ask {
        Ask::All(parts) => parts.iter().all(|part| holds(part, doc, text)),
        Ask::Any(parts) => parts.iter().any(|part| holds(part, doc, text)),
        Ask::Not(inner) => !holds(inner, doc, text),
        Ask::Word(word) => {
            let wanted = words(word);
            let by_stem = stemmed(doc.lang())
                .map(|language| stem(language, word))
                .is_some_and(|stem| wanted.len() == 1 && text.stems.contains(&stem));
            by_stem || has_phrase(&text.plain, &wanted)
        }
        Ask::Prefix(prefix) => {
            let wanted = words(prefix).remove(0);
            text.plain.iter().any(|(_, word)| word.starts_with(&wanted))
        }
        Ask::Phrase(phrase) => has_phrase(&text.plain, &words(phrase)),
        Ask::Near(near, distance) => {
            let mut wanted = words(near);
            wanted.dedup();
            let pairs =
                wanted.windows(2).all(|pair| has_near(&text.plain, &pair[0], &pair[1], *distance as usize));
            pairs && has_phrase(&text.plain, &wanted[..1])
        }
        Ask::Field(property) => has(property, doc),
    }
}

fn has(property: &Property, doc: &MentionDoc) -> bool {
    let assessment = doc.assessment.as_ref();
    match property {
        Property::Author(wanted) => {
            let author = &doc.mention.author;
            let named = |name: &String| {
                let words: Vec<(usize, String)> = words(name).into_iter().enumerate().collect();
                has_phrase(&words, &self::words(wanted))
            };
            author.key.0 == *wanted || named(&author.name) || author.handle.as_ref().is_some_and(named)
        }
        Property::Topic(topic) => has_topic(doc, topic),
        Property::Source(source) => doc.mention.source == *source,
        Property::Location(location) => doc.location() == Some(location),
        Property::Channel(channel) => doc.mention.channel == *channel,
        Property::Lang(lang) => doc.lang() == Some(*lang),
        Property::Stars(least, most) => {
            doc.centistars().is_some_and(|stars| (*least..=*most).contains(&stars))
        }
        Property::Severity(least) => assessment.is_some_and(|a| a.severity.label >= *least),
        Property::Sentiment(sentiment) => assessment.is_some_and(|a| a.sentiment.label == *sentiment),
        Property::Intent(intent) => assessment.is_some_and(|a| a.intent.label == *intent),
        Property::Signal(signal) => assessment.is_some_and(|a| a.has(*signal)),
    }
}

fn has_topic(doc: &MentionDoc, topic: &str) -> bool {
    doc.assessment.iter().flat_map(|a| &a.topics).any(|t| t.label.0 == topic || t.label.group() == topic)
}

fn passes(filter: &Filter, doc: &MentionDoc) -> bool {
    let (mention, assessment) = (&doc.mention, doc.assessment.as_ref());
    let located = match doc.location() {
        None => filter.unlocated || filter.locations.is_empty(),
        Some(location) => {
            filter.locations.contains(location) || (filter.locations.is_empty() && !filter.unlocated)
        }
    };
    fn any<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    }
    located
        && any(&filter.only, Some(&mention.id))
        && !filter.except.contains(&mention.id)
        && any(&filter.sources, Some(&mention.source))
        && any(&filter.channels, Some(&mention.channel))
        && any(&filter.langs, doc.lang().as_ref())
        && any(&filter.sentiments, assessment.map(|a| &a.sentiment.label))
        && any(&filter.intents, assessment.map(|a| &a.intent.label))
        && (filter.topics.is_empty() || filter.topics.iter().any(|topic| has_topic(doc, topic.as_str())))
        && (filter.signals.is_empty()
            || assessment.is_some_and(|a| filter.signals.iter().any(|signal| a.has(*signal))))
        && filter.stars_min.is_none_or(|least| doc.centistars().is_some_and(|stars| stars >= centi(least)))
        && filter.stars_max.is_none_or(|most| doc.centistars().is_some_and(|stars| stars <= centi(most)))
        && filter.severity_min.is_none_or(|least| assessment.is_some_and(|a| a.severity.label >= least))
        && filter.from.is_none_or(|from| mention.published >= from)
        && filter.until.is_none_or(|until| mention.published < until)
        && filter.author.as_ref().is_none_or(|author| mention.author.key == *author)
        && filter.thread.as_ref().is_none_or(|thread| mention.thread.as_ref() == Some(thread))
        && filter.own.is_none_or(|own| mention.own == own)
        && (filter.include_withdrawn || mention.withdrawn.is_none())
        && copies(filter, doc)
}

fn copies(filter: &Filter, doc: &MentionDoc) -> bool {
    let copy = doc.assessment.as_ref().and_then(|a| a.copy_of.as_ref());
    match &filter.copies_of {
        Some(original) => copy.is_some_and(|copy| copy.original == *original),
        None => filter.include_copies || copy.is_none(),
    }
}
