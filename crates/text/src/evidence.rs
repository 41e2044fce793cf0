//! Hard evidence: what needs no model because it has a form.
//!
//! Order numbers, amounts of money, dates, spans of waiting, words for calling back, words for danger, and names from
//! a given list, each with its bytes in the original text.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::danger;

/// One find.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub kind: Kind,
    /// Bytes in the text.
    pub range: Range<usize>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// An order, ticket or customer number.
    OrderNumber,
    /// An amount of money, in the currency named (euro, pound, dollar alike).
    Amount(f64),
    /// A day, such as `12 maart` or `12-03-2026`.
    Date,
    /// A span of time, in days: `zes weken` is 42.
    Span(f64),
    /// Calling back: `terugbellen`, `call back`, `Rückruf`, `rappeler`.
    Callback,
    /// Danger: gas, smoke, fire, electric shock, injury.
    Danger,
}

struct Patterns {
    number: Option<Regex>,
    amount: Option<Regex>,
    date: Option<Regex>,
    span: Option<Regex>,
    units: Option<AhoCorasick>,
    callback: Option<AhoCorasick>,
    danger: Option<Regex>,
}

/// How each unit of time of a span begins.
const UNITS: [&str; 20] = [
    "dag", "day", "tag", "jour", "weke", "week", "wkn", "woche", "semaine", "maand", "mnd", "month", "monat",
    "mois", "jaar", "jare", "year", "jahr", "ans", "ann",
];

/// Words for calling back, in four languages; a word may go on after them (`teruggebeld`, `zurückgerufen`).
const CALLBACK: [&str; 22] = [
    "terugbel",
    "teruggebeld",
    "terug gebeld",
    "terug bellen",
    "terug te bellen",
    "bel mij terug",
    "belt niet terug",
    "belt terug",
    "call back",
    "called back",
    "callback",
    "call me back",
    "rang back",
    "ring back",
    "rückruf",
    "zurückruf",
    "zurückgerufen",
    "zurückzurufen",
    "rappeler",
    "rappelé",
    "rappelle",
    "rappel téléphonique",
];

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let months = "jan(?:uari|uary|uar|vier)?|feb(?:ruari|ruary|ruar)?|février|maart|mars|march|märz|mrt|apr(?:il)?|avril|mei|may|mai|jun[ie]?|juin|jul[iy]?|juillet|aug(?:ustus|ust)?|août|sep(?:t(?:ember|embre)?)?|okt(?:ober)?|oct(?:ober|obre)?|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|décembre";
    let number = r"order\s?n(?:o|umme)r|bestel(?:ling|nummer|nr)?|ordernr|order|ticket(?:nummer)?|klantnummer|dossier(?:nummer)?|zaaknummer|factuur(?:nummer)?|bestellung|bestellnummer|kundennummer|auftrag(?:snummer)?|commande|dossier|ref(?:erentie|erence)?|case|invoice";
    let count = r"\d{1,3}|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eine[mnr]?|zwei|drei|fünf|sechs|sieben|neun|zehn|zwölf|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix";
    let unit = r"dag(?:en)?|days?|tage?n?|jours?|weken|wkn|weeks?|wochen?|semaines?|maand(?:en)?|mnd|months?|monate?n?|mois|jaar|jaren|years?|jahre?n?|ans|années?";
    let make = |pattern: &str| Regex::new(pattern).ok();
    Patterns {
        number: make(&format!(
            r"(?i)(?:{number})(?:\s?(?:nummer|number|nr|no|numéro|n°))?[\s.:#]*#?([a-z]{{0,4}}[\-]?\d[\d\-]{{4,}})|#(\d{{5,}})|([A-Z]{{2,4}}-\d{{5,}})"
        )),
        amount: make(
            r"(?i)(?:€|£|\$|euros?|eur)\s{0,2}(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,](\d{1,2}|-))?|(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}|-+))?\s{0,2}(?:€|£|euros?|eur|piek)",
        ),
        date: make(&format!(
            r"(?i)(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:20)?\d{{2}}|20\d{{2}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th|\.|er)? (?:of )?(?:{months})|(?:{months}) \d{{1,2}}(?:st|nd|rd|th)?)"
        )),
        span: make(&format!(r"(?i)({count})\s?({unit})")),
        units: AhoCorasick::builder().ascii_case_insensitive(true).build(UNITS).ok(),
        callback: AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(CALLBACK)
            .ok(),
        danger: danger::pattern(),
    }
});

/// All evidence in a text, by place. Finds of different kinds may overlap (a span within a date does not).
#[must_use]
pub fn find(text: &str) -> Vec<Evidence> {
    let mut out = Vec::new();
    let patterns = &*PATTERNS;
    if text.bytes().any(|b| b.is_ascii_digit()) {
        plain(patterns.number.as_ref(), text, Kind::OrderNumber, &mut out);
        parts(patterns.amount.as_ref(), text, |c| amount(c).map(Kind::Amount), &mut out);
        plain(patterns.date.as_ref(), text, Kind::Date, &mut out);
    }
    // Most texts name no unit of time: looking for these first is a fraction of the search for whole spans.
    if patterns.units.as_ref().is_none_or(|units| units.is_match(text)) {
        parts(patterns.span.as_ref(), text, |c| span(c).map(Kind::Span), &mut out);
    }
    plain(patterns.danger.as_ref(), text, Kind::Danger, &mut out);
    if let Some(callback) = &patterns.callback {
        for hit in callback.find_iter(text) {
            out.push(Evidence { kind: Kind::Callback, range: whole_word(text, hit.range()) });
        }
    }
    out.sort_by_key(|e| e.range.start);
    out
}

/// What stands alone. Borders are looked at here: a Unicode `\b` in the pattern would make the search several times
/// slower.
fn alone<'a>(pattern: Option<&'a Regex>, text: &'a str) -> impl Iterator<Item = Range<usize>> {
    let hits = pattern.into_iter().flat_map(|p| p.find_iter(text));
    hits.map(|hit| hit.range()).filter(|range| stands_alone(text, range))
}

/// Finds whose parts say nothing more.
fn plain(pattern: Option<&Regex>, text: &str, kind: Kind, out: &mut Vec<Evidence>) {
    out.extend(alone(pattern, text).map(|range| Evidence { kind, range }));
}

/// Finds of which the parts are read. They are only asked for where there is a find: that takes longer.
fn parts(
    pattern: Option<&Regex>,
    text: &str,
    kind: impl Fn(&regex::Captures<'_>) -> Option<Kind>,
    out: &mut Vec<Evidence>,
) {
    for range in alone(pattern, text) {
        let hit = pattern.and_then(|p| p.captures_at(text, range.start));
        if let Some(kind) = hit.and_then(|hit| kind(&hit)) {
            out.push(Evidence { kind, range });
        }
    }
}

fn amount(hit: &regex::Captures<'_>) -> Option<f64> {
    let whole = hit.get(1).or_else(|| hit.get(3))?;
    let cents = hit.get(2).or_else(|| hit.get(4)).map_or("", |c| c.as_str());
    let digits: String = whole.as_str().chars().filter(char::is_ascii_digit).collect();
    let part: f64 = format!("0.{}", cents.trim_matches('-')).parse().unwrap_or(0.0);
    Some(digits.parse::<f64>().ok()? + part)
}

fn span(hit: &regex::Captures<'_>) -> Option<f64> {
    let count = hit.get(1)?.as_str().to_lowercase();
    let unit = hit.get(2)?.as_str().to_lowercase();
    let n = count.parse::<f64>().ok().or_else(|| numeral(&count))?;
    let days = match unit.get(..3).unwrap_or(&unit) {
        "dag" | "day" | "tag" | "jou" => 1.0,
        "wee" | "wek" | "wkn" | "woc" | "sem" => 7.0,
        "maa" | "mnd" | "mon" | "moi" => 30.0,
        _ => 365.0,
    };
    Some(n * days)
}

fn numeral(word: &str) -> Option<f64> {
    Some(match word {
        "een" | "één" | "one" | "eine" | "einem" | "einen" | "einer" | "un" | "une" => 1.0,
        "twee" | "two" | "zwei" | "deux" => 2.0,
        "drie" | "three" | "drei" | "trois" => 3.0,
        "vier" | "four" | "quatre" => 4.0,
        "vijf" | "five" | "fünf" | "cinq" => 5.0,
        "zes" | "six" | "sechs" => 6.0,
        "zeven" | "seven" | "sieben" | "sept" => 7.0,
        "acht" | "eight" | "huit" => 8.0,
        "negen" | "nine" | "neun" | "neuf" => 9.0,
        "tien" | "ten" | "zehn" | "dix" => 10.0,
        "elf" => 11.0,
        "twaalf" | "twelve" | "zwölf" => 12.0,
        _ => return None,
    })
}

/// Widens a find to the letters around it.
fn whole_word(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let start = before.trim_end_matches(char::is_alphabetic).len();
    let end = range.end + (after.len() - after.trim_start_matches(char::is_alphabetic).len());
    start..end
}

/// Finds names from a list, whole words only, without regard to ASCII case; the longest name wins.
#[derive(Debug, Clone)]
pub struct Names {
    automaton: Option<AhoCorasick>,
}

impl Names {
    /// Prepares the list; empty names are never found.
    #[must_use]
    pub fn new<S: AsRef<str>>(names: &[S]) -> Self {
        let list: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(list)
            .ok();
        Self { automaton }
    }

    /// The number of each name in the list, and where it stands.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        automaton
            .find_iter(text)
            .filter(|hit| !hit.is_empty() && stands_alone(text, &hit.range()))
            .map(|hit| (hit.pattern().as_usize(), hit.range()))
            .collect()
    }
}

/// Whether no letter or digit touches the range on either side.
#[must_use]
pub fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|t| t.chars().next_back());
    let after = text.get(range.end..).and_then(|t| t.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_unit_of_a_span_is_looked_for_before_the_span() {
        for unit in [
            "dag", "dagen", "day", "Days", "tage", "Tagen", "jours", "weken", "WEEK", "wkn", "weeks",
            "wochen", "Woche", "semaines", "maand", "maanden", "mnd", "months", "Monate", "mois", "jaar",
            "jaren", "years", "jahre", "ans", "année", "années",
        ] {
            let text = format!("al 3 {unit} wachten");
            assert!(find(&text).iter().any(|e| matches!(e.kind, Kind::Span(_))), "{text}");
        }
    }

    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        find(text).into_iter().map(|e| (e.kind, &text[e.range])).collect()
    }

    #[test]
    fn every_pattern_compiles() {
        let p = &*PATTERNS;
        assert!(p.number.is_some() && p.amount.is_some() && p.date.is_some() && p.span.is_some());
        assert!(p.callback.is_some() && p.danger.is_some());
    }

    #[test]
    fn order_numbers_have_a_word_or_a_form() {
        assert_eq!(found("Bestelling 100482217 kwijt"), [(Kind::OrderNumber, "Bestelling 100482217")]);
        assert_eq!(found("ordernr: NL-2231908!"), [(Kind::OrderNumber, "ordernr: NL-2231908")]);
        assert_eq!(found("VM-2240011"), [(Kind::OrderNumber, "VM-2240011")]);
        assert_eq!(found("in de bestelling zaten 3 stoelen"), []);
    }

    #[test]
    fn amounts_are_read_in_dutch_and_english_writing() {
        let amounts = |t: &str| -> Vec<f64> {
            find(t).iter().filter_map(|e| if let Kind::Amount(n) = e.kind { Some(n) } else { None }).collect()
        };
        assert_eq!(amounts("€ 1.250,50 en 700 euro en €89,- en 49,95 euro"), [1250.5, 700.0, 89.0, 49.95]);
        assert_eq!(amounts("£1,140 and 20 eur"), [1140.0, 20.0]);
        assert_eq!(amounts("europa 500 keer, 12 uur"), []);
    }

    #[test]
    fn waiting_is_counted_in_days() {
        assert_eq!(found("al zes weken"), [(Kind::Span(42.0), "zes weken")]);
        assert_eq!(found("since 3 months"), [(Kind::Span(90.0), "3 months")]);
        assert_eq!(found("seit zwei Wochen"), [(Kind::Span(14.0), "zwei Wochen")]);
        assert_eq!(found("depuis deux mois"), [(Kind::Span(60.0), "deux mois")]);
    }

    #[test]
    fn calling_back_and_danger_are_found_in_four_languages() {
        for text in ["niet teruggebeld", "never called back", "kein Rückruf", "personne ne rappelle"] {
            assert!(found(text).iter().any(|(k, _)| *k == Kind::Callback), "{text}");
        }
        for text in ["ik ruik een gaslucht", "it caught fire", "es gab einen Stromschlag", "une fuite de gaz"]
        {
            assert!(found(text).iter().any(|(k, _)| *k == Kind::Danger), "{text}");
        }
        assert_eq!(found("De rookworst was lekker"), []);
    }

    #[test]
    fn days_are_found_in_words_and_digits() {
        for text in ["12 maart", "12-03-2026", "March 3rd", "le 1er mai", "2026-11-28"] {
            assert!(found(text).iter().any(|(k, _)| *k == Kind::Date), "{text}");
        }
    }

    #[test]
    fn names_stand_alone_and_the_longest_wins() {
        let names = Names::new(&["Zwolle", "Zwolle Zuid", ""]);
        assert_eq!(names.find("in ZWOLLE zuid en zwolle, niet Zwollenaar"), [(1, 3..14), (0, 18..24)]);
    }

    proptest! {
        #[test]
        fn every_find_is_a_slice_of_the_text(text in "\\PC{0,50}|[0-9€., a-zé-]{0,50}") {
            for e in find(&text) {
                prop_assert!(text.get(e.range).is_some_and(|t| !t.is_empty()));
            }
        }
    }
}
