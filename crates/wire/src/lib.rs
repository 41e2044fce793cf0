#![doc = include_str!("../README.md")]

pub mod headers;
pub mod link;
pub mod login;
pub mod mail;
pub mod message;
pub mod outcome;
pub mod secret;
pub mod signature;

pub use mail::Mail;
pub use message::{Body, Outgoing, Request, Response};
pub use outcome::{Verdict, classify};
pub use secret::Secret;
