//! What other people call our columns.

/// The field and its other names, the likelier first; compared by [`squashed`].
const ALIASES: [(&str, &[&str]); 11] = [
    (
        "text",
        &[
            "tekst",
            "texte",
            "fulltext",
            "reviewtext",
            "reviewbody",
            "reviewcontent",
            "review",
            "tweet",
            "tweettext",
            "body",
            "content",
            "message",
            "messagetext",
            "bericht",
            "posttext",
            "post",
            "comment",
            "commenttext",
            "opmerking",
            "description",
            "omschrijving",
            "beschrijving",
            "feedback",
            "inhoud",
            "reactie",
            "nachricht",
            "inhalt",
            "kommentar",
            "commentaire",
            "avis",
            "sentence",
            "utterance",
            "document",
        ],
    ),
    ("lang", &["language", "taal", "sprache", "langue", "languagecode", "langcode", "locale"]),
    (
        "stars",
        &[
            "rating",
            "starrating",
            "starsrating",
            "sterren",
            "ster",
            "star",
            "beoordeling",
            "score",
            "overall",
            "bewertung",
            "sterne",
            "etoiles",
            "note",
        ],
    ),
    ("channel", &["kanaal", "sourcetype", "kanal", "canal", "platform"]),
    (
        "sentiment",
        &[
            "sentimentlabel",
            "labelsentiment",
            "airlinesentiment",
            "polarity",
            "polaritylabel",
            "polariteit",
            "gevoel",
            "stimmung",
        ],
    ),
    ("intent", &["intentie", "intentlabel", "labelintent", "intention"]),
    (
        "complaint",
        &[
            "iscomplaint",
            "klacht",
            "isklacht",
            "labelcomplaint",
            "complaintlabel",
            "complaints",
            "beschwerde",
            "istbeschwerde",
            "plainte",
        ],
    ),
    ("severity", &["ernst", "severitylabel", "labelseverity", "severitylevel", "schwere", "gravite"]),
    (
        "topics",
        &["topic", "onderwerp", "onderwerpen", "categories", "category", "categorie", "thema", "themen"],
    ),
    ("signals", &["signal", "signalen", "signale", "signaux"]),
    (
        "responsible",
        &["verantwoordelijke", "verantwoordelijk", "responsibleparty", "verantwortlich", "responsable"],
    ),
];

/// Names of columns that hold labels without saying which.
pub(super) const BARE: [&str; 9] =
    ["label", "labels", "class", "klasse", "target", "gold", "y", "annotation", "etiket"];

/// A name without capitals, blanks, points and lines: `Review_Text` and `reviewText` are one name.
pub(super) fn squashed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Other names of a field, the likelier first.
pub(super) fn of(field: &str) -> &'static [&'static str] {
    ALIASES.iter().find(|(name, _)| *name == field).map_or(&[], |(_, aliases)| aliases)
}

/// Whether a column of this name says what it holds.
pub(super) fn is_known(name: &str) -> bool {
    let name = squashed(name);
    ALIASES.iter().any(|(field, aliases)| *field == name || aliases.contains(&name.as_str()))
        || BARE.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labelled::FIELDS;

    #[test]
    fn every_field_has_other_names_and_no_name_means_two_fields() {
        let mut all: Vec<&str> = ALIASES.iter().flat_map(|(_, aliases)| aliases.iter().copied()).collect();
        all.extend(FIELDS);
        assert!(FIELDS.iter().all(|field| !of(field).is_empty()));
        assert!(all.iter().all(|name| squashed(name) == *name));
        let many = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), many);
    }
}
