//! Which column or field holds what.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::table::Table;
use super::{BadFile, aliases, bare};

/// The fields that can be read and mapped.
pub const FIELDS: [&str; 11] = [
    "text",
    "lang",
    "stars",
    "channel",
    "sentiment",
    "intent",
    "complaint",
    "severity",
    "topics",
    "signals",
    "responsible",
];

/// The fields that are labels.
pub(super) const LABELS: [&str; 7] =
    ["sentiment", "intent", "complaint", "severity", "topics", "signals", "responsible"];

/// Which column holds what, as far as somebody said so. The default names are those of the corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: BTreeMap<String, String>,
}

/// Where the fields of one file stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    by_field: HashMap<&'static str, Place>,
}

/// One column, or one field of an object inside the row.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// As it is called in the file.
    pub(super) column: String,
    inside: Option<(String, String)>,
}

impl Place {
    fn new(column: &str) -> Self {
        Self { column: column.to_owned(), inside: None }
    }

    fn inside(path: &str) -> Self {
        let parts = path.split_once('.').map(|(outer, inner)| (outer.to_owned(), inner.to_owned()));
        Self { inside: parts, ..Self::new(path) }
    }

    pub(super) fn of<'a>(&self, row: &'a Value) -> Option<&'a Value> {
        let cell = match &self.inside {
            None => row.get(&self.column),
            Some((outer, inner)) => row.get(outer)?.get(inner),
        };
        cell.filter(|value| !value.is_null())
    }
}

impl Columns {
    /// Says that `field` (one of [`FIELDS`]) stands in the column `name`, or nowhere if that is empty. `false` when there
    /// is no such field.
    pub fn map(&mut self, field: &str, name: &str) -> bool {
        let known = FIELDS.contains(&field);
        if known {
            self.names.insert(field.to_owned(), name.to_owned());
        }
        known
    }

    /// Whether somebody named this column.
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.values().any(|said| said == name.trim())
    }

    /// Finds the columns in a file: those that somebody named, those with our names, those with other names for the same,
    /// and last of all a column that says no more than "label".
    ///
    /// # Errors
    /// [`BadFile`] when a column that somebody named is missing, when no column holds the text, or when two columns of
    /// one name are in use.
    pub(super) fn find(&self, table: &Table) -> Result<Places, BadFile> {
        let mut places = Places::default();
        for field in FIELDS {
            let place = match self.names.get(field) {
                Some(name) if name.is_empty() => None,
                Some(name) => Some(named(name, table).ok_or_else(|| {
                    let found = found(table);
                    BadFile(format!("no column is called `{name}`, which --map gives for {field}; {found}"))
                })?),
                None => guessed(field, table),
            };
            if let Some(place) = place {
                twice(&place, table)?;
                places.by_field.insert(field, place);
            }
        }
        if places.get("text").is_none() && !table.records.is_empty() {
            return Err(without_text(table));
        }
        if LABELS.iter().all(|label| places.get(label).is_none() && !self.names.contains_key(*label)) {
            bare::find(table, &mut places)?;
        }
        Ok(places)
    }
}

impl Places {
    /// Every field under its own name: what our own files look like.
    pub(super) fn own() -> Self {
        Self { by_field: FIELDS.into_iter().map(|field| (field, Place::new(field))).collect() }
    }

    pub(super) fn get(&self, field: &str) -> Option<&Place> {
        self.by_field.get(field)
    }

    pub(super) fn put(&mut self, field: &'static str, column: &str) {
        self.by_field.insert(field, Place::new(column));
    }

    pub(super) fn leave_out(&mut self, field: &str) {
        self.by_field.remove(field);
    }

    /// What was taken for what: field and column, in the order of [`FIELDS`].
    pub(super) fn taken(&self) -> Vec<(&'static str, String)> {
        FIELDS.into_iter().filter_map(|field| Some((field, self.get(field)?.column.clone()))).collect()
    }
}

/// The columns of a file, for people.
pub(super) fn found(table: &Table) -> String {
    const MOST: usize = 30;
    let names: Vec<String> =
        table.names.iter().chain(&table.inner).take(MOST).map(|name| format!("`{}`", short(name))).collect();
    let more = if table.names.len() + table.inner.len() > MOST { ", …" } else { "" };
    format!("the columns found are: {}{more}", names.join(", "))
}

/// A name as it may be shown: what stands in the place of a header may be anything.
fn short(name: &str) -> String {
    const LONGEST: usize = 40;
    let start: String = name.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if start.chars().count() < name.chars().count() { format!("{start}…") } else { start }
}

fn named(name: &str, table: &Table) -> Option<Place> {
    let same = |one: &&String| one.as_str() == name;
    let alike = |one: &&String| one.trim().to_lowercase() == name.trim().to_lowercase();
    let top = table.names.iter().find(same).or_else(|| table.names.iter().find(alike));
    let inner = || table.inner.iter().find(same).or_else(|| table.inner.iter().find(alike));
    top.map(|name| Place::new(name)).or_else(|| inner().map(|path| Place::inside(path)))
}

fn guessed(field: &str, table: &Table) -> Option<Place> {
    let top = |wanted: &str| table.names.iter().find(|name| aliases::squashed(name) == wanted);
    let inner = |wanted: &str| {
        let last = |path: &&String| path.split_once('.').is_some_and(|(_, n)| aliases::squashed(n) == wanted);
        table.inner.iter().find(last)
    };
    // Its own name, written just so, before all others.
    if let Some(name) = table.names.iter().find(|name| *name == field) {
        return Some(Place::new(name));
    }
    let names = || std::iter::once(field).chain(aliases::of(field).iter().copied());
    let place = names().find_map(|name| Some(Place::new(top(name)?)));
    place.or_else(|| names().find_map(|name| Some(Place::inside(inner(name)?))))
}

fn twice(place: &Place, table: &Table) -> Result<(), BadFile> {
    let wanted = aliases::squashed(&place.column);
    let many = table.names.iter().filter(|name| **name == place.column).count();
    let alike = table.names.iter().filter(|name| aliases::squashed(name) == wanted).count();
    // Beside the name itself another spelling of it may stand, not beside another spelling.
    let clear =
        place.inside.is_some() || (many == 1 && (alike == 1 || FIELDS.contains(&place.column.as_str())));
    if clear {
        return Ok(());
    }
    Err(BadFile(format!("the column `{}` stands there twice: give one of them another name", place.column)))
}

fn without_text(table: &Table) -> BadFile {
    let column = table.names.first().map_or("tekst", String::as_str);
    let found = found(table);
    if table.is_csv {
        return BadFile(format!(
            "no column holds the text; {found}. The first line must name the columns: add such a line, say which column \
             it is (--map text=COLUMN), or, where there is no such line, give numbers from 1: --no-header --map text=1 \
             --map complaint=2"
        ));
    }
    BadFile(format!(
        "no field holds the text; {found}. Say which it is, such as --map text={}",
        short(column)
    ))
}
