//! The names that people read for shops, teams, outlets, sources and colleagues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gehoor_domain::ids::{LocationId, OutletId, SourceId, TeamId, UserId};
use gehoor_domain::scope::Scope;
use gehoor_engine::setup::Setup;

use crate::ui::Ui;

/// Names by id. What is configured is shared; people are read anew for each page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    fixed: Arc<Fixed>,
    people: Arc<BTreeMap<UserId, String>>,
    takers: Arc<BTreeSet<UserId>>,
}

#[derive(Debug, Default)]
struct Fixed {
    places: BTreeMap<LocationId, String>,
    teams: BTreeMap<TeamId, String>,
    outlets: BTreeMap<OutletId, String>,
    sources: BTreeMap<SourceId, String>,
    rules: Vec<String>,
}

impl Names {
    /// What is configured.
    pub(crate) fn of(setup: &Setup) -> Self {
        let fixed = Fixed {
            places: setup.locations.iter().map(|l| (l.id.clone(), l.name.clone())).collect(),
            teams: setup.policy.teams.iter().map(|t| (t.id.clone(), t.name.clone())).collect(),
            outlets: setup.outlets.iter().map(|o| (o.id.clone(), o.name.clone())).collect(),
            sources: setup.sources.iter().map(|s| (s.id.clone(), s.name.clone())).collect(),
            rules: setup.policy.alerts.iter().map(|r| r.name.clone()).collect(),
        };
        Self { fixed: Arc::new(fixed), ..Self::default() }
    }
    /// With these people.
    pub(crate) fn with_people(&self, people: impl IntoIterator<Item = (UserId, String)>) -> Self {
        Self { people: Arc::new(people.into_iter().collect()), ..self.clone() }
    }
    /// With these as the people who take cases of every shop.
    pub(crate) fn with_takers(&self, takers: impl IntoIterator<Item = UserId>) -> Self {
        Self { takers: Arc::new(takers.into_iter().collect()), ..self.clone() }
    }
    /// Names made up for a test.
    #[cfg(test)]
    pub(crate) fn made(places: &[(&str, &str)], people: &[(&str, &str)]) -> Self {
        let places =
            places.iter().map(|(id, name)| (LocationId::parse(id).unwrap(), (*name).to_owned())).collect();
        let people = people.iter().map(|(id, name)| (UserId::parse(id).unwrap(), (*name).to_owned()));
        let people: BTreeMap<_, _> = people.collect();
        let takers = Arc::new(people.keys().cloned().collect());
        Self { fixed: Arc::new(Fixed { places, ..Fixed::default() }), people: Arc::new(people), takers }
    }
}

impl Ui {
    /// Whoever may get a case, whichever shop it is of, and the reader.
    pub(crate) fn takers(&self) -> Vec<(&UserId, &str)> {
        let takes = |id: &UserId| self.names.takers.contains(id) || self.is_me(id);
        self.names.people.iter().filter(|(id, _)| takes(id)).map(|(id, name)| (id, name.as_str())).collect()
    }
    /// The name of a colleague.
    pub(crate) fn person(&self, id: &UserId) -> String {
        self.names.people.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// The name of a shop.
    pub(crate) fn place_name(&self, id: &LocationId) -> String {
        self.names.fixed.places.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// The names of shops whose ids stand with commas between them.
    pub(crate) fn place_names(&self, ids: &str) -> String {
        let name = |id: &str| id.parse().map_or_else(|_| id.to_owned(), |id| self.place_name(&id));
        ids.split(", ").map(name).collect::<Vec<_>>().join(", ")
    }
    /// The name of a team.
    pub(crate) fn team_name(&self, id: &TeamId) -> String {
        self.names.fixed.teams.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// The name of an outlet.
    pub(crate) fn outlet_name(&self, id: &OutletId) -> String {
        self.names.fixed.outlets.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// The name of a source.
    pub(crate) fn source_name(&self, id: &SourceId) -> String {
        self.names.fixed.sources.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// Shops that the reader may see, by name.
    pub(crate) fn places(&self) -> Vec<(&LocationId, &str)> {
        let scope = self.viewer.as_ref().map(|v| &v.scope);
        let mut places: Vec<_> = self
            .names
            .fixed
            .places
            .iter()
            .filter(|(id, _)| scope.is_some_and(|s| s.allows(Some(id))))
            .map(|(id, name)| (id, name.as_str()))
            .collect();
        places.sort_by(|a, b| a.1.cmp(b.1));
        places
    }
    /// Teams; a franchisee has no use for them.
    pub(crate) fn teams(&self) -> Vec<(&TeamId, &str)> {
        if !self.viewer.as_ref().is_some_and(|v| v.scope == Scope::All) {
            return Vec::new();
        }
        self.names.fixed.teams.iter().map(|(id, name)| (id, name.as_str())).collect()
    }
    /// Sources, where the reader may know of them.
    pub(crate) fn sources(&self) -> Vec<(&SourceId, &str)> {
        if !self.operates() {
            return Vec::new();
        }
        self.names.fixed.sources.iter().map(|(id, name)| (id, name.as_str())).collect()
    }
    /// Names of the rules of alerts.
    pub(crate) fn rules(&self) -> &[String] {
        &self.names.fixed.rules
    }
}
