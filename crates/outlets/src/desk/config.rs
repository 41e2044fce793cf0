//! What every helpdesk's configuration can say: which states mean what, what our priorities are called there, and
//! which fields a new ticket gets besides.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::Task;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::About;
use crate::clean;
use crate::plug::BadConfig;

/// Where a ticket stands, by the helpdesk's own words or numbers. What is in no list is open: somebody has to look.
#[derive(Debug, Clone)]
pub(crate) struct States {
    /// What a ticket gets when it is opened again.
    pub(crate) open: Value,
    pending: Vec<String>,
    resolved: Vec<String>,
    gone: Vec<String>,
}

/// What our priorities are called there: from so many points on, that.
#[derive(Debug, Clone)]
pub(crate) struct Scale(Vec<(u8, Value)>);

/// The keys that all helpdesks share.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    pub(crate) states: States,
    pub(crate) priority: Scale,
    /// Whether posts and our public answers go in as texts that customers may read.
    pub(crate) public_posts: bool,
    /// What a new ticket gets besides.
    pub(crate) fields: Map<String, Value>,
}

/// What a helpdesk has when nothing is said. States are words or numbers, as texts.
pub(crate) struct Defaults {
    pub(crate) open: &'static str,
    pub(crate) pending: &'static [&'static str],
    pub(crate) resolved: &'static [&'static str],
    pub(crate) gone: &'static [&'static str],
    /// Empty for those that have no priorities.
    pub(crate) priority: &'static [(u8, &'static str)],
}

impl Common {
    /// Takes the shared keys out of a table; the plug reads the rest.
    pub(crate) fn take(table: &mut toml::Table, defaults: &Defaults) -> Result<Self, BadConfig> {
        let pending = words(table, "pending_states", defaults.pending)?;
        let resolved = words(table, "resolved_states", defaults.resolved)?;
        let gone = words(table, "gone_states", defaults.gone)?;
        let open = match table.remove("open_state") {
            Some(value) => {
                word(&value).map(|_| json(value)).ok_or_else(|| bad("`open_state` must be a state"))?
            }
            None => scalar(defaults.open),
        };
        let states = States { open, pending, resolved, gone };
        if states.of(&states.open) != TicketState::Open {
            return Err(bad("`open_state` must be a state that is not pending, resolved or gone"));
        }
        let public_posts = match table.remove("public_posts") {
            None => false,
            Some(value) => value.as_bool().ok_or_else(|| bad("`public_posts` must be true or false"))?,
        };
        Ok(Self { states, priority: scale(table, defaults)?, public_posts, fields: fields(table)? })
    }

    /// Whether a text goes in so that customers may read it.
    pub(crate) fn shows(&self, about: &About<'_>) -> bool {
        self.public_posts && about.public
    }
}

impl States {
    /// What a state of the helpdesk means: a text, a number, or an object that has its name in `name`.
    pub(crate) fn of(&self, state: &Value) -> TicketState {
        let text = text_of(state);
        let among = |words: &[String]| words.iter().any(|w| w.eq_ignore_ascii_case(&text));
        if among(&self.resolved) {
            TicketState::Resolved
        } else if among(&self.gone) {
            TicketState::Gone
        } else if among(&self.pending) {
            TicketState::Pending
        } else {
            TicketState::Open
        }
    }
}

impl Scale {
    /// What our priority is called there; nothing where there are none.
    pub(crate) fn of(&self, ours: u8) -> Option<&Value> {
        self.0.iter().find(|(from, _)| *from <= ours).map(|(_, word)| word)
    }
}

/// A state or an id as text.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The configured fields with their placeholders filled in.
pub(crate) fn filled(fields: &Map<String, Value>, about: &About<'_>) -> Map<String, Value> {
    let post = about.delivery.posts.last();
    let case = match &about.delivery.task {
        Task::Ticket { case, .. } => case.0.to_string(),
        Task::Push { .. }
        | Task::Comment { .. }
        | Task::Alert { .. }
        | Task::Digest { .. }
        | Task::Reply(_) => String::new(),
    };
    let value = |name: &str| match name {
        "{case}" => case.clone(),
        "{external}" => about.external.clone(),
        "{priority}" => about.priority.to_string(),
        "{due}" => about.due.map(|d| d.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default(),
        "{author}" => post.map(|p| clean::line(&p.author, 80)).unwrap_or_default(),
        "{permalink}" => post.and_then(|p| clean::link(p.permalink.as_deref()?)).unwrap_or_default(),
        "{url}" => clean::link(&about.delivery.url).unwrap_or_default(),
        other => other.to_owned(),
    };
    let fill = |v: &Value| v.as_str().map_or_else(|| v.clone(), |text| value(text).into());
    fields.iter().map(|(name, v)| (name.clone(), fill(v))).collect()
}

/// Sets a member of an object.
pub(crate) fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}

/// Sets a member of an object within an object, which is made when it is not there.
pub(crate) fn put_in(object: &mut Value, outer: &str, name: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        put(object.entry(outer).or_insert_with(|| Value::Object(Map::new())), name, value);
    }
}

/// Adds what is not there yet: nothing that is configured overwrites our key or our text.
pub(crate) fn add(object: &mut Value, fields: Map<String, Value>) {
    if let Some(object) = object.as_object_mut() {
        for (name, value) in fields {
            object.entry(name).or_insert(value);
        }
    }
}

/// Splits fields with a number for a name (custom fields) from the others.
pub(crate) fn numbered(fields: Map<String, Value>) -> (Vec<(u64, Value)>, Map<String, Value>) {
    let mut named = Map::new();
    let mut numbers = Vec::new();
    for (name, value) in fields {
        match name.parse() {
            Ok(number) => numbers.push((number, value)),
            Err(_) => drop(named.insert(name, value)),
        }
    }
    (numbers, named)
}

fn bad(what: &str) -> BadConfig {
    BadConfig(what.to_owned())
}

/// A default state: numbers stand as numbers.
fn scalar(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| text.into(), Value::from)
}

fn word(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) if !text.is_empty() && clean::line(text, 100) == *text => {
            Some(text.clone())
        }
        toml::Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn words(table: &mut toml::Table, key: &str, default: &[&str]) -> Result<Vec<String>, BadConfig> {
    let Some(value) = table.remove(key) else { return Ok(default.iter().map(|w| (*w).to_owned()).collect()) };
    let list = value.as_array().and_then(|list| list.iter().map(word).collect());
    list.ok_or_else(|| bad(&format!("`{key}` must be a list of states, such as [\"closed\"]")))
}

fn scale(table: &mut toml::Table, defaults: &Defaults) -> Result<Scale, BadConfig> {
    let mut steps = match table.remove("priority") {
        None => defaults.priority.iter().map(|(from, word)| (*from, scalar(word))).collect(),
        Some(value) => {
            let step = |step: &toml::Value| {
                let [from, name] = step.as_array()?.as_slice() else { return None };
                word(name)?;
                Some((u8::try_from(from.as_integer()?).ok()?, json(name.clone())))
            };
            let list = value.as_array().and_then(|list| list.iter().map(step).collect::<Option<Vec<_>>>());
            list.ok_or_else(|| {
                bad("`priority` must be a list of points and names, such as [[80, \"high\"], [0, \"low\"]]")
            })?
        }
    };
    steps.sort_by_key(|(from, _)| std::cmp::Reverse(*from));
    Ok(Scale(steps))
}

fn fields(table: &mut toml::Table) -> Result<Map<String, Value>, BadConfig> {
    match table.remove("fields") {
        None => Ok(Map::new()),
        Some(toml::Value::Table(fields)) => Ok(fields.into_iter().map(|(k, v)| (k, json(v))).collect()),
        Some(_) => Err(bad("`fields` must be a table of fields and their values")),
    }
}

fn json(value: toml::Value) -> Value {
    Value::deserialize(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults = Defaults {
        open: "2",
        pending: &["3"],
        resolved: &["4", "Closed"],
        gone: &["spam"],
        priority: &[(80, "4"), (0, "1")],
    };

    #[test]
    fn states_and_priorities_are_mapped_and_what_is_unknown_is_open() {
        let common = Common::take(&mut toml::Table::new(), &DEFAULTS).unwrap();
        let state = |v: Value| common.states.of(&v);
        assert_eq!(state(3.into()), TicketState::Pending);
        assert_eq!(state("closed".into()), TicketState::Resolved);
        assert_eq!(state("spam".into()), TicketState::Gone);
        assert_eq!(state(99.into()), TicketState::Open);
        assert_eq!(state(Value::Null), TicketState::Open);
        assert_eq!(common.states.open, Value::from(2));
        assert_eq!((common.priority.of(80), common.priority.of(79)), (Some(&4.into()), Some(&1.into())));
    }

    #[test]
    fn the_configuration_overrides_and_is_checked() {
        let take = |text: &str| Common::take(&mut text.parse().unwrap(), &DEFAULTS);
        let common =
            take("open_state = 6\npending_states = [7, \"wait\"]\npriority = [[0, \"x\"], [50, \"y\"]]")
                .unwrap();
        assert_eq!(common.states.of(&"Wait".into()), TicketState::Pending);
        assert_eq!((common.priority.of(49), common.priority.of(50)), (Some(&"x".into()), Some(&"y".into())));
        for (wrong, key) in [
            ("open_state = 4", "`open_state`"),
            ("resolved_states = \"closed\"", "`resolved_states`"),
            ("priority = [\"high\"]", "`priority`"),
            ("fields = 3", "`fields`"),
            ("public_posts = 1", "`public_posts`"),
        ] {
            assert!(take(wrong).unwrap_err().0.contains(key), "{wrong}");
        }
    }
}
