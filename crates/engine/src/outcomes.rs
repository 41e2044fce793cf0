//! How single steps ended: what tests that drive the engine by hand look at.

/// How the delivery of one effect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// There was nothing to do.
    Nothing,
    /// Sent and answered.
    Done,
    /// To be tried again.
    Later,
    /// A dead letter.
    Dead,
}

impl Delivered {
    /// As a label of a metric.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Delivered::Nothing => "nothing",
            Delivered::Done => "done",
            Delivered::Later => "later",
            Delivered::Dead => "dead",
        }
    }
}

/// How one poll of a source ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Pages were read.
    Read {
        /// Mentions that are new or have a new text.
        news: usize,
        /// There is more to read now.
        more: bool,
    },
    /// Nothing has changed.
    Unchanged,
    /// Not now.
    Waits,
    /// It failed, or may not be asked.
    Failed(String),
    /// It is off, gone, or not there.
    Stopped,
}
