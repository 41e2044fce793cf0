//! Promises in words: what we say we will do and until when, and what a customer says was promised and not done.
//!
//! Rules, no model: who acts, a verb of what is promised, and a time, within one part of a sentence. Questions, what
//! depends on the customer, what is only hoped for, what is denied and what lies behind us are no promises. The rules
//! prefer silence to a wrong find: what is found is proposed to a person, who decides.

mod broken;
mod honest;
mod ours;
mod rules;
mod when;
mod words;

use std::ops::Range;

pub use broken::{Broken, broken};
pub use honest::missed_line;
pub use ours::ours;
pub use when::{Day, Hour, Unit, When};

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// To call, or to get in touch.
    CallBack,
    /// To deliver or to send.
    Deliver,
    /// To pay back.
    Refund,
    /// To replace or repair.
    Replace,
    /// To find out, and tell.
    FindOut,
    /// Something else.
    Other,
}

/// One promise of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    /// What is promised.
    pub kind: Kind,
    /// Bytes of the words in the text: the part of the sentence with the promise and its time.
    pub range: Range<usize>,
    /// The time that is named; none for a promise without a date.
    pub when: Option<When>,
    /// It says "soon" or the like instead of a time.
    pub vague: bool,
}

impl Promised {
    /// Nobody can hold us to it: no time is named.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        self.when.is_none()
    }
}

#[cfg(test)]
mod tests;
