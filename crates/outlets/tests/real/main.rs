//! Real servers that none of us wrote, started by the scripts of `tests/parts`: a Redmine, an
//! Alertmanager, an ntfy and a Matrix server.
//! This crate has no network; what it asks for is sent here. What cannot be run here is held against descriptions that
//! its vendors wrote.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod card;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod redmine;
#[cfg(test)]
mod vendors;
