//! Why something could not be done, for the one who asked.

use gehoor_domain::ids::{CaseId, LocationId, SourceId, TeamId, UserId};

/// What can go wrong when the engine is asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// It is not there, or not within the reader's scope: the two are never told apart (SC-1).
    #[error("{0} is not there, or not yours to see")]
    NotFound(String),
    /// The reader may read it, but not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The rules refuse it.
    #[error("{0}")]
    Refused(String),
    /// What was sent cannot be used.
    #[error("{0}")]
    BadInput(String),
    /// What a person filled in cannot be used; pages say it in his language.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// Somebody else changed the case in the meantime.
    #[error("case {0} was changed by somebody else in the meantime: look again")]
    Conflict(CaseId),
    /// What was read has changed in the meantime; the work is done again.
    #[error("{0} changed while it was worked on: try again")]
    Raced(String),
    /// A search text cannot be read; pages say what is wrong with it in the reader's language.
    #[error(transparent)]
    Query(#[from] gehoor_search::BadQuery),
    /// The source is unknown or takes no deliveries.
    #[error("source {0} takes no deliveries")]
    NotPushed(SourceId),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] gehoor_store::StoreError),
    /// The index failed.
    #[error("the index failed: {0}")]
    Index(String),
    /// The model failed.
    #[error(transparent)]
    Classify(#[from] gehoor_classify::ClassifyError),
}

/// What a person filled in that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The location is not in the configuration.
    #[error("location {0} is not configured")]
    NoLocation(LocationId),
    /// The team is not in the configuration.
    #[error("team {0} is not configured")]
    NoTeam(TeamId),
    /// A franchisee who would see nothing.
    #[error("a franchisee needs at least one location")]
    FranchiseeWithoutShop,
    /// The password is too short.
    #[error("a password has at least {least} characters")]
    ShortPassword {
        /// How long it has to be.
        least: usize,
    },
    /// Somebody else has this login name.
    #[error("the login name {0} is taken: choose another one")]
    LoginTaken(UserId),
    /// Nobody could manage people any more.
    #[error("nobody else could manage people: make somebody else administrator first")]
    LastAdministrator,
    /// A silence says why.
    #[error("a silence needs a reason")]
    SilenceWithoutReason,
    /// A silence ends later.
    #[error("a silence ends in the future")]
    SilenceInThePast,
    /// What doubles is the size of one alert.
    #[error("`until it doubles` needs an alert")]
    NothingToDouble,
    /// Every alert, without an end.
    #[error("a silence over every alert needs an end: choose a rule, or a date")]
    SilenceOfEverything,
    /// The mark of the next page is none of this search.
    #[error("the page mark is not valid for this search: start again from the first page")]
    PageMark,
    /// The period has more parts than a chart can hold.
    #[error("the period has more than {most} parts: choose a larger part or a shorter period")]
    LongPeriod {
        /// The most that are given.
        most: usize,
    },
    /// The period is outside of the calendar.
    #[error("the period lies outside the calendar: choose a period between the years 1 and 9998")]
    OutsideCalendar,
}
