//! What people read for the ids in an evidence file. They are written into the file, so that its page can be made again from
//! it alone: a name that is changed later changes no file.

use std::collections::BTreeMap;

use gehoor_domain::case::{Case, What};
use gehoor_domain::event::Actor;
use gehoor_domain::ids::{LocationId, OutletId, TeamId, UserId};
use gehoor_domain::user::User;
use gehoor_store::Table;

use super::EventFile;
use crate::Engine;
use crate::batch::read;
use crate::error::EngineError;
use crate::views::Viewer;

/// The key of a person.
pub(super) fn user(id: &UserId) -> String {
    format!("user/{id}")
}

/// The key of a team.
pub(super) fn team(id: &TeamId) -> String {
    format!("team/{id}")
}

/// The key of a shop.
pub(super) fn location(id: &LocationId) -> String {
    format!("location/{id}")
}

/// The key of an outlet.
pub(super) fn outlet(id: &OutletId) -> String {
    format!("outlet/{id}")
}

impl Engine {
    /// The names of whoever and whatever appears in the file, and of nobody else: it leaves the house.
    pub(super) fn names_of(
        &self,
        viewer: &Viewer,
        case: &Case,
        events: &[EventFile],
    ) -> Result<BTreeMap<String, String>, EngineError> {
        let setup = &self.inner.setup;
        let mut people: Vec<&UserId> = std::iter::once(&viewer.user).chain(&case.owner).collect();
        let mut names = BTreeMap::new();
        let via = |id: &OutletId, names: &mut BTreeMap<String, String>| {
            if let Some(known) = setup.outlets.iter().find(|o| o.id == *id) {
                names.insert(outlet(id), known.name.clone());
            }
        };
        for event in events {
            match &event.event.by {
                Actor::User(by) => people.push(by),
                Actor::Outlet(by) => via(by, &mut names),
                Actor::Gehoor => {}
            }
            match &event.event.what {
                What::Assigned { to } => people.extend(to),
                What::HandedOver { to: id, .. } | What::Returned { from: id, .. } => {
                    if let Some(known) = setup.policy.teams.iter().find(|t| t.id == *id) {
                        names.insert(team(id), known.name.clone());
                    }
                }
                What::Located { location: Some(id) } => {
                    names.insert(location(id), self.place_name(id));
                }
                What::TicketOpened { outlet, .. } | What::TicketChanged { outlet, .. } => {
                    via(outlet, &mut names)
                }
                _ => {}
            }
        }
        for id in people {
            if let Some(known) = read::<User>(self.store(), Table::User, id.as_str())? {
                names.insert(user(id), known.name);
            }
        }
        Ok(names)
    }
}
