#![doc = include_str!("../README.md")]

pub mod advance;
pub mod alert;
pub mod assessment;
pub mod calendar;
pub mod case;
pub mod clock;
pub mod context;
pub mod copies;
pub mod decide;
pub mod digest;
pub mod effect;
pub mod event;
pub mod facts;
pub mod group;
pub mod holidays;
pub mod ids;
pub mod intake;
pub mod invariant;
pub mod liveness;
pub mod location;
pub mod many;
pub mod mention;
pub mod policy;
pub mod poll;
pub mod promise;
pub mod promised;
pub mod queued;
pub mod rank;
pub mod reply;
pub mod scope;
pub mod silence;
pub mod spike;
pub mod user;

pub use ids::{
    AlertId, AuthorKey, BrandId, CaseId, EffectKey, LocationId, MentionId, OutletId, PromiseId, ReplyId,
    SourceId, TeamId, UserId,
};
#[cfg(test)]
mod histories;
#[cfg(test)]
mod records;
#[cfg(test)]
mod testing;
