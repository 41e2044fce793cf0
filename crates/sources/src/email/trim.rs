//! What somebody wrote, without what was written before and what every mail of his ends with.
//!
//! Careful rather than thorough: a complaint with a quote too much can still be read, one that lost its point cannot.
//! Whatever would leave nothing is left in, so a mail that is only passed on keeps what it passes on.

/// How answers announce what they quote, by language: how the line begins, and what is in it.
const ANNOUNCED: [(&str, &str); 6] = [
    ("Op ", "schreef"),
    ("On ", "wrote"),
    ("Am ", "schrieb"),
    ("Le ", "a écrit"),
    ("El ", "escribió"),
    ("Il ", "ha scritto"),
];
/// Lines over what was written before.
const RULED: [&str; 6] = [
    "oorspronkelijk bericht",
    "original message",
    "ursprüngliche nachricht",
    "message d'origine",
    "reply above this line",
    "antwoord boven deze lijn",
];
/// The names that mail programs write over what was written before: who, when, to whom, about what.
const HEADS: [&[&str]; 4] = [
    &["van:", "from:", "von:", "de :", "de:"],
    &["verzonden:", "datum:", "sent:", "date:", "gesendet:", "envoyé :", "envoyé:"],
    &["aan:", "to:", "an:", "à :", "à:"],
    &["onderwerp:", "subject:", "betreff:", "objet :", "objet:"],
];
/// Last lines that a telephone adds.
const SENT_FROM: [&str; 8] = [
    "verstuurd vanaf mijn",
    "verzonden vanaf mijn",
    "verzonden via",
    "sent from my",
    "sent from outlook",
    "von meinem",
    "envoyé de mon",
    "outlook voor ",
];
/// A signature is at most so many lines, a telephone's line at most so many letters.
const MOST_SIGNATURE: usize = 15;
const MOST_SENT_FROM: usize = 60;

/// Undoes the soft line breaks of `format=flowed` (RFC 3676).
pub(super) fn unflowed(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let quoted = line.starts_with('>');
        // Lines that had to be marked begin with an extra blank.
        let line = if quoted { line } else { line.strip_prefix(' ').unwrap_or(line) };
        if line.ends_with(' ') && line != "-- " && !quoted {
            out.push_str(if delete_space { line.strip_suffix(' ').unwrap_or(line) } else { line });
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The text without quotes and signature.
pub(super) fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let before = lines.get(..end_of_own(&lines)).unwrap_or_default();
    let mut kept: Vec<&str> = before.iter().copied().filter(|line| !is_quote(line)).collect();
    kept.truncate(end_without_signature(&kept));
    if kept.iter().all(|line| line.trim().is_empty()) {
        return text.trim().to_owned();
    }
    kept.join("\n").trim().to_owned()
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Where what was written before begins.
fn end_of_own(lines: &[&str]) -> usize {
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).copied().unwrap_or_default();
        if let Some(taken) = announces(line, next) {
            let rest = lines.get(at + taken..).unwrap_or_default();
            let marked = rest.iter().any(|line| is_quote(line));
            // Answers between the quoted lines: only the quoted lines go.
            let answered = rest.iter().any(|line| !is_quote(line) && !line.trim().is_empty());
            if !marked || !answered {
                return at;
            }
        }
        if is_ruled(line) || is_head(lines.get(at..).unwrap_or_default()) {
            return at;
        }
    }
    lines.len()
}

/// Whether a line (or two: they are often broken) announces a quote; how many lines that takes.
fn announces(line: &str, next: &str) -> Option<usize> {
    let line = line.trim();
    let both = format!("{line} {}", next.trim());
    let fits = |text: &str| {
        text.len() <= 300
            && text.ends_with(':')
            // A date has digits; "Op school schreef hij:" has none.
            && text.bytes().filter(u8::is_ascii_digit).count() >= 3
            && ANNOUNCED.iter().any(|(begin, word)| text.starts_with(begin) && text.contains(word))
    };
    if fits(line) {
        return Some(1);
    }
    (!line.is_empty() && !line.ends_with(':') && fits(&both)).then_some(2)
}

fn is_ruled(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches(['-', '_', '*', '#', ' ']).to_lowercase();
    (line.starts_with("--") || line.starts_with("##")) && RULED.iter().any(|ruled| inner.starts_with(ruled))
}

/// Whether these lines begin with the head of an earlier mail: who, and at least two of the others close by.
fn is_head(lines: &[&str]) -> bool {
    let begins = |line: &str, names: &[&str]| {
        let line = line.trim().trim_start_matches('*').to_lowercase();
        names.iter().any(|name| line.starts_with(name))
    };
    let [who, others @ ..] = &HEADS;
    let Some((first, rest)) = lines.split_first() else { return false };
    let near = rest.get(..rest.len().min(7)).unwrap_or_default();
    let found = others.iter().filter(|names| near.iter().any(|line| begins(line, names))).count();
    begins(first, who) && found >= 2
}

/// Where the signature begins.
fn end_without_signature(lines: &[&str]) -> usize {
    let end = lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
    let from = end.saturating_sub(MOST_SIGNATURE + 1);
    let tail = lines.get(from..end).unwrap_or_default();
    if let Some(at) = tail.iter().rposition(|line| line.trim_end() == "--") {
        return from + at;
    }
    let last = tail.last().map(|line| line.trim().to_lowercase()).unwrap_or_default();
    if last.chars().count() <= MOST_SENT_FROM && SENT_FROM.iter().any(|begin| last.starts_with(begin)) {
        return end - 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, own: &str) {
        assert_eq!(own_words(text), own, "{text}");
    }

    #[test]
    fn what_was_written_before_is_cut_in_the_ways_of_many_programs() {
        for before in [
            "Op ma 3 jun. 2024 om 10:15 schreef Meubelhal <info@m.example>:\n> Beste\n>\n> Dag",
            "Op 3 juni 2024 10:15 schreef een medewerker met een lange naam\n<info@m.example>:\n> Beste",
            "On Mon, Jun 3, 2024 at 10:15 AM Meubelhal <info@m.example> wrote:\n\nBeste klant (no marks: it was HTML)",
            "Am 03.06.2024 um 10:15 schrieb Meubelhal:\n> Hallo",
            "-----Oorspronkelijk bericht-----\nVan: x",
            "Van: Meubelhal <info@m.example>\nVerzonden: maandag 3 juni 2024\nAan: mij\nOnderwerp: Bank\n\nBeste",
            "*From:* Meubelhal\n*Sent:* Monday\n*To:* me\n*Subject:* x\n\nDear",
        ] {
            check(&format!("Nog steeds geen bank!\n\n{before}\n"), "Nog steeds geen bank!");
        }
    }

    #[test]
    fn answers_between_quoted_lines_are_kept_in_order() {
        check(
            "Op 3 juni 2024 schreef Jan:\n> Is hij er?\nNee.\n> Wanneer?\nNooit.",
            "Op 3 juni 2024 schreef Jan:\nNee.\nNooit.",
        );
    }

    #[test]
    fn sentences_that_only_look_like_heads_stay() {
        for text in [
            "Op de site schreef u:\ngratis bezorging. Dat klopt niet.",
            "Van: Haarlem naar Delft rijden voor niets.\nIk wil mijn geld terug.",
            "Aan: de directie\nIk heb een klacht.",
            "Bestelling -- 12345 -- is stuk",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn signatures_and_the_lines_of_telephones_are_cut() {
        check("Klacht.\n-- \nJan Jansen\nTel. 06", "Klacht.");
        check("Klacht.\n\nVerstuurd vanaf mijn iPhone\n", "Klacht.");
        check("Klacht.\n\nSent from my iPhone\n\nOp 3 juni 2024 10:15 schreef X:\n> y", "Klacht.");
        let long = format!("Kop\n--\n{}", "regel\n".repeat(30));
        check(&long, long.trim());
    }

    #[test]
    fn a_mail_that_is_only_passed_on_keeps_what_it_passes_on() {
        let passed =
            "-----Oorspronkelijk bericht-----\nVan: klant\nVerzonden: gisteren\nAan: ons\n\nDe bank is stuk";
        check(passed, passed);
        check("> alleen een citaat", "> alleen een citaat");
    }

    #[test]
    fn flowed_lines_are_joined() {
        assert_eq!(
            unflowed("De bank \nis stuk.\n\n  Ingesprongen\n-- \nJan", false),
            "De bank is stuk.\n\n Ingesprongen\n-- \nJan\n"
        );
        assert_eq!(unflowed("be \nzorgd", true), "bezorgd\n");
    }

    proptest! {
        #[test]
        fn no_text_is_lost_as_a_whole(text in "([ -~é>]{0,30}\n){0,20}") {
            let own = own_words(&text);
            prop_assert_eq!(own.is_empty(), text.trim().is_empty());
            let _ = unflowed(&text, true);
        }
    }
}
