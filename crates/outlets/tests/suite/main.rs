//! All tests of this crate from outside that need no real server, in one program: it links once. (`cfg(test)` is always set here; it tells the
//! linter that helpers of tests may unwrap, too.)

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod common;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod desks;
#[cfg(test)]
mod harm;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod places;
#[cfg(test)]
mod random;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod reply_ways;
#[cfg(test)]
mod request_tracker;
#[cfg(test)]
mod small;
