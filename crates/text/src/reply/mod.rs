//! The check of a public reply before it is sent: what must not be in it, and what better were not.
//!
//! Some of what it finds holds a reply up; the rest is shown, and goes after a person ticked it. Names no case, no person
//! and no time: what it needs to know it is given.

pub mod length;
mod words;

pub use words::opening;

use crate::language::{self, Language};
use crate::{evidence, promised, redact};

/// What is to be checked, and what the check needs to know.
#[derive(Debug, Clone, Default)]
pub struct Checked<'a> {
    /// The whole text, filled in and signed.
    pub text: &'a str,
    /// How long it is, as its platform counts, and how long it may be.
    pub length: (usize, usize),
    /// The language of the customer's post, where that is sure.
    pub lang: Option<Language>,
    /// The customer's name as shown, and the handle.
    pub customer: &'a [String],
    /// What the customer wrote since our last answer. Hostile text.
    pub asked: &'a [String],
    /// The internal notes of the case.
    pub notes: &'a [String],
    /// Our own public addresses and phone numbers.
    pub contacts: &'a [String],
    /// Who else is writing an answer right now.
    pub typing: &'a [String],
    /// How our latest replies to others began, as [`opening`] gives it.
    pub earlier: &'a [String],
    /// An opening that so many of them begin with is a robot's; 0 never.
    pub robot_after: usize,
    /// Names in braces that nothing stands for.
    pub unfilled: &'a [String],
    /// It answers a review.
    pub review: bool,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Mail address, phone number, bank account, address or order number.
    PersonalData,
    /// Words of an internal note (rule 2).
    InternalNote,
    /// Longer than the platform takes.
    TooLong,
    /// A name in braces that nothing stands for.
    Unfilled,
    /// A promise that names no time.
    PromiseWithoutDate,
    /// Another language than the customer's.
    WrongLanguage,
    /// Somebody else's name.
    WrongName,
    /// It asks to change or take down a review.
    ReviewChange,
    /// It begins as many others do.
    Robot,
    /// A question that it does not go into.
    Unanswered,
    /// Somebody else is answering.
    Typing,
}

impl Kind {
    /// The name used in forms and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::PersonalData => "personal_data",
            Kind::InternalNote => "internal_note",
            Kind::TooLong => "too_long",
            Kind::Unfilled => "unfilled",
            Kind::PromiseWithoutDate => "promise_without_date",
            Kind::WrongLanguage => "wrong_language",
            Kind::WrongName => "wrong_name",
            Kind::ReviewChange => "review_change",
            Kind::Robot => "robot",
            Kind::Unanswered => "unanswered",
            Kind::Typing => "typing",
        }
    }
    /// It holds the reply up, whatever is ticked.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(self, Kind::PersonalData | Kind::InternalNote | Kind::TooLong | Kind::Unfilled)
    }
}

/// One find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The words that it rests on.
    pub words: String,
    /// How many: letters too many, replies with the same opening.
    pub count: usize,
}

/// Checks a reply.
#[must_use]
pub fn check(reply: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |kind, words: String, count| found.push(Finding { kind, words, count });
    for words in personal(reply) {
        add(Kind::PersonalData, words, 0);
    }
    if let Some(words) = reply.notes.iter().find_map(|note| words::shared_run(note, reply.text)) {
        add(Kind::InternalNote, words, 0);
    }
    let (is, most) = reply.length;
    if is > most {
        add(Kind::TooLong, format!("{is} / {most}"), is - most);
    }
    for name in reply.unfilled {
        add(Kind::Unfilled, name.clone(), 0);
    }
    let promises = promised::ours(reply.text);
    // One time in a sentence goes for all that it promises.
    let sentence = |at: usize| reply.text.get(..at).unwrap_or("").matches(['.', '!', '?', '\n']).count();
    let dated =
        |at: usize| promises.iter().any(|p| !p.is_undated() && sentence(p.range.start) == sentence(at));
    for promise in promises.iter().filter(|p| p.is_undated() && !dated(p.range.start)) {
        add(Kind::PromiseWithoutDate, cut(reply.text, &promise.range), 0);
    }
    if let Some(guess) = wrong_language(reply) {
        add(Kind::WrongLanguage, guess.to_owned(), 0);
    }
    if let Some(name) =
        words::greeted(reply.text).filter(|name| words::is_somebody_else(name, reply.customer))
    {
        add(Kind::WrongName, name, 0);
    }
    if let Some(words) = words::asks_for_other_review(reply.text).filter(|_| reply.review) {
        add(Kind::ReviewChange, words, 0);
    }
    let opening = words::opening(reply.text);
    let same = reply.earlier.iter().filter(|other| **other == opening).count();
    if reply.robot_after > 0 && same >= reply.robot_after && !opening.is_empty() {
        add(Kind::Robot, opening, same);
    }
    if let Some(question) = reply.asked.iter().find_map(|post| words::unanswered(post, reply.text)) {
        add(Kind::Unanswered, question, 0);
    }
    if !reply.typing.is_empty() {
        add(Kind::Typing, reply.typing.join(", "), reply.typing.len());
    }
    found
}

fn cut(text: &str, range: &std::ops::Range<usize>) -> String {
    text.get(range.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Personal data that is not our own public address. Order numbers too: whoever reads one can ask for the order.
fn personal(reply: &Checked<'_>) -> Vec<String> {
    let squeeze = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric() || *c == '@').flat_map(char::to_lowercase).collect()
    };
    let ours: Vec<String> = reply.contacts.iter().map(|c| squeeze(c)).filter(|c| !c.is_empty()).collect();
    let is_ours = |words: &str| {
        let words = squeeze(words);
        ours.iter().any(|own| words == *own || (own.starts_with('@') && words.ends_with(own.as_str())))
    };
    let data = redact::find(reply.text).into_iter().map(|(_, range)| range);
    let orders = evidence::find(reply.text).into_iter();
    let orders = orders.filter(|e| e.kind == evidence::Kind::OrderNumber).map(|e| e.range);
    let mut found: Vec<String> = Vec::new();
    for range in data.chain(orders) {
        let words = cut(reply.text, &range);
        if !is_ours(&words) && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// The language of the reply, when it is surely another one than the customer's. Short texts tell too little.
fn wrong_language(reply: &Checked<'_>) -> Option<&'static str> {
    let wanted = reply.lang.filter(|lang| *lang != Language::Other)?;
    if reply.text.split_whitespace().count() < 5 {
        return None;
    }
    let guess = language::detect(reply.text);
    (guess.p >= 0.9 && guess.language != wanted).then_some(match guess.language {
        Language::Nl => "nl",
        Language::En => "en",
        Language::De => "de",
        Language::Fr => "fr",
        Language::Other => "?",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(reply: &Checked<'_>) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = check(reply).into_iter().map(|f| f.kind).collect();
        kinds.dedup();
        kinds
    }

    fn of(text: &str) -> Checked<'_> {
        Checked { text, length: (text.len(), 500), robot_after: 3, ..Checked::default() }
    }

    #[test]
    fn a_good_reply_passes() {
        let customer = ["Anna Bakker".to_owned()];
        let asked = ["Wanneer komt mijn bank?".to_owned()];
        let reply = Checked {
            customer: &customer,
            asked: &asked,
            lang: Some(Language::Nl),
            ..of("Beste Anna, wat vervelend dat je zo lang wacht. Je bank komt vrijdag 27 november. ^EV")
        };
        assert_eq!(check(&reply), []);
    }

    #[test]
    fn personal_data_is_held_up_but_for_our_own_public_address() {
        let contacts = ["klantenservice@bouwhoek.example".to_owned(), "038 123 45 67".to_owned()];
        for (text, expected) in [
            ("Mail ons op klantenservice@bouwhoek.example of bel 038-1234567.", 0),
            ("We mailen naar anna@prive.example.", 1),
            ("We bellen 06 12345678 vrijdag om 10 uur.", 1),
            ("Je bestelling met ordernummer 12345678 is onderweg.", 1),
        ] {
            let found = check(&Checked { contacts: &contacts, ..of(text) });
            let data = found.iter().filter(|f| f.kind == Kind::PersonalData).count();
            assert_eq!(data, expected, "{text}: {found:?}");
        }
    }

    #[test]
    fn words_of_an_internal_note_never_leave() {
        let notes = ["Klant is bekend, vorige maand ook al geld terug gekregen voor een kast".to_owned()];
        let text = "Beste Anna, vorige maand ook al geld terug gekregen voor een kast, dus nu niet.";
        assert!(kinds(&Checked { notes: &notes, ..of(text) }).contains(&Kind::InternalNote));
        let other = "Beste Anna, je krijgt vrijdag je geld terug.";
        assert!(!kinds(&Checked { notes: &notes, ..of(other) }).contains(&Kind::InternalNote));
    }

    #[test]
    fn too_long_and_unfilled_hold_up() {
        let unfilled = ["{location}".to_owned()];
        let reply =
            Checked { length: (501, 500), unfilled: &unfilled, ..of("In {location} kijken we ernaar.") };
        let found = check(&reply);
        assert!(found.iter().any(|f| f.kind == Kind::TooLong && f.count == 1));
        assert!(found.iter().any(|f| f.kind == Kind::Unfilled && f.kind.blocks()));
    }

    #[test]
    fn a_promise_needs_a_time_in_four_languages() {
        for (text, undated) in [
            ("We bellen je terug.", true),
            ("We bellen je vrijdag terug.", false),
            ("We zoeken het uit en laten het vrijdag weten.", false),
            ("We zoeken het uit. Je bank is mooi.", true),
            ("We will call you back.", true),
            ("We will call you back tomorrow.", false),
            ("Wir rufen Sie zurück.", true),
        ] {
            assert_eq!(kinds(&of(text)).contains(&Kind::PromiseWithoutDate), undated, "{text}");
        }
    }

    #[test]
    fn another_language_and_another_name_are_seen() {
        let customer = ["Anna Bakker".to_owned(), "anna_b".to_owned()];
        let english = "We are very sorry to hear this and will look into it for you right away.";
        assert!(kinds(&Checked { lang: Some(Language::Nl), ..of(english) }).contains(&Kind::WrongLanguage));
        assert!(!kinds(&Checked { lang: Some(Language::En), ..of(english) }).contains(&Kind::WrongLanguage));
        for (text, wrong) in [
            ("Beste Jan, wat vervelend.", true),
            ("Beste Anna, wat vervelend.", false),
            ("Beste mevrouw Bakker, wat vervelend.", false),
            ("Hoi anna_b, wat vervelend.", false),
            ("Beste klant, wat vervelend.", false),
            ("Dear Peter, we are sorry.", true),
            ("Wat vervelend.", false),
        ] {
            let found = kinds(&Checked { customer: &customer, ..of(text) });
            assert_eq!(found.contains(&Kind::WrongName), wrong, "{text}");
        }
    }

    #[test]
    fn asking_for_another_review_is_seen_at_reviews() {
        for text in ["Wil je je review aanpassen?", "Would you please change your review to five stars?"] {
            assert!(kinds(&Checked { review: true, ..of(text) }).contains(&Kind::ReviewChange), "{text}");
            assert!(!kinds(&of(text)).contains(&Kind::ReviewChange));
        }
        let thanks = "Dank voor je review.";
        assert!(!kinds(&Checked { review: true, ..of(thanks) }).contains(&Kind::ReviewChange));
    }

    #[test]
    fn an_opening_that_many_replies_have_is_a_robots_whatever_the_name() {
        let say = |name: &str, rest: &str| format!("Beste {name}, wat vervelend om te horen. {rest} ^EV");
        let earlier =
            [say("Jan", "De bank komt."), say("Piet", "De kast komt."), say("Kees", "Het bed komt.")];
        let earlier = earlier.map(|text| opening(&text));
        let text = say("Anna", "Je kraan komt vrijdag.");
        let found = check(&Checked { earlier: &earlier, ..of(&text) });
        let robot = found.iter().find(|f| f.kind == Kind::Robot).unwrap();
        assert_eq!((robot.count, robot.words.as_str()), (3, "wat vervelend om te horen"));
        let other = "Beste Anna, zes weken is veel te lang. Je kraan komt vrijdag.";
        assert!(!kinds(&Checked { earlier: &earlier, ..of(other) }).contains(&Kind::Robot));
    }

    #[test]
    fn a_question_that_is_passed_over_is_shown() {
        for (asked, answer, open) in [
            ("Wanneer komt mijn bank?", "Wat vervelend, we leven met je mee.", true),
            ("Wanneer komt mijn bank?", "Je bank komt vrijdag 27 november.", false),
            ("Kan ik de kast ruilen?", "Ja, je kunt de kast ruilen in de winkel.", false),
            ("Kan ik de kast ruilen?", "Dank je wel voor het melden.", true),
            ("Wanneer komt mijn bank?", "Stuur ons een DM met je gegevens, dan zoeken we het uit.", false),
            ("Mijn bank is stuk.", "Wat vervelend.", false),
        ] {
            let asked = [asked.to_owned()];
            let found = kinds(&Checked { asked: &asked, ..of(answer) });
            assert_eq!(found.contains(&Kind::Unanswered), open, "{asked:?} {answer}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_check_fail(text in "\\PC{0,200}", other in "\\PC{0,200}") {
            let others = [other];
            let reply = Checked {
                asked: &others, notes: &others, earlier: &others, customer: &others, contacts: &others,
                review: true, lang: Some(Language::Nl), ..of(&text)
            };
            let _ = check(&reply);
            let _ = (length::mastodon(&text), length::x(&text));
        }
    }
}
