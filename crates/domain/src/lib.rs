//! What a complaint, a case, a clock and a promise are.
//!
//! Everything that can be argued about lives here, as pure functions that take `now` and a [`policy::Policy`]
//! and return values. There is no clock, no randomness, no network and no file in this crate.
//!
//! - What comes in: [`mention`] (one public text), [`assessment`] (what the machine thinks of it),
//!   [`location`] (whose shop it is about).
//! - What we keep: [`case`] with its [`clock`]s and [`promise`]s; [`rank`] says which one first.
//! - What happens: [`decide`] for facts and commands, [`advance`] for time, [`group`] for which case a mention joins.
//! - What goes out: [`effect`] rows and [`alert`]s.
//! - Who may see it: [`scope`] and [`user`].

pub mod alert;
pub mod assessment;
pub mod case;
pub mod effect;
pub mod ids;
pub mod location;
pub mod mention;
pub mod policy;
pub mod scope;
pub mod user;

pub use ids::{
    AlertId, AuthorKey, BrandId, CaseId, EffectKey, LocationId, MentionId, OutletId, PromiseId, SourceId,
    TeamId, UserId,
};
