//! The words by which the check of a reply knows things: greetings, openings, questions, requests about reviews.

use std::sync::LazyLock;

use regex::Regex;

/// A run of so many words that stands in a note and in a reply was copied.
const RUN: usize = 6;
/// So many words make an opening.
const OPENING: usize = 6;

static GREETING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:@\S+\s+)*(?:beste|hallo|hoi|hai|hi|hey|dag|goedemorgen|goedemiddag|goedenavond|geachte|dear|hello|liebe[r]?|guten tag|sehr geehrte[r]?|bonjour|chère|cher)\s+(?:(?:heer|mevrouw|meneer|dhr\.?|mw\.?|mevr\.?|mr\.?|mrs\.?|ms\.?|herr|frau|monsieur|madame)\s+)?([^\s,!.:;]+)[,!.:;\s]",
    )
    .ok()
});

static REVIEW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?:review|recensie|beoordeling|bewertung|rezension|avis|rating|sterren|stars|sterne)\b[^.?!]{0,40}\b(?:aanpassen|aan te passen|wijzigen|verwijderen|weghalen|herzien|change|edit|update|remove|delete|revise|ändern|anpassen|löschen|entfernen|modifier|changer|supprimer|retirer)|(?:pas|wijzig|verwijder|herzie|change|edit|update|remove|delete|revise|ändern|löschen|modifie[rz]|change[rz]|supprime[rz])\b[^.?!]{0,30}\b(?:review|recensie|beoordeling|bewertung|rezension|avis|rating|sterren|stars|sterne)\b)",
    )
    .ok()
});

/// Words that are spoken to and are no name.
const NOBODY: [&str; 30] = [
    "klant", "klanten", "iedereen", "allemaal", "lezer", "bezoeker", "heer", "mevrouw", "meneer", "customer",
    "all", "there", "everyone", "sir", "madam", "team", "kunde", "kundin", "kunden", "zusammen", "client",
    "cliente", "à", "tous", "dames", "damen", "herren", "en", "and", "und",
];

/// Answers that lead elsewhere go into every question.
const ELSEWHERE: [&str; 12] = [
    "dm",
    "privébericht",
    "prive",
    "privé",
    "pb",
    "private",
    "privat",
    "privé",
    "persoonlijk",
    "mail",
    "bel",
    "call",
];

/// Whom a text greets by name.
pub(super) fn greeted(text: &str) -> Option<String> {
    let name = GREETING.as_ref()?.captures(text)?.get(1)?.as_str();
    let name = name.trim_start_matches('@');
    let folded = name.to_lowercase();
    (!NOBODY.contains(&folded.as_str()) && !name.is_empty()).then(|| name.to_owned())
}

/// Whether a name is no part of any of the names of the customer.
pub(super) fn is_somebody_else(name: &str, customer: &[String]) -> bool {
    let name = squeeze(name);
    !customer.is_empty()
        && !name.is_empty()
        && !customer.iter().any(|known| {
            let whole = squeeze(known);
            whole.contains(&name)
                || known.split(|c: char| !c.is_alphanumeric()).any(|part| squeeze(part) == name)
        })
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words that ask to change or take down a review.
pub(super) fn asks_for_other_review(text: &str) -> Option<String> {
    REVIEW.as_ref()?.find(text).map(|hit| hit.as_str().to_owned())
}

/// How a text begins after its greeting: the first words of its first sentence, folded; nothing when they are too few.
#[must_use]
pub fn opening(text: &str) -> String {
    let after =
        GREETING.as_ref().and_then(|g| g.find(text)).map_or(text, |hit| text.get(hit.end()..).unwrap_or(""));
    let sentence =
        after.trim_start().split(['.', '!', '?', '\n']).find(|s| !s.trim().is_empty()).unwrap_or("");
    let words: Vec<String> = words_of(sentence).take(OPENING).collect();
    // One or two words, such as "dank je", everybody begins with.
    if words.len() < 3 { String::new() } else { words.join(" ") }
}

fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// A run of words that both texts hold.
pub(super) fn shared_run(note: &str, reply: &str) -> Option<String> {
    let note: Vec<String> = words_of(note).take(2_000).collect();
    let reply: Vec<String> = words_of(reply).take(2_000).collect();
    let runs: std::collections::HashSet<&[String]> = note.windows(RUN).collect();
    reply.windows(RUN).find(|run| runs.contains(*run)).map(|run| run.join(" "))
}

/// The first question of a post that a reply does not go into: none of its words of weight stands there, nor a time where
/// it asks for one, nor a way to talk elsewhere.
pub(super) fn unanswered(post: &str, reply: &str) -> Option<String> {
    let said: Vec<String> = words_of(reply).collect();
    if said.iter().any(|w| ELSEWHERE.contains(&w.as_str())) {
        return None;
    }
    let mut from = 0;
    for (at, _) in post.match_indices('?') {
        let sentence = post.get(from..at).unwrap_or("");
        from = at + 1;
        let question = sentence.rsplit(['.', '!', '\n']).next().unwrap_or("").trim();
        let words: Vec<String> = words_of(question).collect();
        if words.len() < 2 {
            continue;
        }
        let asks_when = words.iter().any(|w| matches!(w.as_str(), "wanneer" | "when" | "wann" | "quand"));
        if asks_when {
            let tells = reply.chars().any(|c| c.is_ascii_digit()) || said.iter().any(|w| is_day(w));
            if tells {
                continue;
            }
            return Some(format!("{question}?"));
        }
        let weighty = |w: &&String| w.chars().count() >= 5;
        let stem = |w: &String| w.chars().take(5).collect::<String>();
        let known: Vec<String> = said.iter().filter(weighty).map(stem).collect();
        let mut asked = words.iter().filter(weighty).map(stem).peekable();
        let short = asked.peek().is_none();
        if short || asked.any(|w| known.contains(&w)) {
            continue;
        }
        return Some(format!("{question}?"));
    }
    None
}

fn is_day(word: &str) -> bool {
    const DAYS: [&str; 36] = [
        "vandaag",
        "morgen",
        "overmorgen",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "week",
        "today",
        "tomorrow",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "heute",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "woche",
        "aujourd",
        "demain",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "semaine",
    ];
    DAYS.contains(&word)
}
