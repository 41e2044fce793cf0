//! The words of the interface, in Dutch and English: `dashboards/locales/*.ftl`, read once.
//!
//! A test holds both files to the same keys and finds every key that a template or this crate names.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The Dutch words.
pub(crate) const NL: &str = include_str!("../../../dashboards/locales/nl.ftl");
/// The English words.
pub(crate) const EN: &str = include_str!("../../../dashboards/locales/en.ftl");

/// A language of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

impl Tongue {
    /// Reads `nl` or `en`, also with a region.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.get(..2)?.to_ascii_lowercase().as_str() {
            "nl" => Some(Tongue::Nl),
            "en" => Some(Tongue::En),
            _ => None,
        }
    }
    /// The first language of an `Accept-Language` header that we have.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| Self::parse(part.trim()))
    }
    /// `nl` or `en`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Tongue::Nl => "nl",
            Tongue::En => "en",
        }
    }
    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Tongue::Nl => &BUNDLE_NL,
            Tongue::En => &BUNDLE_EN,
        }
    }
    /// The text of a key; `None` when there is none.
    pub(crate) fn find(self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            fluent.set(*name, arg.fluent());
        }
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned())
    }
    /// The text of a key; the key itself when there is none (a test keeps that from happening).
    pub(crate) fn text(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find(key, args).unwrap_or_else(|| key.to_owned())
    }
    /// The text of a label such as `topic` + `delivery.late`; the label itself when a company has added its own.
    pub(crate) fn label(self, group: &str, name: &str) -> String {
        self.find(&format!("{group}-{}", name.replace('.', "-")), &[])
            .unwrap_or_else(|| name.replace(['.', '_'], " "))
    }
    /// A number with the signs of the language, with so many decimals.
    pub(crate) fn number(self, value: f64, decimals: usize) -> String {
        let (thousand, comma) = match self {
            Tongue::Nl => ('.', ','),
            Tongue::En => (',', '.'),
        };
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::new();
        let zero = plain.chars().all(|c| c == '0' || c == '.');
        if value < 0.0 && !zero {
            out.push('−');
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(thousand);
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push(comma);
            out.push_str(part);
        }
        out
    }
}

/// What can stand in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg<'a> {
    /// A number; chooses singular or plural.
    N(i64),
    /// A text; kept apart from the direction of its surroundings.
    S(&'a str),
}

impl Arg<'_> {
    fn fluent(&self) -> FluentValue<'static> {
        match self {
            Arg::N(n) => FluentValue::from(*n),
            // Names of customers may run from right to left: isolate them (U+2068 … U+2069).
            Arg::S(text) if text.chars().any(turns) => FluentValue::from(format!("\u{2068}{text}\u{2069}")),
            Arg::S(text) => FluentValue::from((*text).to_owned()),
        }
    }
}

/// Letters that run from right to left, and signs that turn the direction.
fn turns(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

static BUNDLE_NL: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(NL, Tongue::Nl));
static BUNDLE_EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(EN, Tongue::En));

fn read(source: &str, tongue: Tongue) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    let lang: LanguageIdentifier = tongue.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match tongue {
        Tongue::Nl => |value, _| whole(value, Tongue::Nl),
        Tongue::En => |value, _| whole(value, Tongue::En),
    }));
    bundle.add_resource_overriding(resource);
    bundle
}

fn whole(value: &FluentValue<'_>, tongue: Tongue) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(tongue.number(n.value, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|l| !l.starts_with([' ', '#', '}', '\t']))
            .filter_map(|l| l.split_once(" ="))
            .map(|(k, _)| k.trim())
            .collect()
    }

    fn sources(dir: &std::path::Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, out);
            } else {
                out.push(std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }

    /// Keys named literally: `t("key")`, `tn("key", …)`, `tv("key", …)`, `text("key", …)`.
    fn named() -> BTreeSet<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut texts = Vec::new();
        sources(&root.join("../../dashboards/templates"), &mut texts);
        sources(&root.join("src"), &mut texts);
        let mut found = BTreeSet::new();
        for text in &texts {
            for call in ["t(\"", "ti(\"", "tn(\"", "tv(\"", "tx(\"", "text(\"", "Flash(\""] {
                for (at, _) in text.match_indices(call) {
                    let before = text[..at].chars().next_back().unwrap_or(' ');
                    let key = text[at + call.len()..].split('"').next().unwrap_or_default();
                    let is_key = !key.is_empty()
                        && key
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
                    if matches!(before, '.' | ' ' | '(' | '&' | '{') && is_key {
                        found.insert(key.to_owned());
                    }
                }
            }
        }
        found
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        // How far a kind of source reaches is said in English by the kind itself.
        let told: BTreeSet<_> = keys(NL).into_iter().filter(|key| !key.starts_with("reach-")).collect();
        assert_eq!(told, keys(EN));
    }

    #[test]
    fn both_files_are_read_without_an_error() {
        for source in [NL, EN] {
            let errors = FluentResource::try_new(source.to_owned()).err().map(|(_, e)| e);
            assert!(errors.is_none(), "{errors:?}");
            let all: Vec<_> = source
                .lines()
                .filter(|l| !l.starts_with([' ', '#', '}']))
                .filter_map(|l| l.split_once(" ="))
                .collect();
            assert_eq!(all.len(), keys(source).len(), "a key stands twice");
        }
    }

    #[test]
    fn every_key_that_is_used_is_there() {
        let have = keys(NL);
        let named = named();
        assert!(named.len() > 100, "the search for keys found only {}", named.len());
        let missing: Vec<_> = named.iter().filter(|k| !have.contains(k.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_label_of_the_domain_has_a_word() {
        use gehoor_domain::{assessment as a, case as c, mention::Channel, user::Role};
        let mut wanted = Vec::new();
        let mut add = |group: &str, names: Vec<&'static str>| {
            wanted.extend(names.into_iter().map(|n| format!("{group}-{n}")))
        };
        add("channel", Channel::ALL.iter().map(|x| x.as_str()).collect());
        add("role", Role::ALL.iter().map(|x| x.as_str()).collect());
        add("lang", a::Lang::ALL.iter().map(|x| x.as_str()).collect());
        add("sentiment", a::Sentiment::ALL.iter().map(|x| x.as_str()).collect());
        add("intent", a::Intent::ALL.iter().map(|x| x.as_str()).collect());
        add("signal", a::Signal::ALL.iter().map(|x| x.as_str()).collect());
        add("responsible", a::Responsible::ALL.iter().map(|x| x.as_str()).collect());
        add("promise", c::PromiseKind::ALL.iter().map(|x| x.as_str()).collect());
        add("outcome", c::Outcome::CHOICES.iter().map(|x| x.as_str()).collect());
        add("severity", vec!["0", "1", "2", "3"]);
        for key in wanted {
            for tongue in [Tongue::Nl, Tongue::En] {
                assert!(tongue.find(&key, &[]).is_some(), "{key} in {}", tongue.as_str());
            }
        }
    }

    #[test]
    fn one_is_not_more() {
        let one = |key: &str| Tongue::Nl.text(key, &[("n", Arg::N(1))]);
        assert_eq!(one("workload-waits"), "1 wacht");
        assert_eq!(one("coverage-gone-asked"), "wordt nagevraagd; 1 bleek weg");
        assert_eq!(Tongue::Nl.text("workload-waits", &[("n", Arg::N(3))]), "3 wachten");
    }

    #[test]
    fn everybody_is_spoken_to_alike() {
        for word in [" u ", " uw ", " Uw "] {
            let formal: Vec<_> = NL
                .lines()
                .filter(|l| {
                    l.split_once(" = ")
                        .is_some_and(|(_, t)| format!(" {t} ").contains(word) && !t.contains("{ $n } u"))
                })
                .collect();
            assert!(formal.is_empty(), "{formal:?}");
        }
    }

    #[test]
    fn numbers_wear_the_signs_of_the_language() {
        assert_eq!(Tongue::Nl.number(1_234_567.25, 1), "1.234.567,2");
        assert_eq!(Tongue::En.number(-1234.0, 0), "−1,234");
        assert_eq!(Tongue::Nl.number(-0.04, 1), "0,0");
    }

    #[test]
    fn a_name_from_right_to_left_is_isolated_in_a_sentence() {
        let text = Tongue::En.text("case-of", &[("v", Arg::S("שלום"))]);
        assert!(text.contains("\u{2068}שלום\u{2069}"), "{text}");
    }

    #[test]
    fn the_browsers_wish_is_heard() {
        assert_eq!(Tongue::accepted("fr-FR, en-GB;q=0.8, nl;q=0.5"), Some(Tongue::En));
        assert_eq!(Tongue::accepted("fr"), None);
    }
}
