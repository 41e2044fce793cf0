//! What Meta pushes: a list of changes for each page or account (`{"object", "entry": [{"id", "time", "changes"}]}`).
//!
//! The delivery is signed with the app's secret (`X-Hub-Signature-256`). It may come twice or out of order, so what is
//! polled stays the one that misses nothing; only here an edit or a deletion is told.

use gehoor_domain::mention::Draft;
use gehoor_wire::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::plug::{
    BadConfig, Context, Cursor, Hints, Next, Page, ParseError, PlanError, Source, Vouched, Warning,
    read_config,
};
use crate::raw::api;

/// A source that Meta pushes to.
pub(crate) struct Push {
    /// What its deliveries are about: `page` or `instagram`.
    pub(crate) object: &'static str,
    /// What a delivery should be, for people.
    pub(crate) expected: &'static str,
    /// Reads one change: a draft, nothing for what is none of our business, or why it was left out.
    pub(crate) read: fn(&Change<'_>) -> Result<Option<Draft>, &'static str>,
    /// What else people have to know of a delivery.
    pub(crate) warn: fn(&Response) -> Vec<Warning>,
}

/// There is nothing to configure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Push {
    /// The source of a table that holds no keys of its own.
    pub(crate) fn build(self, table: &toml::Table) -> Result<Box<dyn Source>, BadConfig> {
        read_config::<Nothing>(table)?;
        Ok(Box::new(self))
    }
}

impl Source for Push {
    fn vouched(&self) -> Vouched {
        Vouched::Hmac("x-hub-signature-256")
    }

    fn plan(&self, _cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        Err(PlanError::Pushed)
    }

    fn parse(&self, _cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut page = parse(response, self.object, self.expected, self.read)?;
        page.warnings.extend((self.warn)(response));
        Ok(page)
    }
}

/// One change, and the page or account it happened to.
pub(crate) struct Change<'a> {
    /// The number of the page or account.
    pub(crate) of: Option<String>,
    /// When it was sent, in seconds.
    pub(crate) entry: &'a Value,
    /// Which list it concerns.
    pub(crate) field: &'a str,
    /// What happened.
    pub(crate) value: &'a Value,
}

/// Reads a delivery about an `object`; `read` gives a draft, nothing for what is none of our business, or why it was
/// left out.
fn parse(
    response: &Response,
    object: &str,
    expected: &'static str,
    read: impl Fn(&Change<'_>) -> Result<Option<Draft>, &'static str>,
) -> Result<Page, ParseError> {
    let body = api::body(response, expected)?;
    if api::text(&body, "object") != Some(object) {
        return Err(api::other_shape(expected));
    }
    let (mut items, mut warnings): (Vec<Draft>, _) = (Vec::new(), Vec::new());
    for (number, entry) in api::list(&body, "entry", expected)?.iter().enumerate() {
        let Some(changes) = api::at(entry, "changes").as_array() else {
            warnings.push(api::left_out(format!("entry {}", number + 1), "has no list of changes"));
            continue;
        };
        for (at, change) in changes.iter().enumerate() {
            let field = api::text(change, "field").unwrap_or_default();
            let change = Change { of: api::id(entry, "id"), entry, field, value: api::at(change, "value") };
            match read(&change) {
                Ok(Some(draft)) => {
                    // Of two changes of one post in a delivery the later one counts.
                    items.retain(|known| known.external_id != draft.external_id);
                    items.push(draft);
                }
                Ok(None) => {}
                Err(because) => warnings.push(api::left_out(format!("change {}", at + 1), because)),
            }
        }
    }
    Ok(Page { items, warnings, next: Next::CaughtUp(Cursor::default()), hints: Hints::default() })
}
