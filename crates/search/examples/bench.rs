//! Fills an index with made-up mentions and times what pages ask of it; prints one JSON document.
//!
//! `cargo run --release -p gehoor-search --example bench -- 200000 [folder]`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use gehoor_domain::assessment::{
    Assessment, Intent, Judged, Lang, Located, Responsible, Sentiment, Severity, Topic,
};
use gehoor_domain::ids::{AuthorKey, LocationId, MentionId, SourceId};
use gehoor_domain::mention::{Author, Channel, Mention, Reach, Stars};
use gehoor_domain::scope::Scope;
use gehoor_search::{Bucket, By, Filter, Index, MentionDoc, Op, SearchQuery, Sort};
use jiff::Timestamp;
use jiff::tz::TimeZone;

type Failure = Box<dyn std::error::Error>;

/// First moment of the two years over which mentions are spread.
const START: i64 = 1_735_000_000;
const SPAN: u64 = 63_072_000;
const BATCH: usize = 1_000;
const SYLLABLES: [&str; 24] = [
    "be", "zorg", "ge", "lever", "klan", "ten", "bank", "stoel", "ver", "laat", "re", "tour", "geld", "te",
    "rug", "kast", "deur", "win", "kel", "me", "de", "wer", "ker", "ing",
];

/// A small generator of numbers (xorshift*), so that every run makes the same mentions.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(usize::try_from(self.below(all.len() as u64)).ok()?)
    }
    /// 0 often, large numbers seldom, as words are: about 1/n.
    fn zipf(&mut self, end: u64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((end as f64).powf(share) - 1.0) as u64
    }
}

/// The word of that rank: the same rank always gives the same word.
fn word(rank: u64) -> String {
    let mut dice = Dice(rank.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    dice.next();
    (0..2 + dice.below(2)).filter_map(|_| dice.pick(&SYLLABLES).copied()).collect::<String>()
        + &rank.to_string()
}

fn judged<T>(label: T) -> Judged<T> {
    Judged { label, p: 0.83 }
}

fn mention(number: u64) -> Result<MentionDoc, Failure> {
    let mut dice = Dice(number.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
    dice.next();
    let source =
        SourceId::parse(["reviews", "masto", "forum", "feed"].get((number % 4) as usize).unwrap_or(&"x"))?;
    let external_id = number.to_string();
    let words = 12 + dice.below(30);
    let text: Vec<String> = (0..words).map(|_| word(dice.zipf(100_000))).collect();
    let published = Timestamp::from_second(START + i64::try_from(dice.below(SPAN))?)?;
    let author = dice.zipf(300_000);
    let mention = Mention {
        id: MentionId::derive(&source, &external_id),
        source,
        external_id,
        space: None,
        channel: dice.pick(&Channel::ALL).copied().unwrap_or(Channel::Review),
        permalink: Some(format!("https://voorbeeld.example/{number}")),
        author: Author { key: AuthorKey(format!("p:{author}")), name: word(author), handle: None, url: None },
        title: None,
        text: text.join(" "),
        lang: None,
        published,
        seen: published,
        edited: None,
        stars: (dice.below(2) == 0).then(|| Stars {
            value: 1.0 + dice.below(5) as f64,
            best: 5.0,
            worst: 1.0,
        }),
        thread: None,
        in_reply_to: None,
        reach: Reach::default(),
        place: None,
        own: false,
        revision: 1,
        withdrawn: None,
        repairs: Vec::new(),
    };
    let shop = LocationId::parse(&format!("winkel-{}", dice.zipf(120)))?;
    let assessment = Assessment {
        lang: judged(if dice.below(10) < 8 { Lang::Nl } else { Lang::En }),
        sentiment: judged(dice.pick(Sentiment::ALL).copied().unwrap_or(Sentiment::Neutral)),
        sentiment_p: vec![0.83, 0.1, 0.05, 0.02],
        intent: judged(dice.pick(Intent::ALL).copied().unwrap_or(Intent::Remark)),
        intent_p: vec![0.83, 0.1, 0.05, 0.01, 0.01],
        severity: judged(Severity::new(u8::try_from(dice.below(4))?).unwrap_or(Severity::NONE)),
        severity_p: vec![0.83, 0.1, 0.05, 0.02],
        topics: (0..dice.below(3))
            .map(|_| judged(Topic(format!("groep{}.{}", dice.zipf(12), dice.zipf(6)))))
            .collect(),
        signals: Vec::new(),
        responsible: judged(Responsible::Location),
        responsible_p: vec![0.83, 0.1, 0.05, 0.01, 0.01],
        located: Some(Located { location: shop, p: 0.9, by: "alias".into(), words: None }),
        reasons: Vec::new(),
        model: "bench".into(),
        corrected: Vec::new(),
        copy_of: None,
    };
    Ok(MentionDoc { mention, assessment: Some(assessment) })
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Milliseconds at the middle and at 99 of 100, over some runs that differ by their number.
fn time(runs: u64, mut ask: impl FnMut(u64) -> Result<(), Failure>) -> Result<serde_json::Value, Failure> {
    let mut took = Vec::new();
    for run in 0..runs {
        let start = now();
        ask(run)?;
        took.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len().saturating_sub(1))).copied();
    let round = |ms: f64| (ms * 100.0).round() / 100.0;
    Ok(serde_json::json!({ "p50_ms": at(50).map(round), "p99_ms": at(99).map(round), "runs": runs }))
}

fn fill(index: &Index, count: u64) -> Result<(f64, f64), Failure> {
    let (mut making, mut number) = (0.0, 0);
    let begun = now();
    while number < count {
        let start = now();
        let end = (number + BATCH as u64).min(count);
        let ops: Result<Vec<Op>, Failure> =
            (number..end).map(|n| Ok(Op::Put(Arc::new(mention(n)?)))).collect();
        let ops = ops?;
        making += start.elapsed().as_secs_f64();
        index.apply(&ops, end)?;
        number = end;
        if number.is_multiple_of(20_000) {
            index.commit()?;
        }
    }
    index.commit()?;
    Ok((begun.elapsed().as_secs_f64() - making, making))
}

fn ask(index: &Index) -> Result<serde_json::Value, Failure> {
    let all = Scope::All;
    let shops = (0..5).filter_map(|n| LocationId::parse(&format!("winkel-{n}")).ok()).collect();
    let franchisee = Scope::Locations(shops);
    let late = Timestamp::from_second(START + 56_000_000)?;
    let recent = Filter { from: Some(late), ..Filter::default() };
    let narrow = Filter {
        sentiments: vec![Sentiment::Negative],
        locations: vec![LocationId::parse("winkel-3")?],
        ..recent.clone()
    };
    let zone = TimeZone::get("Europe/Amsterdam")?;
    let find = |scope: &Scope, text: Option<String>, filter: &Filter, sort| -> Result<(), Failure> {
        let query = SearchQuery { text, filter: filter.clone(), sort, after: None, limit: 20 };
        index.search(scope, &query)?;
        Ok(())
    };
    let none = Filter::default();
    Ok(serde_json::json!({
        "newest_all": time(200, |_| find(&all, None, &none, Sort::Newest))?,
        "newest_scoped": time(200, |_| find(&franchisee, None, &none, Sort::Newest))?,
        "frequent_word_best": time(200, |run| find(&all, Some(word(run % 10)), &none, Sort::Relevance))?,
        "frequent_word_newest": time(200, |run| find(&all, Some(word(run % 10)), &none, Sort::Newest))?,
        "rare_word_best": time(200, |run| find(&all, Some(word(5_000 + run)), &none, Sort::Relevance))?,
        "two_words_filtered_newest": time(200, |run| {
            find(&all, Some(format!("{} {}", word(run % 10), word(run % 7 + 10))), &recent, Sort::Newest)
        })?,
        "word_narrow_newest": time(200, |run| find(&all, Some(word(run % 20)), &narrow, Sort::Newest))?,
        "phrase_best": time(200, |run| {
            find(&all, Some(format!("\"{} {}\"", word(run % 10), word(run % 7))), &none, Sort::Relevance)
        })?,
        "near_newest": time(200, |run| {
            find(&all, Some(format!("\"{} {}\"~5", word(run % 10), word(run % 7 + 3))), &none, Sort::Newest)
        })?,
        "prefix_newest": time(100, |_| find(&all, Some("bezorg*".into()), &none, Sort::Newest))?,
        "facets_all": time(30, |_| Ok(index.facets(&all, None, &none).map(|_| ())?))?,
        "facets_word": time(50, |run| Ok(index.facets(&all, Some(&word(run % 10)), &recent).map(|_| ())?))?,
        "days_all": time(30, |_| Ok(index.histogram(&all, None, &none, Bucket::Day, &zone).map(|_| ())?))?,
        "days_recent": time(50, |_| Ok(index.histogram(&all, None, &recent, Bucket::Day, &zone).map(|_| ())?))?,
        "days_scoped": time(50, |_| Ok(index.histogram(&franchisee, None, &none, Bucket::Day, &zone).map(|_| ())?))?,
        "by_location_all": time(30, |_| Ok(index.table(&all, None, &none, By::Location).map(|_| ())?))?,
        "by_topic_recent": time(50, |_| Ok(index.table(&all, None, &recent, By::Topic).map(|_| ())?))?,
        "by_author_all": time(10, |_| Ok(index.table(&all, None, &none, By::Author).map(|_| ())?))?,
    }))
}

fn run(count: u64, dir: &Path) -> Result<(), Failure> {
    let (index, _) = Index::open(dir)?;
    // a folder that is full already is only asked
    let filled = if index.stats()?.mentions >= count.saturating_sub(BATCH as u64) {
        None
    } else {
        Some(fill(&index, count)?)
    };
    let source = SourceId::parse("reviews")?;
    let id = |n: u64| MentionId::derive(&source, &(n * 4 % count).to_string());
    let by_id = time(500, |run| Ok(index.get(&Scope::All, &id(run * 97)).map(|_| ())?))?;
    let known: Vec<MentionId> = (0..100).map(|n| id(n * 331)).collect();
    let ingest = time(100, |_| Ok(index.ingest_known(&known).map(|_| ())?))?;
    let asked = ask(&index)?;
    let stats = index.stats()?;
    let (dir_bytes, start) = (stats.bytes, now());
    let erased = index.erase(&[id(1)])?;
    let erasing = start.elapsed().as_secs_f64();
    let start = now();
    let batch: Result<Vec<Op>, Failure> =
        (0..BATCH as u64).map(|n| Ok(Op::Put(Arc::new(mention(n * 3 % count)?)))).collect();
    index.apply(&batch?, count)?;
    index.commit()?;
    let update = start.elapsed().as_secs_f64() * 1_000.0;
    let report = serde_json::json!({
        "mentions": stats.mentions, "segments": stats.segments, "bytes": dir_bytes,
        "index_seconds": filled.map(|(seconds, _)| seconds), "make_seconds": filled.map(|(_, making)| making),
        "mentions_per_second": filled.map(|(seconds, _)| count as f64 / seconds),
        "get": by_id, "ingest_known_100": ingest, "reads": asked,
        "erase_one_seconds": erasing, "erase_segments": erased.segments,
        "update_1000_ms": update,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let count = args.next().map_or(Ok(200_000), |text| text.parse())?;
    let dir = args.next().map_or_else(|| std::env::temp_dir().join("gehoor-bench-index"), PathBuf::from);
    run(count, &dir)
}
