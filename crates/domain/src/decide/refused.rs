//! Why a command is not carried out, in words for the person who gave it.

use crate::ids::{CaseId, LocationId, MentionId, OutletId, PromiseId, ReplyId, TeamId, UserId};
use crate::user::Role;

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The role does not allow it.
    #[error("a user with the role `{}` may not {what}: ask a team lead", role.as_str())]
    RoleMayNot {
        /// Whose role.
        role: Role,
        /// What was asked.
        what: &'static str,
    },
    /// A person has to do it.
    #[error("only a person can {0}: log in as a user")]
    NeedsPerson(&'static str),
    /// Only the helpdesk says where its tickets stand.
    #[error("where a ticket stands is told by the helpdesk itself: change it there")]
    NeedsHelpdesk,
    /// The case is closed.
    #[error("the case is closed: reopen it first")]
    Closed,
    /// The case is open.
    #[error("the case is not closed: there is nothing to reopen")]
    NotClosed,
    /// The case became part of another one.
    #[error("the case became part of case {0}: work on that one")]
    Merged(CaseId),
    /// A text is missing.
    #[error("{0} is empty: write it down")]
    Empty(&'static str),
    /// A text is too long.
    #[error("{what} is longer than {most} letters: shorten it")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// The most letters.
        most: usize,
    },
    /// The customer waits for us, so we cannot wait for the customer.
    #[error("the customer still waits for an answer: send the reply, or note it, first")]
    AnswerOwed,
    /// Nobody asked the customer to talk in private.
    #[error("the customer was not asked to talk in private: note that first")]
    NotAsked,
    /// A promise has to lie ahead.
    #[error("a promise has to end in the future: choose a later time")]
    PromiseInPast,
    /// There is no such promise.
    #[error("the case has no promise {0}: reload it")]
    NoPromise(PromiseId),
    /// The promise has ended.
    #[error("promise {0} has ended already: make a new one")]
    PromiseEnded(PromiseId),
    /// The case cannot be closed while a promise stands.
    #[error("promise {0} still stands: keep it with proof, or withdraw it with a reason, before closing")]
    PromiseStands(PromiseId),
    /// A promise needs a time.
    #[error("no time was named: say until when it is promised")]
    PromiseNeedsTime,
    /// There is no such proposal, or it was answered.
    #[error("the case has no open proposal {0}: reload it")]
    NoProposal(u32),
    /// The date of putting aside makes no sense.
    #[error(
        "a case is put aside until a date in the future, {most_days} days ahead at most: choose another date"
    )]
    BadSnooze {
        /// Days ahead at most.
        most_days: i64,
    },
    /// It is not put aside.
    #[error("the case is not put aside: there is nothing to take up again")]
    NotSnoozed,
    /// It went to and fro.
    #[error("the case was handed over {0} times: a team lead decides where it stays")]
    PingPong(u32),
    /// There is no such team.
    #[error("there is no team `{0}`: choose one of the configured teams")]
    NoTeam(TeamId),
    /// There is no such location.
    #[error("there is no location `{0}`: choose one of the configured locations")]
    NoLocation(LocationId),
    /// The case is there already.
    #[error("the case is with team `{0}` already: choose another team")]
    SameTeam(TeamId),
    /// Nobody handed it over.
    #[error("the case was not handed over: hand it over to the team that has to act")]
    NotHandedOver,
    /// Too few tries.
    #[error("`no reaction` needs {needed} unanswered replies, and there are {tries}: reply again and wait")]
    TooFewTries {
        /// Replies since the customer was heard last.
        tries: u32,
        /// How many the policy asks for.
        needed: u32,
    },
    /// A solution that only the customer knows of.
    #[error(
        "it was solved in private, and the public thread has no last line: answer there, or note that it has one, \
         before closing"
    )]
    NoLastLine,
    /// Nothing counts as solved by silence.
    #[error(
        "nobody answered the customer here yet, so nothing is solved: answer first, choose another outcome, or say that \
         the answer was given elsewhere"
    )]
    Unanswered,
    /// Nobody chooses this outcome.
    #[error("a case becomes part of another by merging them: choose another outcome")]
    NotAChoice,
    /// Points have to be a number.
    #[error("points have to be a number from -1000 to 1000")]
    BadPoints,
    /// Somebody else owns it.
    #[error(
        "the rank of a case that a colleague owns is changed by the owner or a team lead: ask one of them"
    )]
    NotYours,
    /// There is no such ticket.
    #[error("the case has no ticket `{ticket}` at `{outlet}`")]
    NoTicket {
        /// Through which outlet.
        outlet: OutletId,
        /// Its id there.
        ticket: String,
    },
    /// Nothing was given.
    #[error("nothing to correct was given: choose a field")]
    NothingToCorrect,
    /// The mention is not part of the case.
    #[error("the case has no mention {0}: reload it")]
    NoMention(MentionId),
    /// A case needs a mention of its customer.
    #[error("both cases need a post of a customer: choose other posts")]
    NobodyLeft,
    /// The case has no such reply.
    #[error("the case has no reply {0}: reload it")]
    NoReply(ReplyId),
    /// The reply is past that step.
    #[error("this reply is past that step: reload the case to see where it stands")]
    ReplyPast,
    /// The reply is a colleague's.
    #[error("this draft is a colleague's: write your own")]
    NotYourDraft,
    /// Whoever wrote it does not approve it.
    #[error("a reply is approved by somebody else than who wrote it: ask a colleague")]
    OwnApproval,
    /// Only a lead may approve it.
    #[error("replies of this team are approved by a team lead: ask one")]
    LeadApproves,
    /// There is nothing in the case that a reply could answer.
    #[error("there is no post of the customer left to answer: choose another case")]
    NothingToAnswer,
    /// The company wants replies to go through Gehoor.
    #[error("replies are not posted by hand here: send it through the channel of its source")]
    NotByHand,
    /// A case cannot be merged with itself.
    #[error("a case cannot become part of itself: choose another case")]
    SameCase,
    /// Too many cases of one reply.
    #[error("one reply goes to at most {most} cases at once: choose fewer")]
    TooManyAtOnce {
        /// The most.
        most: usize,
    },
    /// Whoever gets the case lacks a skill that its queue asks for.
    #[error(
        "the queue {queue} asks for the skill `{skill}`, and {user} lacks it: give it to somebody else, or go beyond"
    )]
    SkillLacks {
        /// Who.
        user: UserId,
        /// Name of the queue.
        queue: String,
        /// The first skill that is missing.
        skill: String,
    },
    /// The queue of the case is closed, and the case is not urgent.
    #[error("the queue {queue} is closed now, and the case is not urgent: let it wait, or go beyond")]
    QueueClosed {
        /// Name of the queue.
        queue: String,
    },
    /// Whoever gets the case owns as many as their limit allows.
    #[error(
        "{user} owns {own} open cases, and the limit is {most}: give it to somebody else, or ask a team lead"
    )]
    LimitReached {
        /// Who.
        user: UserId,
        /// Open cases of theirs.
        own: usize,
        /// The limit.
        most: u32,
    },
}

/// Refuses an empty or endless text; gives it without the blanks around it.
pub(super) fn text(what: &'static str, text: &str) -> Result<String, Refused> {
    let text = optional(what, text)?;
    if text.is_empty() {
        return Err(Refused::Empty(what));
    }
    Ok(text)
}

/// As [`text`], for one that may be left out.
pub(super) fn optional(what: &'static str, text: &str) -> Result<String, Refused> {
    let text = text.trim();
    if text.chars().count() > super::MAX_TEXT {
        return Err(Refused::TooLong { what, most: super::MAX_TEXT });
    }
    Ok(text.to_owned())
}
