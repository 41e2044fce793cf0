//! What people write for our labels, in four languages.

use gehoor_domain::assessment::{Intent, Responsible, Sentiment};
use gehoor_domain::mention::Channel;
use serde_json::Value;

/// What may stand in the cells of a label, for people.
pub(super) fn allowed(field: &str) -> &'static str {
    match field {
        "complaint" => "1/0, true/false, yes/no, ja/nee, klacht/geen klacht, complaint/no complaint",
        "sentiment" => "negative, neutral, positive, mixed (or -1, 0, 1 in the whole column)",
        "intent" => "complaint, question, praise, remark, irrelevant",
        "severity" => "0 to 3, or none, low, medium, high",
        "responsible" => "location, headquarters, carrier, supplier, unknown",
        _ => "",
    }
}

/// Whether nothing stands there: also what other programs write for nothing.
pub(super) fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => {
            let word = text.trim();
            word.is_empty() || ["nan", "null", "n/a"].iter().any(|nothing| word.eq_ignore_ascii_case(nothing))
        }
        _ => false,
    }
}

/// A word without capitals, lines and doubled blanks.
fn plain(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '–'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Yes or no to "does it complain?".
pub(super) fn complaint(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(n) => of_number(n.as_f64()?),
        Value::String(text) => {
            if let Ok(n) = text.trim().replace(',', ".").parse() {
                return of_number(n);
            }
            match plain(text).as_str() {
                "true" | "t" | "yes" | "y" | "ja" | "j" | "oui" | "o" | "wahr" | "waar" | "vrai"
                | "complaint" | "complaints" | "klacht" | "klachten" | "beschwerde" | "plainte"
                | "réclamation" | "is complaint" => Some(true),
                "false" | "f" | "no" | "n" | "nee" | "nein" | "non" | "falsch" | "onwaar" | "faux"
                | "none" | "other" | "no complaint" | "non complaint" | "not complaint"
                | "not a complaint" | "noncomplaint" | "notcomplaint" | "nocomplaint" | "geen klacht"
                | "geenklacht" | "keine beschwerde" | "pas de plainte" | "non plainte" => Some(false),
                // Where it is asked for the intent, the answer is known too.
                _ => intent(text).map(|intent| intent == Intent::Complaint),
            }
        }
        _ => None,
    }
}

fn of_number(n: f64) -> Option<bool> {
    match n {
        1.0 => Some(true),
        0.0 | -1.0 => Some(false),
        _ => None,
    }
}

/// A feeling in words.
pub(super) fn sentiment(text: &str) -> Option<Sentiment> {
    let word = plain(text);
    let word = word.strip_prefix("very ").or_else(|| word.strip_prefix("zeer ")).unwrap_or(&word);
    let word = word.strip_prefix("sehr ").or_else(|| word.strip_prefix("très ")).unwrap_or(word);
    Some(match word {
        "negative" | "neg" | "negatief" | "negativ" | "négatif" | "négative" | "negatif" => {
            Sentiment::Negative
        }
        "positive" | "pos" | "positief" | "positiv" | "positif" => Sentiment::Positive,
        "neutral" | "neu" | "neut" | "neutraal" | "neutre" => Sentiment::Neutral,
        "mixed" | "gemengd" | "gemischt" | "mixte" | "mitigé" | "conflict" => Sentiment::Mixed,
        _ => return None,
    })
}

/// What the writer does, in words.
pub(super) fn intent(text: &str) -> Option<Intent> {
    Some(match plain(text).as_str() {
        "complaint" | "complaints" | "klacht" | "beschwerde" | "plainte" | "réclamation" => {
            Intent::Complaint
        }
        "question" | "questions" | "vraag" | "frage" | "inquiry" | "enquiry" => Intent::Question,
        "praise" | "compliment" | "compliments" | "lof" | "lob" | "éloge" => Intent::Praise,
        "remark" | "opmerking" | "bemerkung" | "remarque" => Intent::Remark,
        "irrelevant" | "niet relevant" | "not relevant" | "spam" => Intent::Irrelevant,
        _ => return None,
    })
}

/// Who has to act, in words.
pub(super) fn responsible(text: &str) -> Option<Responsible> {
    Some(match plain(text).as_str() {
        "location" | "locatie" | "shop" | "store" | "winkel" | "filiaal" | "filiale" | "magasin"
        | "vestiging" => Responsible::Location,
        "headquarters" | "hq" | "head office" | "hoofdkantoor" | "zentrale" | "siège" => {
            Responsible::Headquarters
        }
        "carrier" | "vervoerder" | "courier" | "koerier" | "spediteur" | "transporteur" => {
            Responsible::Carrier
        }
        "supplier" | "leverancier" | "manufacturer" | "fabrikant" | "lieferant" | "hersteller"
        | "fournisseur" | "fabricant" => Responsible::Supplier,
        "unknown" | "onbekend" | "unbekannt" | "inconnu" => Responsible::Unknown,
        _ => return None,
    })
}

/// Where a text stands, whatever its capitals and blanks; a few platforms are known by their names.
#[must_use]
pub fn channel_of(text: &str) -> Option<Channel> {
    let name = plain(text).replace(' ', "_");
    Channel::parse(&name).or_else(|| {
        Some(match name.as_str() {
            "reviews" | "trustpilot" | "google_reviews" => Channel::Review,
            "twitter" | "x" | "tweet" | "tweets" | "mastodon" | "bluesky" => Channel::Microblog,
            "app_store" | "play_store" | "google_play" => Channel::Appstore,
            "youtube" => Channel::VideoComment,
            "reddit" => Channel::Forum,
            "email" | "e_mail" => Channel::Mail,
            _ => return None,
        })
    })
}

/// How bad it is, in words.
pub(super) fn severity(text: &str) -> Option<u8> {
    Some(match plain(text).as_str() {
        "none" | "no" | "geen" | "keine" | "aucune" => 0,
        "low" | "laag" | "niedrig" | "gering" | "faible" | "annoyance" => 1,
        "medium" | "middle" | "midden" | "middel" | "gemiddeld" | "moderate" | "mittel" | "moyen"
        | "moyenne" | "loss" => 2,
        "high" | "hoog" | "hoch" | "élevé" | "élevée" | "acute" | "acuut" | "akut" | "aigu" => 3,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_understood_as_people_write_them() {
        let yes =
            ["1", "1.0", "1,0", "TRUE", "T", "y", "Ja", "j", "oui", "wahr", "WAAR", "Klacht", "complaint "];
        let no = [
            "0",
            "0,0",
            "-1",
            "False",
            "n",
            "nee",
            "nein",
            "non",
            "falsch",
            "ONWAAR",
            "geen_klacht",
            "no complaint",
            "Non-Complaint",
            "not_complaint",
            "noncomplaint",
            "not complaint",
            "praise",
            "vraag",
        ];
        let read = |word: &&str| complaint(&Value::from(*word));
        assert!(yes.iter().all(|word| read(word) == Some(true)), "{:?}", yes.map(|w| read(&w)));
        assert!(no.iter().all(|word| read(word) == Some(false)), "{:?}", no.map(|w| read(&w)));
        for other in ["maybe", "2", "0.7", "x", "refund"] {
            assert_eq!(read(&other), None, "{other}");
        }
        assert_eq!(
            [true.into(), 0.into(), Value::from(1.0), 3.into()].map(|v: Value| complaint(&v)),
            [Some(true), Some(false), Some(true), None]
        );
    }

    #[test]
    fn feelings_intents_parties_and_degrees_have_names_in_four_languages() {
        use Sentiment::{Mixed, Negative, Neutral, Positive};
        for (word, feeling) in [
            ("Very Negative", Negative),
            ("neg", Negative),
            ("négatif", Negative),
            ("positif", Positive),
            ("neutraal", Neutral),
            ("gemischt", Mixed),
            ("very positive", Positive),
        ] {
            assert_eq!(sentiment(word), Some(feeling), "{word}");
        }
        assert_eq!((sentiment("stars"), sentiment("")), (None, None));
        assert_eq!(intent(" Klacht"), Some(Intent::Complaint));
        assert_eq!(intent("card_arrival"), None);
        assert_eq!(responsible("HQ"), Some(Responsible::Headquarters));
        assert_eq!(["none", "Laag", "moyen", "hoch"].map(severity), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(severity("P1"), None);
        assert_eq!(
            (channel_of(" Review"), channel_of("Twitter")),
            (Some(Channel::Review), Some(Channel::Microblog))
        );
        assert!(
            Channel::ALL.iter().all(|c| channel_of(c.as_str()) == Some(*c)) && channel_of("shop").is_none()
        );
    }

    #[test]
    fn each_label_of_ours_is_understood_under_its_own_name() {
        assert!(Sentiment::ALL.iter().all(|l| sentiment(l.as_str()) == Some(*l)));
        assert!(Intent::ALL.iter().all(|l| intent(l.as_str()) == Some(*l)));
        assert!(Responsible::ALL.iter().all(|l| responsible(l.as_str()) == Some(*l)));
    }
}
