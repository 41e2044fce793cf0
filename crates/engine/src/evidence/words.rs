//! The words of the evidence page for what records hold as names: kinds of events, their facts, and values of these. What has
//! no word here is shown as it is recorded; the signed record itself is never changed by them.

use jiff::SignedDuration;

/// A name of a record, in Dutch and in English.
type Word = (&'static str, &'static str, &'static str);

const KINDS: &[Word] = &[
    ("opened", "zaak geopend", "case opened"),
    ("joined", "bericht toegevoegd", "post added"),
    ("revised", "bericht gewijzigd", "post changed"),
    ("withdrawn", "bericht weggehaald", "post taken down"),
    ("replied", "antwoord van ons", "reply of ours"),
    ("noted", "interne notitie", "internal note"),
    ("assigned", "toegewezen", "assigned"),
    ("promised", "belofte gedaan", "promise made"),
    ("promise_due", "belofte loopt bijna af", "promise is due soon"),
    ("promise_ended", "belofte afgelopen", "promise ended"),
    ("handed_over", "overgedragen", "handed over"),
    ("returned", "teruggegeven", "given back"),
    ("clock_amber", "nog weinig tijd", "little time left"),
    ("clock_red", "de tijd is voorbij", "time is over"),
    ("queued", "in de wachtrij", "into the queue"),
    ("ticket_opened", "ticket gemaakt", "ticket opened"),
    ("ticket_changed", "ticket veranderd", "ticket changed"),
    ("waiting_for_customer", "de klant is aan zet", "the customer is to move"),
    ("private_talk", "privégesprek", "talk in private"),
    ("closed", "zaak gesloten", "case closed"),
    ("reopened", "zaak heropend", "case reopened"),
    ("split_off", "berichten afgesplitst", "posts taken out"),
    ("split_from", "afgesplitst van", "taken out of"),
    ("merged_in", "zaak hierin opgegaan", "case merged in"),
    ("merged_into", "opgegaan in een andere zaak", "merged into another case"),
    ("overruled", "rang door een mens gezet", "rank set by a person"),
    ("located", "winkel gezet", "shop set"),
    ("responsible_set", "wie moet handelen gezet", "who has to act set"),
    ("corrected", "oordeel verbeterd", "judgement corrected"),
    ("reassessed", "opnieuw beoordeeld", "judged again"),
    ("promise_proposed", "mogelijke belofte in onze woorden", "possible promise in our words"),
    ("proposal_dismissed", "dat was geen belofte", "that was no promise"),
    ("called", "gebeld met de klant", "called the customer"),
    ("snoozed", "opzij gezet", "put aside"),
    ("woken", "weer opgepakt", "taken up again"),
    ("reply_step", "stap van een antwoord", "step of a reply"),
];

const FACTS: &[Word] = &[
    ("mention", "bericht", "post"),
    ("mentions", "berichten", "posts"),
    ("detection_delay", "gezien na", "seen after"),
    ("voice", "van", "by"),
    ("because", "omdat", "because"),
    ("text", "tekst", "text"),
    ("sent", "door Gehoor verstuurd", "sent by Gehoor"),
    ("reply", "antwoord", "reply"),
    ("to", "aan", "to"),
    ("from", "van", "from"),
    ("into", "in", "into"),
    ("promise", "belofte", "promise"),
    ("how", "hoe", "how"),
    ("due", "uiterlijk", "by"),
    ("note", "toelichting", "note"),
    ("late", "te laat", "late"),
    ("clock", "klok", "clock"),
    ("reason", "reden", "reason"),
    ("outlet", "via", "through"),
    ("ticket", "ticket", "ticket"),
    ("state", "stand", "state"),
    ("step", "stap", "step"),
    ("outcome", "afloop", "outcome"),
    ("points", "punten", "points"),
    ("location", "winkel", "shop"),
    ("responsible", "wie moet handelen", "who has to act"),
    ("fields", "wat", "what"),
    ("model", "model", "model"),
    ("changed", "veranderd", "changed"),
    ("points_before", "punten ervoor", "points before"),
    ("points_after", "punten erna", "points after"),
    ("proposal", "voorstel", "proposal"),
    ("words", "woorden", "words"),
    ("answered", "opgenomen", "answered"),
    ("seconds", "seconden", "seconds"),
    ("reference", "kenmerk", "reference"),
    ("until", "tot", "until"),
    ("why", "waarom", "why"),
];

/// Values of facts that are names and no words of people.
const VALUES: &[Word] = &[
    ("open", "open", "open"),
    ("waiting", "bij de klant", "with the customer"),
    ("closed", "gesloten", "closed"),
    ("pending", "in de wacht", "pending"),
    ("resolved", "daar opgelost", "solved there"),
    ("gone", "daar verdwenen", "gone there"),
    ("customer", "klant", "customer"),
    ("us", "wij", "we"),
    ("bystander", "ander", "somebody else"),
    ("thread", "zelfde gesprek", "same conversation"),
    ("author", "zelfde schrijver", "same author"),
    ("linked", "gekoppeld account", "linked account"),
    ("manual", "met de hand", "by hand"),
    ("copy", "een kopie", "a copy"),
    ("reply", "antwoord erop", "answer to it"),
    ("kept", "nagekomen", "kept"),
    ("missed", "gemist", "missed"),
    ("withdrawn", "ingetrokken", "withdrawn"),
    ("unowned", "niemand heeft de zaak", "nobody owns the case"),
    ("clock_ran_out", "klok afgelopen", "a clock ran out"),
    ("promise_missed", "belofte gemist", "a promise was missed"),
    ("hand_over_late", "niet op tijd opgepakt na overdracht", "not taken up in time after a hand-over"),
    ("regressed", "klant kwam terug na sluiten", "the customer came back after closing"),
    ("released", "losgelaten door de eigenaar", "released by its owner"),
    ("woken", "opzij gezet tot nu", "was put aside until now"),
    ("ping_pong", "steeds doorgeschoven", "went to and fro"),
    ("customer_silent", "klant reageerde niet", "the customer did not react"),
    (
        "private_silent",
        "klant kwam niet naar het privégesprek",
        "the customer did not come to the talk in private",
    ),
    ("private_open", "privégesprek nog niet opgelost", "talk in private not solved"),
    ("not_told", "opgelost, maar openbaar nog niet verteld", "solved, but not told in public"),
    ("asked", "gevraagd om privé", "asked to talk in private"),
    ("came", "klant kwam", "the customer came"),
    ("solved", "opgelost", "solved"),
    ("closed_in_public", "openbaar afgerond", "closed in public"),
    ("not_come", "klant kwam niet", "the customer did not come"),
    ("not_solved", "nog niet opgelost", "not solved"),
    ("compensated", "gecompenseerd", "compensated"),
    ("explained", "uitgelegd", "explained"),
    ("not_ours", "niet van ons", "not ours"),
    ("no_reaction", "klant reageerde niet meer", "no reaction of the customer"),
    ("abuse", "misbruik", "abuse"),
    ("merged", "samengevoegd", "merged"),
    ("first_response", "eerste antwoord", "first response"),
    ("next_response", "volgend antwoord", "next response"),
    ("resolution", "oplossing", "resolution"),
    ("tell_customer", "klant openbaar vertellen", "tell the customer in public"),
    ("headquarters", "hoofdkantoor", "head office"),
    ("location", "winkel", "shop"),
    ("carrier", "vervoerder", "carrier"),
    ("supplier", "leverancier", "supplier"),
    ("unknown", "nog onbekend", "not known yet"),
    ("awaiting", "wacht op akkoord", "waits for agreement"),
    ("waits", "wacht op akkoord", "waits for agreement"),
    ("approved", "akkoord", "agreed to"),
    ("rejected", "niet akkoord", "not agreed to"),
    ("sending", "onderweg", "on its way"),
    ("by_hand", "met de hand", "by hand"),
    ("dropped", "laten vallen", "dropped"),
    ("refused", "geweigerd", "refused"),
    ("date", "de dag was er", "the day had come"),
    ("queue", "terug in de wachtrij", "back into the queue"),
    ("new_model", "nieuw model", "new model"),
    ("second_look", "sterker model", "stronger model"),
];

/// Facts whose values are names; all others hold words of people, numbers, or names that people gave.
const NAMED: [&str; 10] =
    ["because", "voice", "how", "reason", "state", "step", "outcome", "clock", "why", "responsible"];

fn look(words: &[Word], name: &str, dutch: bool) -> Option<&'static str> {
    let (_, nl, en) = words.iter().find(|(known, ..)| *known == name)?;
    Some(if dutch { nl } else { en })
}

/// The kind of an event.
pub(super) fn kind(name: &str, dutch: bool) -> String {
    look(KINDS, name, dutch).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// What a judgement is made of.
const FIELDS: &[Word] = &[
    ("intent", "bedoeling", "intent"),
    ("severity", "ernst", "severity"),
    ("sentiment", "stemming", "feeling"),
    ("topics", "onderwerpen", "topics"),
    ("signals", "signalen", "signals"),
];

/// Labels of a judgement.
const LABELS: &[Word] = &[
    ("complaint", "klacht", "complaint"),
    ("question", "vraag", "question"),
    ("praise", "compliment", "praise"),
    ("remark", "opmerking", "remark"),
    ("irrelevant", "niet over ons", "not about us"),
    ("negative", "negatief", "negative"),
    ("neutral", "neutraal", "neutral"),
    ("positive", "positief", "positive"),
    ("mixed", "gemengd", "mixed"),
];

/// A part of a judgement.
pub(super) fn field(name: &str, dutch: bool) -> String {
    look(FIELDS, name, dutch).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// A label of a judgement, or several with commas between them; none is a dash.
pub(super) fn label(names: &str, dutch: bool) -> String {
    if names.is_empty() {
        return "–".to_owned();
    }
    let word = |name: &str| look(LABELS, name, dutch).map_or_else(|| name.replace('_', " "), str::to_owned);
    names.split(", ").map(word).collect::<Vec<_>>().join(", ")
}

/// The name of a fact.
pub(super) fn fact(name: &str, dutch: bool) -> String {
    look(FACTS, name, dutch).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// A state or an outcome of the case.
pub(super) fn value(name: &str, dutch: bool) -> String {
    look(VALUES, name, dutch).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// The value of a fact. Why somebody overruled or put aside is in their own words: only a whole name is one of ours.
pub(super) fn of_fact(fact: &str, text: String, dutch: bool) -> String {
    if fact == "detection_delay" {
        return text.parse::<SignedDuration>().map_or(text, |delay| span(delay, dutch));
    }
    match text.as_str() {
        "true" => return if dutch { "ja" } else { "yes" }.to_owned(),
        "false" => return if dutch { "nee" } else { "no" }.to_owned(),
        _ => {}
    }
    let named = NAMED.contains(&fact);
    look(VALUES, &text, dutch).filter(|_| named).map_or(text, str::to_owned)
}

/// A length of time in days, hours and minutes; of less than a minute in seconds.
fn span(length: SignedDuration, dutch: bool) -> String {
    let seconds = length.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let hour = if dutch { "u" } else { "h" };
    let parts = [(days, "d"), (hours, hour), (minutes, "min")];
    let some: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if some.is_empty() { format!("{seconds} s") } else { some.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_records_are_words_and_words_of_people_stay_as_they_are() {
        assert_eq!(kind("promise_ended", true), "belofte afgelopen");
        assert_eq!(fact("detection_delay", false), "seen after");
        assert_eq!(of_fact("how", "missed".into(), true), "gemist");
        assert_eq!(of_fact("text", "open".into(), true), "open", "what people wrote is not looked up");
        assert_eq!(of_fact("note", "missed".into(), true), "missed");
        assert_eq!(of_fact("sent", "false".into(), true), "nee");
        assert_eq!(of_fact("detection_delay", "PT3H11M0.194253212S".into(), true), "3 u 11 min");
        assert_eq!(of_fact("detection_delay", "PT61S".into(), false), "1 min");
        assert_eq!(of_fact("detection_delay", "PT0.2S".into(), false), "0 s");
        assert_eq!(kind("something_new", true), "something new");
    }

    #[test]
    fn every_reason_of_the_queue_and_every_outcome_has_its_words() {
        use gehoor_domain::case::{Outcome, QueueReason};
        for reason in QueueReason::ALL {
            assert!(look(VALUES, reason.as_str(), true).is_some(), "{}", reason.as_str());
        }
        for outcome in Outcome::CHOICES {
            assert!(look(VALUES, outcome.as_str(), true).is_some(), "{}", outcome.as_str());
        }
    }
}
