//! Why the rules refuse a command, in the reader's language. The engine gives the words of
//! [`gehoor_domain::decide::Refused`]; what is not known here is shown as it is.

use crate::locale::Arg;
use crate::ui::Ui;

/// Words that only this refusal has, and the key of its text.
const KNOWN: [(&str, &str); 56] = [
    // What the engine says beside the rules.
    ("is not there, or not yours to see", "refused-not-there"),
    ("was changed by somebody else", "refused-changed"),
    ("changed while it was worked on", "refused-changed"),
    ("your role reads cases", "refused-role"),
    ("is not yours", "refused-place"),
    ("only a lead or an administrator", "refused-lead"),
    ("the draft is too long", "refused-long"),
    ("cases at once: choose fewer", "refused-too-many"),
    ("that is done case by case", "refused-one-by-one"),
    // What the check of a reply and the rules say.
    ("the check holds this reply up", "refused-check-holds"),
    ("the check warns of this reply", "refused-check-warns"),
    ("the case has no reply", "refused-no-reply"),
    ("is past that step", "refused-reply-past"),
    ("approved by somebody else than", "refused-own-approval"),
    ("are approved by a team lead", "refused-lead-approves"),
    ("is a colleague's: write your own", "refused-not-your-draft"),
    ("left to answer", "refused-nothing-to-answer"),
    ("may not", "refused-role"),
    ("only a person can", "refused-person"),
    ("told by the helpdesk itself", "refused-helpdesk"),
    ("the case is closed", "refused-closed"),
    ("the case is not closed", "refused-not-closed"),
    ("the case became part of", "refused-merged"),
    ("is empty: write it down", "refused-empty"),
    ("letters: shorten it", "refused-long"),
    ("the customer still waits", "refused-answer-owed"),
    ("was not asked to talk in private", "refused-not-asked"),
    ("has to end in the future", "refused-promise-past"),
    ("the case has no promise", "refused-no-promise"),
    ("has ended already", "refused-promise-ended"),
    ("still stands", "refused-promise-stands"),
    ("there is no team", "refused-no-team"),
    ("there is no location", "refused-no-location"),
    ("is with team", "refused-same-team"),
    ("was not handed over", "refused-not-handed"),
    ("unanswered replies", "refused-tries"),
    ("points have to be", "refused-points"),
    ("rank of a case that a colleague owns", "refused-not-yours"),
    ("nothing to correct", "refused-nothing"),
    ("both cases need a post", "refused-nobody-left"),
    ("cannot become part of itself", "refused-same-case"),
    ("one reply goes to at most", "refused-too-many"),
    ("open cases, and the limit is", "refused-limit"),
    ("asks for the skill", "refused-skill"),
    ("is closed now, and the case", "refused-queue-closed"),
    ("no time was named", "refused-needs-time"),
    ("has no open proposal", "refused-no-proposal"),
    ("is put aside until a date", "refused-bad-snooze"),
    ("is not put aside", "refused-not-snoozed"),
    ("a team lead decides where it stays", "refused-ping-pong"),
    ("the public thread has no last line", "refused-no-last-line"),
    ("nobody answered the customer here yet", "refused-unanswered"),
    ("choose another outcome", "refused-outcome"),
    ("the case has no ticket", "refused-no-ticket"),
    ("the case has no mention", "refused-no-mention"),
    ("are not posted by hand here", "refused-not-by-hand"),
];

/// Refusals of a case that is given to somebody, which who was warned may go beyond.
const WARNINGS: [&str; 2] = ["refused-skill", "refused-queue-closed"];

/// The key of the text of a refusal.
fn known(english: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(needle, _)| english.contains(needle)).map(|(_, key)| *key)
}

/// Whether the refusal is a warning that the reader may go beyond.
pub(crate) fn may_go_beyond(ui: &Ui, english: &str) -> bool {
    known(english).is_some_and(|key| WARNINGS.contains(&key) || (key == "refused-limit" && ui.leads()))
}

/// Whether a case was not closed for want of an answer, which may have been given elsewhere.
pub(crate) fn may_be_elsewhere(english: &str) -> bool {
    known(english) == Some("refused-unanswered")
}

/// A field that is empty or cannot be read, in words.
fn missing(ui: &Ui, english: &str) -> Option<String> {
    let name = english.strip_prefix("field `")?.strip_suffix('`')?;
    Some(ui.tongue.find(&format!("wrong-{name}"), &[]).unwrap_or_else(|| ui.t("refused-empty")))
}

/// The refusal in words.
pub(crate) fn words(ui: &Ui, english: &str) -> String {
    if let Some(missing) = missing(ui, english) {
        return missing;
    }
    let known = known(english);
    let (queue, skill, who) = named(ui, english);
    let args = [("queue", Arg::S(queue)), ("skill", Arg::S(skill)), ("who", Arg::S(&who))];
    // Only warnings name what they warn of.
    let args = if known.is_some_and(|key| WARNINGS.contains(&key)) { args.as_slice() } else { &[] };
    known.and_then(|key| ui.tongue.find(key, args)).unwrap_or_else(|| english.to_owned())
}

/// Queue, skill and person that a warning names.
fn named<'a>(ui: &Ui, english: &'a str) -> (&'a str, &'a str, String) {
    let between = |from: &str, until: &str| {
        let (_, rest) = english.split_once(from)?;
        rest.split_once(until).map(|(found, _)| found)
    };
    let queue =
        between("the queue ", " asks for the skill").or_else(|| between("the queue ", " is closed now"));
    let who = between("`, and ", " lacks it").unwrap_or_default();
    let who = who.parse().map_or_else(|_| who.to_owned(), |user| ui.person(&user));
    (queue.unwrap_or_default(), between("the skill `", "`, and").unwrap_or_default(), who)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fail;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::decide::Refused;
    use gehoor_domain::ids::{CaseId, LocationId, MentionId, OutletId, PromiseId, SourceId, TeamId};
    use gehoor_domain::user::Role;
    use gehoor_engine::EngineError;

    #[test]
    fn every_refusal_is_said_in_the_readers_language() {
        let team = TeamId::parse("webcare").unwrap();
        let nl = ui(Tongue::Nl, Role::Agent);
        for refused in [
            Refused::RoleMayNot { role: Role::Marketing, what: "reply" },
            Refused::NeedsPerson("keep a promise"),
            Refused::NeedsHelpdesk,
            Refused::Closed,
            Refused::NotClosed,
            Refused::Merged(CaseId(3)),
            Refused::Empty("the note"),
            Refused::TooLong { what: "the note", most: 10 },
            Refused::AnswerOwed,
            Refused::NotAsked,
            Refused::PromiseInPast,
            Refused::NoPromise(PromiseId(1)),
            Refused::PromiseEnded(PromiseId(1)),
            Refused::PromiseStands(PromiseId(1)),
            Refused::NoTeam(team.clone()),
            Refused::SameTeam(team),
            Refused::NotHandedOver,
            Refused::TooFewTries { tries: 1, needed: 2 },
            Refused::BadPoints,
            Refused::NotYours,
            Refused::NothingToCorrect,
            Refused::NobodyLeft,
            Refused::SameCase,
            Refused::NoReply(gehoor_domain::ReplyId(1)),
            Refused::ReplyPast,
            Refused::OwnApproval,
            Refused::LeadApproves,
            Refused::NotYourDraft,
            Refused::NothingToAnswer,
            Refused::TooManyAtOnce { most: 50 },
            Refused::LimitReached { user: eva(), own: 9, most: 9 },
            Refused::SkillLacks { user: eva(), queue: "Duits".into(), skill: "de".into() },
            Refused::QueueClosed { queue: "Duits".into() },
            Refused::PromiseNeedsTime,
            Refused::NoProposal(1),
            Refused::BadSnooze { most_days: 30 },
            Refused::NotSnoozed,
            Refused::PingPong(4),
            Refused::NoLocation(LocationId::parse("breda").unwrap()),
            Refused::NoLastLine,
            Refused::Unanswered,
            Refused::NotAChoice,
            Refused::NoTicket { outlet: OutletId::parse("desk").unwrap(), ticket: "9".into() },
            Refused::NoMention(MentionId::derive(&SourceId::parse("town").unwrap(), "1")),
            Refused::NotByHand,
        ] {
            let (said, key) = (words(&nl, &refused.to_string()), key_of(&refused));
            if !WARNINGS.contains(&key) {
                assert_eq!(said, nl.t(key), "{refused:?}");
            }
            assert_ne!(said, refused.to_string());
        }
    }

    #[test]
    fn a_warning_names_what_it_warns_of() {
        let nl = ui(Tongue::Nl, Role::Agent);
        let skill = Refused::SkillLacks { user: eva(), queue: "Duits, B2B".into(), skill: "de".into() };
        let said = words(&nl, &skill.to_string());
        assert!(
            said.contains("Duits, B2B") && said.contains("“de”") && said.contains(&nl.person(&eva())),
            "{said}"
        );
        let shut = Refused::QueueClosed { queue: "Duits".into() };
        assert!(words(&nl, &shut.to_string()).starts_with("Wachtrij Duits is nu gesloten"));
    }

    /// The text of each refusal. Without a default, so that a new one needs its words.
    fn key_of(refused: &Refused) -> &'static str {
        match refused {
            Refused::RoleMayNot { .. } => "refused-role",
            Refused::NeedsPerson(_) => "refused-person",
            Refused::NeedsHelpdesk => "refused-helpdesk",
            Refused::Closed => "refused-closed",
            Refused::NotClosed => "refused-not-closed",
            Refused::Merged(_) => "refused-merged",
            Refused::Empty(_) => "refused-empty",
            Refused::TooLong { .. } => "refused-long",
            Refused::AnswerOwed => "refused-answer-owed",
            Refused::NotAsked => "refused-not-asked",
            Refused::PromiseInPast => "refused-promise-past",
            Refused::NoPromise(_) => "refused-no-promise",
            Refused::PromiseEnded(_) => "refused-promise-ended",
            Refused::PromiseStands(_) => "refused-promise-stands",
            Refused::PromiseNeedsTime => "refused-needs-time",
            Refused::NoProposal(_) => "refused-no-proposal",
            Refused::BadSnooze { .. } => "refused-bad-snooze",
            Refused::NotSnoozed => "refused-not-snoozed",
            Refused::PingPong(_) => "refused-ping-pong",
            Refused::NoTeam(_) => "refused-no-team",
            Refused::NoLocation(_) => "refused-no-location",
            Refused::SameTeam(_) => "refused-same-team",
            Refused::NotHandedOver => "refused-not-handed",
            Refused::TooFewTries { .. } => "refused-tries",
            Refused::NoLastLine => "refused-no-last-line",
            Refused::Unanswered => "refused-unanswered",
            Refused::NotAChoice => "refused-outcome",
            Refused::BadPoints => "refused-points",
            Refused::NotYours => "refused-not-yours",
            Refused::NoTicket { .. } => "refused-no-ticket",
            Refused::NothingToCorrect => "refused-nothing",
            Refused::NoMention(_) => "refused-no-mention",
            Refused::NobodyLeft => "refused-nobody-left",
            Refused::NoReply(_) => "refused-no-reply",
            Refused::ReplyPast => "refused-reply-past",
            Refused::NotYourDraft => "refused-not-your-draft",
            Refused::OwnApproval => "refused-own-approval",
            Refused::LeadApproves => "refused-lead-approves",
            Refused::NothingToAnswer => "refused-nothing-to-answer",
            Refused::NotByHand => "refused-not-by-hand",
            Refused::SameCase => "refused-same-case",
            Refused::TooManyAtOnce { .. } => "refused-too-many",
            Refused::SkillLacks { .. } => "refused-skill",
            Refused::QueueClosed { .. } => "refused-queue-closed",
            Refused::LimitReached { .. } => "refused-limit",
        }
    }

    fn eva() -> gehoor_domain::ids::UserId {
        gehoor_domain::ids::UserId::parse("eva").unwrap()
    }

    #[test]
    fn what_the_engine_says_of_one_case_of_many_is_in_the_readers_language() {
        let nl = ui(Tongue::Nl, Role::Agent);
        for (said, key) in [
            (EngineError::NotFound("case 9".into()), "refused-not-there"),
            (EngineError::Conflict(CaseId(9)), "refused-changed"),
            (EngineError::Raced("case 9".into()), "refused-changed"),
        ] {
            assert_eq!(words(&nl, &said.to_string()), nl.t(key), "{said}");
        }
    }

    #[test]
    fn a_warning_can_be_passed_and_a_limit_only_by_a_lead() {
        let skill =
            Refused::SkillLacks { user: eva(), queue: "Duits".into(), skill: "de".into() }.to_string();
        let limit = Refused::LimitReached { user: eva(), own: 9, most: 9 }.to_string();
        let (agent, lead) = (ui(Tongue::Nl, Role::Agent), ui(Tongue::Nl, Role::Lead));
        assert!(may_go_beyond(&agent, &skill) && may_go_beyond(&lead, &skill));
        assert!(!may_go_beyond(&agent, &limit) && may_go_beyond(&lead, &limit));
        assert!(!may_go_beyond(&lead, &Refused::Closed.to_string()));
    }

    #[test]
    fn a_choice_that_was_not_made_is_asked_for_in_words() {
        for tongue in [Tongue::Nl, Tongue::En] {
            let ui = ui(tongue, Role::Agent);
            for field in ["outcome", "person", "team", "to", "do", "due"] {
                let said = crate::pages::refused::why(&ui, &Fail::field(field));
                assert!(!said.contains('`') && said.ends_with('.'), "{said}");
            }
        }
    }

    #[test]
    fn every_refusal_that_is_known_has_words() {
        for (needle, key) in KNOWN {
            assert!(
                Tongue::Nl.find(key, &[]).is_some() && Tongue::En.find(key, &[]).is_some(),
                "{needle}: {key}"
            );
        }
    }
}
