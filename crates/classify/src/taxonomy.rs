//! The topics people complain about: groups and topics, their names, and who acts on them by default.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gehoor_domain::assessment::{Responsible, Topic};
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../config/taxonomy.toml");

/// Why a topic list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadTaxonomy {
    /// Not TOML, or not of the expected form.
    #[error("the topic list cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A responsible party that does not exist.
    #[error(
        "topic `{topic}` names the responsible party `{party}`: use location, headquarters, carrier, supplier or unknown"
    )]
    Party {
        /// The topic.
        topic: String,
        /// What was written.
        party: String,
    },
}

#[derive(Debug, Deserialize)]
struct GroupFile {
    nl: String,
    en: String,
    #[serde(flatten)]
    topics: BTreeMap<String, TopicFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    nl: String,
    en: String,
    responsible: String,
}

/// One topic with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicEntry {
    /// Such as `delivery.late`.
    pub topic: Topic,
    /// Dutch name.
    pub nl: String,
    /// English name.
    pub en: String,
    /// Who acts when nothing in the text says otherwise.
    pub responsible: Responsible,
}

/// The two-level topic list.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    topics: Vec<TopicEntry>,
    groups: BTreeMap<String, (String, String)>,
}

impl Taxonomy {
    /// Reads a list of the form of `config/taxonomy.toml`.
    ///
    /// # Errors
    /// [`BadTaxonomy`] for broken TOML or an unknown responsible party.
    pub fn parse(text: &str) -> Result<Self, BadTaxonomy> {
        let file: BTreeMap<String, GroupFile> = toml::from_str(text)?;
        let mut topics = Vec::new();
        let mut groups = BTreeMap::new();
        for (group, entry) in file {
            for (key, t) in entry.topics {
                let name = if key == "self" { group.clone() } else { format!("{group}.{key}") };
                let responsible = Responsible::parse(&t.responsible).ok_or_else(|| BadTaxonomy::Party {
                    topic: name.clone(),
                    party: t.responsible.clone(),
                })?;
                topics.push(TopicEntry { topic: Topic(name), nl: t.nl, en: t.en, responsible });
            }
            groups.insert(group, (entry.nl, entry.en));
        }
        Ok(Self { topics, groups })
    }

    /// The list that is compiled in.
    #[must_use]
    pub fn built_in() -> &'static Taxonomy {
        static LIST: LazyLock<Taxonomy> = LazyLock::new(|| {
            // A test reads the file; should it ever be broken, no topic has a name, and nothing else fails.
            Taxonomy::parse(BUILT_IN).unwrap_or(Taxonomy { topics: Vec::new(), groups: BTreeMap::new() })
        });
        &LIST
    }

    /// SHA-256 of the compiled-in file, which a model names so that a changed list is noticed.
    #[must_use]
    pub fn built_in_sha256() -> String {
        use sha2::{Digest, Sha256};
        hex::encode(Sha256::digest(BUILT_IN.as_bytes()))
    }

    /// All topics, by name.
    #[must_use]
    pub fn topics(&self) -> &[TopicEntry] {
        &self.topics
    }

    /// One topic.
    #[must_use]
    pub fn get(&self, topic: &str) -> Option<&TopicEntry> {
        self.topics.iter().find(|t| t.topic.as_str() == topic)
    }

    /// The name people read, in Dutch for `nl` and English for any other language; the topic itself when unknown.
    #[must_use]
    pub fn name<'a>(&'a self, topic: &'a str, lang: &str) -> &'a str {
        match self.get(topic) {
            Some(entry) if lang == "nl" => &entry.nl,
            Some(entry) => &entry.en,
            None => topic,
        }
    }

    /// The name of a group, as [`Taxonomy::name`].
    #[must_use]
    pub fn group_name<'a>(&'a self, group: &'a str, lang: &str) -> &'a str {
        match self.groups.get(group) {
            Some((nl, _)) if lang == "nl" => nl,
            Some((_, en)) => en,
            None => group,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_list_has_the_43_topics_of_the_corpus_and_no_more() {
        let labels = include_str!("../../../models/corpus/LABELS.md");
        let list = labels.split("from this list only:").nth(1).unwrap().split("signals (").next().unwrap();
        let mut wanted: Vec<&str> = list.split_whitespace().collect();
        wanted.sort_unstable();
        let taxonomy = Taxonomy::parse(BUILT_IN).unwrap();
        let mut found: Vec<&str> = taxonomy.topics().iter().map(|t| t.topic.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, wanted);
        assert_eq!(found.len(), 43);
    }

    #[test]
    fn names_are_given_in_both_languages_and_unknown_topics_keep_their_own() {
        let list = Taxonomy::built_in();
        assert_eq!(list.name("delivery.late", "nl"), "Te laat bezorgd");
        assert_eq!(list.name("warranty", "en"), "Warranty and repair");
        assert_eq!(list.name("no.such", "en"), "no.such");
        assert_eq!(list.group_name("store", "nl"), "Winkel");
    }

    #[test]
    fn a_wrong_party_is_named_with_its_topic() {
        let text = "[a]\nnl='A'\nen='A'\nb={nl='B',en='B',responsible='boss'}";
        let error = Taxonomy::parse(text).unwrap_err().to_string();
        assert!(error.contains("`a.b`") && error.contains("`boss`"), "{error}");
    }
}
