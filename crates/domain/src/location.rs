//! Shops, head office and the brand they belong to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{LocationId, TeamId};

/// A shop, a region or head office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Its name in records and links; `hq` is head office and web shop.
    pub id: LocationId,
    /// The name people read.
    pub name: String,
    /// The region or chain above it.
    #[serde(default)]
    pub parent: Option<LocationId>,
    /// Street and number.
    #[serde(default)]
    pub street: Option<String>,
    /// Postcode.
    #[serde(default)]
    pub postcode: Option<String>,
    /// Town.
    #[serde(default)]
    pub city: Option<String>,
    /// Other names people use for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Accounts, without `@`.
    #[serde(default)]
    pub handles: Vec<String>,
    /// Its ids on platforms, as `platform:id`.
    #[serde(default)]
    pub ids: Vec<String>,
    /// The team that answers for it; the brand's team when absent.
    #[serde(default)]
    pub team: Option<TeamId>,
}

/// What is monitored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The name people read.
    pub name: String,
    /// Names and spellings that mean the brand.
    #[serde(default)]
    pub names: Vec<String>,
    /// Accounts of the brand, without `@`.
    #[serde(default)]
    pub handles: Vec<String>,
    /// Author keys or handles that are ours: their posts open no case and count as our answer.
    #[serde(default)]
    pub own_accounts: Vec<String>,
    /// Other companies, for share of voice and the `competitor_named` signal.
    #[serde(default)]
    pub competitors: Vec<String>,
    /// Words that mean web shop or head office, such as `webshop`, `klantenservice`.
    #[serde(default)]
    pub hq_words: Vec<String>,
}

/// All locations with the tree they form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Locations {
    by_id: BTreeMap<LocationId, Location>,
}

/// Why the locations do not form a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLocations {
    /// Two of the same name.
    #[error("location `{0}` is configured twice: give each its own id")]
    Twice(LocationId),
    /// A parent that is not there.
    #[error("location `{child}` names the parent `{parent}`, which is not configured")]
    NoParent {
        /// Who names it.
        child: LocationId,
        /// Who is missing.
        parent: LocationId,
    },
    /// A circle of parents.
    #[error("location `{0}` is its own ancestor: break the circle of parents")]
    Circle(LocationId),
}

impl Locations {
    /// Checks and keeps the list.
    ///
    /// # Errors
    /// [`BadLocations`] when two share an id, a parent is missing or the parents form a circle.
    pub fn new(list: Vec<Location>) -> Result<Self, BadLocations> {
        let mut by_id = BTreeMap::new();
        for location in list {
            let id = location.id.clone();
            if by_id.insert(id.clone(), location).is_some() {
                return Err(BadLocations::Twice(id));
            }
        }
        let all = Self { by_id };
        for (id, location) in &all.by_id {
            if let Some(parent) = &location.parent {
                if !all.by_id.contains_key(parent) {
                    return Err(BadLocations::NoParent { child: id.clone(), parent: parent.clone() });
                }
                let mut above = Some(parent);
                let mut steps = 0;
                while let Some(next) = above {
                    steps += 1;
                    if next == id || steps > all.by_id.len() {
                        return Err(BadLocations::Circle(id.clone()));
                    }
                    above = all.by_id.get(next).and_then(|l| l.parent.as_ref());
                }
            }
        }
        Ok(all)
    }
    /// One location.
    #[must_use]
    pub fn get(&self, id: &LocationId) -> Option<&Location> {
        self.by_id.get(id)
    }
    /// All locations, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Location> {
        self.by_id.values()
    }
    /// Whether others lie below it: a region, not a shop.
    #[must_use]
    pub fn is_group(&self, id: &LocationId) -> bool {
        self.by_id.values().any(|l| l.parent.as_ref() == Some(id))
    }
    /// These locations and all below them in the tree.
    #[must_use]
    pub fn with_descendants(&self, roots: &[LocationId]) -> BTreeSet<LocationId> {
        self.by_id
            .keys()
            .filter(|id| {
                let mut at = Some(*id);
                while let Some(here) = at {
                    if roots.contains(here) {
                        return true;
                    }
                    at = self.by_id.get(here).and_then(|l| l.parent.as_ref());
                }
                false
            })
            .cloned()
            .collect()
    }
}
