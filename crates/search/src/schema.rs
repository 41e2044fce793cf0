//! Which fields the index has, and how a mention fills them.
//!
//! Keyword fields are indexed for filters and *fast* (a column) for counts. Where a mention has no value,
//! [`NONE`] stands, so that columns are full and "without a shop" can be asked for like any shop.

use gehoor_domain::ids::MentionId;
use jiff::Timestamp;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::RAW_TOKENIZER_NAME;
use tantivy::{TantivyDocument, Term};

use crate::doc::{MentionDoc, tie};
use crate::error::SearchError;
use crate::words::{PLAIN, STEMS, stemmed};

/// Stands for "no value" in a keyword field. No name or label begins with a hyphen.
pub(crate) const NONE: &str = "-";

/// Longer names of authors and threads are cut to this many bytes: tantivy leaves out terms above 64 KB.
const MAX_KEYWORD: usize = 400;

/// Names of the columns that counts are made of.
pub(crate) mod column {
    pub(crate) const SOURCE: &str = "source";
    pub(crate) const LOCATION: &str = "location";
    pub(crate) const CHANNEL: &str = "channel";
    pub(crate) const LANG: &str = "lang";
    pub(crate) const SENTIMENT: &str = "sentiment";
    pub(crate) const INTENT: &str = "intent";
    pub(crate) const TOPIC: &str = "topic";
    pub(crate) const TOPIC_GROUP: &str = "topic_group";
    pub(crate) const SIGNAL: &str = "signal";
    pub(crate) const AUTHOR: &str = "author";
    pub(crate) const PUBLISHED: &str = "published";
    pub(crate) const STARS: &str = "stars";
    pub(crate) const TIE: &str = "tie";
}

/// What a mention is flagged with.
pub(crate) const OWN: &str = "own";
/// As [`OWN`].
pub(crate) const WITHDRAWN: &str = "withdrawn";
/// As [`OWN`]: nearly the same as a text that was known before.
pub(crate) const COPY: &str = "copy";

/// The fields, by what they hold.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    pub(crate) plain: Field,
    pub(crate) stems: [Field; 4],
    pub(crate) author_words: Field,
    pub(crate) author: Field,
    pub(crate) source: Field,
    pub(crate) location: Field,
    pub(crate) channel: Field,
    pub(crate) lang: Field,
    pub(crate) sentiment: Field,
    pub(crate) intent: Field,
    pub(crate) topic: Field,
    pub(crate) topic_group: Field,
    pub(crate) signal: Field,
    pub(crate) thread: Field,
    pub(crate) flag: Field,
    /// The text that it is a copy of.
    pub(crate) original: Field,
    pub(crate) published: Field,
    pub(crate) stars: Field,
    pub(crate) severity: Field,
    pub(crate) tie: Field,
    pub(crate) json: Field,
}

fn keyword() -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(RAW_TOKENIZER_NAME)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    )
}

fn text(analyzer: &str, keeps: IndexRecordOption) -> TextOptions {
    TextOptions::default()
        .set_indexing_options(TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(keeps))
}

/// The schema of the index. tantivy keeps it with the files; one that differs means an older index.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let column = || keyword().set_fast(RAW_TOKENIZER_NAME);
    // stems need no positions: what is quoted is meant as written, and that is the plain field
    let stems = STEMS.map(|name| b.add_text_field(name, text(name, IndexRecordOption::WithFreqs)));
    let fields = Fields {
        stems,
        id: b.add_text_field("id", keyword()),
        plain: b.add_text_field("plain", text(PLAIN, IndexRecordOption::WithFreqsAndPositions)),
        author_words: b.add_text_field("author_words", text(PLAIN, IndexRecordOption::WithFreqsAndPositions)),
        author: b.add_text_field(column::AUTHOR, column()),
        source: b.add_text_field(column::SOURCE, column()),
        location: b.add_text_field(column::LOCATION, column()),
        channel: b.add_text_field(column::CHANNEL, column()),
        lang: b.add_text_field(column::LANG, column()),
        sentiment: b.add_text_field(column::SENTIMENT, column()),
        intent: b.add_text_field(column::INTENT, column()),
        topic: b.add_text_field(column::TOPIC, column()),
        topic_group: b.add_text_field(column::TOPIC_GROUP, column()),
        signal: b.add_text_field(column::SIGNAL, column()),
        thread: b.add_text_field("thread", keyword()),
        flag: b.add_text_field("flag", keyword()),
        original: b.add_text_field("original", keyword()),
        published: b.add_i64_field(column::PUBLISHED, FAST),
        stars: b.add_u64_field(column::STARS, FAST),
        severity: b.add_u64_field("severity", FAST),
        tie: b.add_u64_field(column::TIE, FAST),
        json: b.add_bytes_field("json", STORED),
    };
    (b.build(), fields)
}

/// Milliseconds since 1970, the part before rounded down. The index orders and filters by these.
pub(crate) fn millis(at: Timestamp) -> i64 {
    let floor = at.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(floor).unwrap_or(i64::MAX)
}

/// The first millisecond at or after it.
pub(crate) fn millis_up(at: Timestamp) -> i64 {
    let exact = at.as_nanosecond().rem_euclid(1_000_000) == 0;
    if exact { millis(at) } else { millis(at).saturating_add(1) }
}

/// A name as it stands in a keyword field.
pub(crate) fn keyword_of(text: &str) -> &str {
    let mut end = text.len().min(MAX_KEYWORD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

impl Fields {
    /// Finds the mention of that name.
    pub(crate) fn id_term(&self, id: &MentionId) -> Term {
        Term::from_field_text(self.id, id.as_str())
    }

    /// The mention as tantivy takes it.
    pub(crate) fn document(&self, doc: &MentionDoc) -> Result<TantivyDocument, SearchError> {
        let mention = &doc.mention;
        let json = serde_json::to_vec(doc)
            .map_err(|source| SearchError::Encode { id: mention.id.clone(), source })?;
        let mut out = TantivyDocument::with_capacity(json.len() + mention.text.len() * 2 + 400);
        out.add_bytes(self.json, &json);
        out.add_text(self.id, mention.id.as_str());
        self.add_words(doc, &mut out);
        out.add_text(self.author, keyword_of(&mention.author.key.0));
        out.add_text(self.source, mention.source.as_str());
        out.add_text(self.location, doc.location().map_or(NONE, |l| l.as_str()));
        out.add_text(self.channel, mention.channel.as_str());
        out.add_text(self.lang, doc.lang().map_or(NONE, |l| l.as_str()));
        self.add_assessment(doc, &mut out);
        if let Some(thread) = &mention.thread {
            out.add_text(self.thread, keyword_of(thread));
        }
        if mention.own {
            out.add_text(self.flag, OWN);
        }
        if mention.withdrawn.is_some() {
            out.add_text(self.flag, WITHDRAWN);
        }
        if let Some(copy) = doc.assessment.as_ref().and_then(|a| a.copy_of.as_ref()) {
            out.add_text(self.flag, COPY);
            out.add_text(self.original, copy.original.as_str());
        }
        out.add_i64(self.published, millis(mention.published));
        if let Some(stars) = doc.centistars() {
            out.add_u64(self.stars, stars);
        }
        out.add_u64(self.tie, tie(&mention.id));
        Ok(out)
    }

    fn add_words(&self, doc: &MentionDoc, out: &mut TantivyDocument) {
        let mention = &doc.mention;
        let stem = stemmed(doc.lang()).and_then(|at| self.stems.get(at)).copied();
        for text in mention.title.iter().chain([&mention.text]) {
            out.add_text(self.plain, text);
            if let Some(field) = stem {
                out.add_text(field, text);
            }
        }
        for name in [Some(&mention.author.name), mention.author.handle.as_ref()].into_iter().flatten() {
            out.add_text(self.author_words, name);
        }
    }

    fn add_assessment(&self, doc: &MentionDoc, out: &mut TantivyDocument) {
        let Some(assessment) = &doc.assessment else {
            out.add_text(self.sentiment, NONE);
            out.add_text(self.intent, NONE);
            return;
        };
        out.add_text(self.sentiment, assessment.sentiment.label.as_str());
        out.add_text(self.intent, assessment.intent.label.as_str());
        out.add_u64(self.severity, u64::from(assessment.severity.label.level()));
        for topic in once(assessment.topics.iter().map(|t| t.label.as_str())) {
            out.add_text(self.topic, keyword_of(topic));
        }
        for group in once(assessment.topics.iter().map(|t| t.label.group())) {
            out.add_text(self.topic_group, keyword_of(group));
        }
        for signal in once(assessment.signals.iter().map(|s| s.label.as_str())) {
            out.add_text(self.signal, signal);
        }
    }
}

/// Each once: a mention counts once for a topic, whatever was found in it.
fn once<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = values.collect();
    all.sort_unstable();
    all.dedup();
    all
}
