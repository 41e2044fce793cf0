//! Why the rules refuse a command, in the reader's language. The engine gives the words of
//! [`gehoor_domain::decide::Refused`]; what is not known here is shown as it is.

use crate::ui::Ui;

/// Words that only this refusal has, and the key of its text.
const KNOWN: [(&str, &str); 34] = [
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
];

/// The refusal in words.
pub(crate) fn words(ui: &Ui, english: &str) -> String {
    let known = KNOWN.iter().find(|(needle, _)| english.contains(needle));
    known.and_then(|(_, key)| ui.tongue.find(key, &[])).unwrap_or_else(|| english.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::decide::Refused;
    use gehoor_domain::ids::{CaseId, PromiseId, TeamId};
    use gehoor_domain::user::Role;

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
            Refused::LimitReached {
                user: gehoor_domain::ids::UserId::parse("eva").unwrap(),
                own: 9,
                most: 9,
            },
        ] {
            let english = refused.to_string();
            assert_ne!(words(&nl, &english), english, "{refused:?}");
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
