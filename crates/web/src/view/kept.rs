//! A form that was refused: shown again where it stands, open, with what was sent and why it was not taken.

use super::Choice;
use super::case::CaseView;
use crate::fields::Fields;

/// The form that was refused; nothing on a page that is only read.
#[derive(Default)]
pub(crate) struct Kept {
    action: String,
    fields: Fields,
    why: String,
}

/// One form of a page, and what was sent of it, if it is the one that was refused.
#[derive(Clone, Copy)]
pub(crate) struct Form<'a>(Option<&'a Kept>);

/// Fields that hold more words than a choice: they are shown even where their form is gone.
const WORDS: [&str; 5] = ["text", "note", "reason", "what", "proof"];

impl Kept {
    /// What was sent with this action.
    pub(crate) fn new(action: &str, fields: &Fields, why: String) -> Self {
        Self { action: action.to_owned(), fields: fields.clone(), why }
    }
    /// The form of an action that stands on the page once.
    pub(crate) fn form(&self, action: &str) -> Form<'_> {
        Form((self.action == action).then_some(self))
    }
    /// One of several forms of an action: the one in which this field has this value.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and names are handed over alike")]
    pub(crate) fn one(&self, action: &str, name: &str, value: impl ToString) -> Form<'_> {
        let same = self.action == action && self.fields.get(name) == value.to_string();
        Form(same.then_some(self))
    }
    /// The form that was refused stands in the last menu.
    pub(crate) fn further(&self) -> bool {
        matches!(
            self.action.as_str(),
            "assign"
                | "give-back"
                | "snooze"
                | "called"
                | "overrule"
                | "locate"
                | "responsible"
                | "split"
                | "merge"
        )
    }
}

impl<'a> Form<'a> {
    /// It was refused.
    pub(crate) fn open(self) -> bool {
        self.0.is_some()
    }
    /// Why.
    pub(crate) fn why(self) -> Option<&'a str> {
        self.0.map(|kept| kept.why.as_str())
    }
    /// What was typed, or what stands there otherwise.
    pub(crate) fn or<'s>(self, name: &str, otherwise: &'s str) -> &'s str
    where
        'a: 's,
    {
        self.0.map_or(otherwise, |kept| kept.fields.get(name))
    }
    /// Whether something is chosen.
    pub(crate) fn picks(self, name: &str, choice: &Choice) -> bool {
        self.0.map_or(choice.on, |kept| kept.fields.all(name).any(|v| v == choice.value))
    }
    /// Whether this value was sent.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and names are handed over alike")]
    pub(crate) fn has(self, name: &str, value: impl ToString) -> bool {
        self.0.is_some_and(|kept| kept.fields.all(name).any(|v| v == value.to_string()))
    }
    /// Whether a tick is set that is set unless somebody takes it away.
    pub(crate) fn still(self, name: &str) -> bool {
        self.0.is_none_or(|kept| kept.fields.get(name) == "1")
    }
}

impl CaseView {
    /// Shows what was refused: in its form where that stands on the page, else on top, with the words that were typed.
    pub(crate) fn refuse(&mut self, fields: &Fields, why: String) {
        let action = fields.get("action");
        if self.has_form(action, fields) {
            self.kept = Kept::new(action, fields, why);
            return;
        }
        self.error = Some(why);
        match (action, fields.some("text").map(str::to_owned)) {
            ("reply", typed @ Some(_)) if !self.closed => self.draft_reply = typed,
            ("note", typed @ Some(_)) if !self.closed => self.draft_note = typed,
            _ => self.lost = WORDS.iter().find_map(|name| fields.some(name)).map(str::to_owned),
        }
    }

    fn has_form(&self, action: &str, fields: &Fields) -> bool {
        let numbered = |name: &str, id: u64| fields.get(name) == id.to_string();
        match action {
            "promise" | "hand-over" | "close" | "called" => !self.closed,
            "snooze" => !self.closed && self.snoozed.is_none(),
            "give-back" => !self.closed && self.handed.is_some(),
            // To oneself and to nobody are buttons; a warning that may be passed stands on top with its own.
            "assign" => !self.closed && self.beyond.is_none() && !matches!(fields.get("to"), "" | "me"),
            "overrule" | "locate" | "responsible" | "merge" => true,
            "split" => self.splittable.len() > 1,
            "keep" | "withdraw" => self.promises.iter().any(|p| p.open && numbered("promise", p.id)),
            "accept" => {
                fields.some("due").is_some()
                    && self.proposals.iter().any(|p| numbered("proposal", u64::from(p.id)))
            }
            "reply-act" => {
                fields.get("do") == "reject"
                    && self.replies.iter().any(|r| r.may_approve && numbered("reply", r.id))
            }
            "correct" => self
                .timeline
                .iter()
                .filter_map(|entry| entry.post.as_ref())
                .any(|post| post.thinks.is_some() && post.id == fields.get("mention")),
            _ => false,
        }
    }
}
