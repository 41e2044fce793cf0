//! From the engine's values to what a template shows: words, classes, links. Pure functions of a view and a [`crate::ui::Ui`].

pub(crate) mod alerts;
pub(crate) mod case;
pub(crate) mod clocks;
pub(crate) mod coverage;
pub(crate) mod events;
pub(crate) mod kept;
pub(crate) mod outbox;
pub(crate) mod post;
pub(crate) mod reply;
pub(crate) mod row;
pub(crate) mod sources;
pub(crate) mod trends;

/// One choice of a list in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) value: String,
    /// What is read.
    pub(crate) text: String,
    /// It is chosen now.
    pub(crate) on: bool,
}

impl Choice {
    /// One choice.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and references are handed over alike")]
    pub(crate) fn new(value: impl ToString, text: impl Into<String>, on: bool) -> Self {
        Self { value: value.to_string(), text: text.into(), on }
    }

    /// Choices by id and name, with the chosen one on.
    pub(crate) fn among<'a, I: ToString + PartialEq + 'a, N: Into<String>>(
        named: impl IntoIterator<Item = (&'a I, N)>,
        chosen: Option<&I>,
    ) -> Vec<Self> {
        named.into_iter().map(|(id, name)| Self::new(id.to_string(), name, chosen == Some(id))).collect()
    }
}

/// A filter that is on, with the link that takes it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    /// Where the page is without it.
    pub(crate) href: String,
    /// Its words.
    pub(crate) text: String,
}

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Where it leads.
    pub(crate) href: String,
    /// Its word.
    pub(crate) text: String,
    /// The reader is there.
    pub(crate) here: bool,
    /// How many are behind it.
    pub(crate) count: Option<usize>,
}

/// The first letters of a text, cut at a word where that is near.
pub(crate) fn short(text: &str, max: usize) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= max {
        return flat;
    }
    let cut: String = flat.chars().take(max).collect();
    let end = cut.rfind(' ').filter(|at| *at > max / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end())
}
