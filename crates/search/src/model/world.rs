//! Small random worlds: few words, shops and moments, so that they meet.

use std::collections::BTreeSet;
use std::sync::Arc;

use gehoor_domain::assessment::{
    Assessment, Intent, Judged, Lang, Located, Responsible, Sentiment, Severity, Signal, Topic,
};
use gehoor_domain::copies::{Copier, CopyOf};
use gehoor_domain::ids::{AuthorKey, LocationId, MentionId, SourceId};
use gehoor_domain::mention::{Author, Channel, Mention, Reach, Stars};
use gehoor_domain::scope::Scope;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use crate::ask::{Ask, Property};
use crate::doc::centi;
use crate::{Filter, MentionDoc, Op};

/// One thing done to the index.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Apply(Vec<Op>),
    Commit,
    Erase(Vec<MentionId>),
}

const WORDS: [&str; 16] = [
    "klacht",
    "Klachten",
    "bank",
    "banken",
    "te",
    "laat",
    "niet",
    "geleverd",
    "delivery",
    "deliveries",
    "café",
    "cafe",
    "e-mail",
    "Lieferung",
    "livrée",
    "😡",
];
const SHOPS: [&str; 3] = ["assen", "breda", "hq"];
const SOURCES: [&str; 2] = ["reviews", "masto"];
const TOPICS: [&str; 4] = ["delivery.late", "delivery.lost", "service", "service.rude"];
const AUTHORS: [(&str, &str); 3] = [("a:1", "Jan Smit"), ("a:2", "Piet"), ("b:1", "Jan")];

fn word() -> impl Strategy<Value = String> {
    select(&WORDS[..]).prop_map(str::to_owned)
}
fn shop() -> impl Strategy<Value = LocationId> {
    select(&SHOPS[..]).prop_map(|name| LocationId::parse(name).unwrap())
}
fn source() -> impl Strategy<Value = SourceId> {
    select(&SOURCES[..]).prop_map(|name| SourceId::parse(name).unwrap())
}
fn topic() -> impl Strategy<Value = Topic> {
    select(&TOPICS[..]).prop_map(|name| Topic(name.into()))
}
fn signal() -> impl Strategy<Value = Signal> {
    select(&Signal::ALL[..3])
}
fn channel() -> impl Strategy<Value = Channel> {
    select(&Channel::ALL[..3])
}
fn severity() -> impl Strategy<Value = Severity> {
    (0u8..4).prop_map(|level| Severity::new(level).unwrap())
}
/// Around the change of clocks, seldom twice the same.
fn moment() -> impl Strategy<Value = Timestamp> {
    (0i64..300).prop_map(|step| Timestamp::from_millisecond(1_774_500_000_000 + step * 2_700_123).unwrap())
}
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..9).prop_map(|words| words.join(" "))
}

fn assessment() -> impl Strategy<Value = Assessment> {
    let labels = (
        select(Lang::ALL),
        select(Sentiment::ALL),
        select(Intent::ALL),
        severity(),
        prop::collection::vec(topic(), 0..3),
        prop::collection::vec(signal(), 0..2),
        prop::option::of(shop()),
        prop::option::weighted(0.2, name()),
    );
    labels.prop_map(|(lang, sentiment, intent, severity, topics, signals, shop, original)| {
        fn judged<T>(label: T) -> Judged<T> {
            Judged { label, p: 0.5 }
        }
        Assessment {
            lang: judged(lang),
            sentiment: judged(sentiment),
            sentiment_p: vec![0.25; 4],
            intent: judged(intent),
            intent_p: vec![0.2; 5],
            severity: judged(severity),
            severity_p: vec![0.25; 4],
            topics: topics.into_iter().map(judged).collect(),
            signals: signals.into_iter().map(judged).collect(),
            responsible: judged(Responsible::Unknown),
            responsible_p: Vec::new(),
            located: shop.map(|location| Located { location, p: 0.9, by: "alias".into(), words: None }),
            reasons: Vec::new(),
            model: "test".into(),
            corrected: Vec::new(),
            copy_of: original.map(|original| CopyOf { original, by: Copier::Author }),
        }
    })
}

/// Mentions of up to so many names for each source.
pub(super) fn docs(names: u32) -> impl Strategy<Value = MentionDoc> {
    let place = (source(), 0..names, channel(), select(&AUTHORS[..]), moment());
    let words = (prop::option::of(text()), text(), prop::option::of(select(&["nl", "en", "xx"][..])));
    let rest = (
        prop::option::of(0..=10u32),
        prop::option::of(select(&["t1", "t2"][..])),
        any::<bool>(),
        prop::bool::weighted(0.2),
    );
    (place, words, rest, prop::option::weighted(0.8, assessment())).prop_map(
        |(place, words, rest, assessment)| {
            let (source, number, channel, (key, name), published) = place;
            let (title, text, lang) = words;
            let (stars, thread, own, gone) = rest;
            let external_id = number.to_string();
            let mention = Mention {
                id: MentionId::derive(&source, &external_id),
                source,
                external_id,
                space: None,
                channel,
                permalink: None,
                author: Author {
                    key: AuthorKey(key.into()),
                    name: name.into(),
                    handle: Some(format!("{name}@x")),
                    url: None,
                },
                title,
                text,
                lang: lang.map(str::to_owned),
                published,
                seen: published,
                edited: None,
                stars: stars.map(|value| Stars { value: f64::from(value), best: 10.0, worst: 0.0 }),
                thread: thread.map(str::to_owned),
                in_reply_to: None,
                reach: Reach::default(),
                place: None,
                own,
                revision: 1,
                withdrawn: gone.then_some(published),
                repairs: Vec::new(),
            };
            MentionDoc { mention, assessment }
        },
    )
}

fn name() -> impl Strategy<Value = MentionId> {
    (source(), 0..12u32).prop_map(|(source, number)| MentionId::derive(&source, &number.to_string()))
}

/// Changes of the index, with commits between them.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let op =
        prop_oneof![9 => docs(12).prop_map(|doc| Op::Put(Arc::new(doc))), 1 => name().prop_map(Op::Remove)];
    let step = prop_oneof![
        6 => prop::collection::vec(op, 1..8).prop_map(Step::Apply),
        3 => Just(Step::Commit),
        1 => prop::collection::vec(name(), 1..3).prop_map(Step::Erase),
    ];
    prop::collection::vec(step, 1..8)
}

/// What a reader may see.
pub(super) fn scopes() -> impl Strategy<Value = Scope> {
    let shops = prop::collection::btree_set(shop(), 0..3);
    // as many as make the index look them up in another way
    let many = shop().prop_map(|shop| {
        let others = (0..20).map(|n| LocationId::parse(&format!("none-{n}")).unwrap());
        others.chain([shop]).collect::<BTreeSet<_>>()
    });
    prop_oneof![2 => Just(Scope::All), 4 => shops.prop_map(Scope::Locations), 1 => many.prop_map(Scope::Locations)]
}

/// What is asked besides words.
pub(super) fn filters() -> impl Strategy<Value = Filter> {
    /// Mostly none.
    fn few<S: Strategy>(values: S) -> impl Strategy<Value = Vec<S::Value>> {
        (prop::bool::weighted(0.2), prop::collection::vec(values, 1..3))
            .prop_map(|(some, values)| if some { values } else { Vec::new() })
    }
    let lists =
        (few(source()), few(shop()), few(channel()), few(select(Lang::ALL)), few(select(Sentiment::ALL)));
    let more =
        (few(select(Intent::ALL)), few(prop_oneof![topic(), Just(Topic("delivery".into()))]), few(signal()));
    let rare = |on: f64| prop::bool::weighted(on);
    let stars = || prop::option::weighted(0.15, (2..=10u32).prop_map(|half| f64::from(half) / 2.0));
    let ranges = (stars(), stars(), prop::option::weighted(0.1, severity()));
    let times = (prop::option::weighted(0.3, moment()), prop::option::weighted(0.3, moment()));
    let rest = (
        prop::option::weighted(0.1, select(&AUTHORS[..])),
        prop::option::weighted(0.1, select(&["t1", "t2"][..])),
        prop::option::weighted(0.2, any::<bool>()),
        any::<bool>(),
        rare(0.1),
        any::<bool>(),
        prop::option::weighted(0.1, name()),
        few(name()),
        few(name()),
    );
    (lists, more, ranges, times, rest).prop_map(|(lists, more, ranges, times, rest)| Filter {
        sources: lists.0,
        locations: lists.1,
        unlocated: rest.4,
        channels: lists.2,
        langs: lists.3,
        sentiments: lists.4,
        intents: more.0,
        topics: more.1,
        signals: more.2,
        stars_min: ranges.0,
        stars_max: ranges.1,
        severity_min: ranges.2,
        from: times.0,
        until: times.1,
        author: rest.0.map(|(key, _)| AuthorKey(key.into())),
        thread: rest.1.map(str::to_owned),
        own: rest.2,
        include_withdrawn: rest.3,
        include_copies: rest.5,
        copies_of: rest.6,
        only: rest.7,
        except: rest.8,
    })
}

fn property() -> impl Strategy<Value = Property> {
    prop_oneof![
        select(&["Jan", "jan smit", "a:2", "piet@x"][..]).prop_map(|a| Property::Author(a.into())),
        select(&["delivery", "service", "service.rude"][..]).prop_map(|t| Property::Topic(t.into())),
        source().prop_map(Property::Source),
        shop().prop_map(Property::Location),
        channel().prop_map(Property::Channel),
        select(Lang::ALL).prop_map(Property::Lang),
        (1..=5u32, 0..=2u32).prop_map(|(least, more)| {
            Property::Stars(centi(f64::from(least)), centi(f64::from((least + more).min(5))))
        }),
        severity().prop_map(Property::Severity),
        select(Sentiment::ALL).prop_map(Property::Sentiment),
        select(Intent::ALL).prop_map(Property::Intent),
        signal().prop_map(Property::Signal),
    ]
}

/// Questions in words.
pub(super) fn asks() -> impl Strategy<Value = Ask> {
    let phrase = || prop::collection::vec(word(), 1..4).prop_map(|words| words.join(" "));
    let leaf = prop_oneof![
        6 => word().prop_map(Ask::Word),
        2 => select(&["kl", "bank", "CAF", "deliver"][..]).prop_map(|p| Ask::Prefix(p.into())),
        2 => phrase().prop_map(Ask::Phrase),
        2 => (phrase(), 1..5u32).prop_map(|(words, distance)| Ask::Near(words, distance)),
        2 => property().prop_map(Ask::Field),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ask::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ask::Any),
            inner.prop_map(|ask| Ask::Not(Box::new(ask))),
        ]
    })
}

/// A question as a person types it.
pub(super) fn render(ask: &Ask) -> String {
    let join = |parts: &[Ask], between: &str| parts.iter().map(part).collect::<Vec<_>>().join(between);
    fn part(ask: &Ask) -> String {
        match ask {
            Ask::All(_) | Ask::Any(_) => format!("({})", render(ask)),
            other => render(other),
        }
    }
    match ask {
        Ask::All(parts) => join(parts, if parts.len() == 2 { " EN " } else { " " }),
        Ask::Any(parts) => join(parts, if parts.len() == 2 { " OF " } else { " OR " }),
        Ask::Not(inner) if matches!(**inner, Ask::Not(_)) => format!("NIET {}", render(inner)),
        Ask::Not(inner) => format!("-{}", part(inner)),
        Ask::Word(word) => word.clone(),
        Ask::Prefix(prefix) => format!("{prefix}*"),
        Ask::Phrase(phrase) => format!("\"{phrase}\""),
        Ask::Near(words, distance) => format!("\"{words}\"~{distance}"),
        Ask::Field(property) => render_property(property),
    }
}

fn render_property(property: &Property) -> String {
    match property {
        Property::Author(author) => format!("author:\"{author}\""),
        Property::Topic(topic) => format!("topic:{topic}"),
        Property::Source(source) => format!("source:{source}"),
        Property::Location(location) => format!("location:{location}"),
        Property::Channel(channel) => format!("channel:{}", channel.as_str()),
        Property::Lang(lang) => format!("lang:{}", lang.as_str()),
        Property::Stars(least, most) => format!("stars:{}..{}", *least as f64 / 100.0, *most as f64 / 100.0),
        Property::Severity(least) => format!("severity:{}", least.level()),
        Property::Sentiment(sentiment) => format!("sentiment:{}", sentiment.as_str()),
        Property::Intent(intent) => format!("intent:{}", intent.as_str()),
        Property::Signal(signal) => format!("signal:{}", signal.as_str()),
    }
}
