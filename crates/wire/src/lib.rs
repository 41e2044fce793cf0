//! HTTP as values: what is asked, what came back, what it means. No network and no clock here.
//!
//! [`message`] holds requests and responses, [`secret`] what must never be shown, [`mail`] a mail as a value.

pub mod mail;
pub mod message;
pub mod secret;

pub use mail::Mail;
pub use message::{Body, Outgoing, Request, Response};
pub use secret::Secret;
