//! What is wrong with what somebody typed or filled in, in the reader's language.

use gehoor_engine::Unusable;
use gehoor_search::{BadQuery, FIELDS, Wrong};

use crate::locale::Arg;
use crate::ui::Ui;

/// A field that cannot be read, by the word that stands beside it on the page.
pub(crate) fn field(ui: &Ui, name: &str) -> String {
    if let Some(own) = ui.tongue.find(&format!("wrong-{name}"), &[]) {
        return own;
    }
    let word = ui.tongue.find(&name.replace('_', "-"), &[]).unwrap_or_else(|| name.to_owned());
    ui.tv("wrong-field", &word)
}

/// Why what was filled in cannot be used.
pub(crate) fn unusable(ui: &Ui, why: &Unusable) -> String {
    match why {
        Unusable::NoLocation(_) => ui.t("refused-no-location"),
        Unusable::NoTeam(_) => ui.t("refused-no-team"),
        Unusable::FranchiseeWithoutShop => ui.t("unusable-franchisee"),
        Unusable::ShortPassword { least } => ui.tn("unusable-short-password", *least),
        Unusable::LoginTaken(id) => ui.tv("unusable-login-taken", id.as_str()),
        Unusable::LastAdministrator => ui.t("unusable-last-administrator"),
        Unusable::SilenceWithoutReason => ui.t("unusable-silence-reason"),
        Unusable::SilenceInThePast => ui.t("unusable-silence-past"),
        Unusable::NothingToDouble => ui.t("unusable-nothing-to-double"),
        Unusable::SilenceOfEverything => ui.t("unusable-silence-everything"),
        Unusable::PageMark => ui.t("unusable-page-mark"),
        Unusable::LongPeriod { most } => ui.tn("unusable-long-period", *most),
        Unusable::OutsideCalendar => ui.t("unusable-calendar"),
    }
}

/// Why a search text cannot be read, and where.
pub(crate) fn query(ui: &Ui, bad: &BadQuery) -> String {
    let what = match &bad.what {
        Wrong::TooLong { max } => return ui.tn("query-too-long", *max),
        Wrong::TooManyWords { max } => return ui.tn("query-too-many-words", *max),
        Wrong::TooDeep { max } => ui.tn("query-too-deep", *max),
        Wrong::OpenQuote => ui.t("query-open-quote"),
        Wrong::OpenParenthesis => ui.t("query-open-parenthesis"),
        Wrong::StrayParenthesis => ui.t("query-stray-parenthesis"),
        Wrong::Dangling(name) => ui.tv("query-dangling", &ui.label("operator", name)),
        Wrong::NoWord => ui.t("query-no-word"),
        Wrong::BadDistance { max } => ui.tn("query-bad-distance", i64::from(*max)),
        Wrong::BadPrefix => ui.t("query-bad-prefix"),
        Wrong::UnknownField(name) => {
            ui.tx("query-unknown-field", &[("v", Arg::S(name)), ("fields", Arg::S(&FIELDS.join(", ")))])
        }
        Wrong::NoValue(name) => ui.tv("query-no-value", name),
        Wrong::BadValue { field, value, allowed } => {
            // What may stand there is typed as it is; where it is a range or a kind of name, words say it.
            let said = ui.tongue.find(&format!("query-allowed-{field}"), &[]);
            let allowed = said.as_deref().unwrap_or(allowed);
            let args = [("field", Arg::S(field)), ("v", Arg::S(value)), ("allowed", Arg::S(allowed))];
            ui.tx("query-bad-value", &args)
        }
        // The reader of queries may learn to refuse more.
        other => other.to_string(),
    };
    ui.tx("query-at", &[("n", Arg::S(&bad.at.to_string())), ("v", Arg::S(&what))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::user::Role;

    #[test]
    fn what_is_wrong_with_a_search_is_said_in_the_readers_language() {
        let nl = ui(Tongue::Nl, Role::Agent);
        for (typed, says) in [
            ("\"niet", "Bij teken 1: dit aanhalingsteken is niet gesloten. Zet er een \" achter."),
            (
                "AND",
                "Bij teken 1: “AND” (EN) heeft woorden aan beide kanten nodig. Schrijf ze erbij, of zet het tussen aanhalingstekens om ernaar te zoeken.",
            ),
            (
                "foo:bar",
                "Bij teken 1: het veld “foo” is er niet. Gebruik author, topic, source, location, channel, lang, stars, severity, sentiment, intent, signal, of zet het tussen aanhalingstekens om ernaar te zoeken.",
            ),
            (
                "stars:9",
                "Bij teken 1: “stars:” kan niet “9” zijn. Gebruik een getal van 1 tot 5, of een bereik zoals 1..2 of 4..5.",
            ),
            ("lang:zz", "Bij teken 1: “lang:” kan niet “zz” zijn. Gebruik nl, en, de, fr, other."),
            ("a*", "Bij teken 1: voor * horen minstens twee letters of cijfers van één woord."),
        ] {
            let bad = gehoor_search::check(typed).unwrap_err();
            assert_eq!(query(&nl, &bad), says, "{typed}");
            let en = query(&ui(Tongue::En, Role::Agent), &bad);
            assert!(en.starts_with("At character 1: "), "{en}");
        }
    }

    #[test]
    fn a_field_is_named_by_the_word_that_stands_beside_it() {
        let nl = ui(Tongue::Nl, Role::Agent);
        assert_eq!(field(&nl, "from"), "“Vanaf” klopt niet. Kies of schrijf iets anders.");
        assert_eq!(field(&nl, "case"), "Kies eerst een of meer zaken.");
        assert_eq!(
            field(&nl, "stars_min"),
            "“Minstens zoveel sterren” klopt niet. Kies of schrijf iets anders."
        );
    }

    #[test]
    fn what_cannot_be_used_names_what_to_do() {
        let nl = ui(Tongue::Nl, Role::Admin);
        let short = unusable(&nl, &Unusable::ShortPassword { least: 10 });
        assert_eq!(short, "Een wachtwoord heeft minstens 10 tekens.");
        assert!(unusable(&nl, &Unusable::FranchiseeWithoutShop).contains("minstens één winkel"));
    }
}
