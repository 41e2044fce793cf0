//! What every page needs: the words, the time, the reader, the way around.

use gehoor_domain::user::Role;
use gehoor_engine::views::{Light, Viewer};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::assets;
use crate::html::Html;
use crate::locale::{Arg, Tongue};
use crate::names::Names;

/// A place in the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The inbox and its cases.
    Inbox,
    /// Search.
    Search,
    /// Replies that wait.
    Replies,
    /// Promises.
    Promises,
    /// Who has how much.
    Workload,
    /// Trends.
    Trends,
    /// Alerts.
    Alerts,
    /// Sources.
    Sources,
    /// The outbox.
    Queue,
    /// Settings.
    Settings,
    /// None of them.
    Elsewhere,
}

/// One entry of the rail.
pub(crate) struct Entry {
    /// Where it leads.
    pub(crate) href: &'static str,
    /// The icon, and the key of its word after `nav-`.
    pub(crate) name: &'static str,
    /// The reader is there.
    pub(crate) here: bool,
    /// Behind "more" on a phone.
    pub(crate) later: bool,
    /// How many things there want attention.
    pub(crate) count: usize,
}

/// What every page needs.
pub(crate) struct Ui {
    /// The language.
    pub(crate) tongue: Tongue,
    /// The time of the answer.
    pub(crate) now: Timestamp,
    /// The zone in which times are written.
    pub(crate) zone: TimeZone,
    /// The name of the company.
    pub(crate) brand: String,
    /// Who reads, once logged in.
    pub(crate) viewer: Option<Viewer>,
    /// Goes into every form.
    pub(crate) csrf: String,
    /// Where the reader is.
    pub(crate) place: Place,
    /// Said once, after something was done: a key of the locales and the number of a case.
    pub(crate) flash: Option<(&'static str, i64)>,
    /// `light` or `dark` when the reader chose one.
    pub(crate) theme: Option<&'static str>,
    /// Names of shops, teams and people.
    pub(crate) names: Names,
    /// Cases that are late, for the rail.
    pub(crate) late: usize,
}

impl Ui {
    /// A word.
    pub(crate) fn t(&self, key: &str) -> String {
        self.tongue.text(key, &[])
    }
    /// A text with a number `$n`.
    pub(crate) fn tn(&self, key: &str, n: impl Count) -> String {
        self.tongue.text(key, &[("n", Arg::N(n.count()))])
    }
    /// A text with two numbers, `$n` and `$m`.
    pub(crate) fn tn2(&self, key: &str, n: impl Count, m: impl Count) -> String {
        self.tongue.text(key, &[("n", Arg::N(n.count())), ("m", Arg::N(m.count()))])
    }
    /// A text with the number of a case, an alert or a promise: a name, not an amount.
    pub(crate) fn ti(&self, key: &str, id: impl Count) -> String {
        self.tongue.text(key, &[("n", Arg::S(&id.count().to_string()))])
    }
    /// A text with a text `$v`.
    pub(crate) fn tv(&self, key: &str, value: &str) -> String {
        self.tongue.text(key, &[("v", Arg::S(value))])
    }
    /// A text with any arguments.
    pub(crate) fn tx(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.tongue.text(key, args)
    }
    /// The word of a label.
    pub(crate) fn label(&self, group: &str, name: &str) -> String {
        self.tongue.label(group, name)
    }
    /// An icon, hidden from readers of the page by ear: a word always stands beside it.
    pub(crate) fn icon(&self, name: &str) -> Html {
        Html::trusted(format!(
            "<svg class=\"icon\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">{}</svg>",
            assets::symbol(name)
        ))
    }
    /// A small icon.
    pub(crate) fn mini(&self, name: &str) -> Html {
        Html::trusted(format!(
            "<svg class=\"icon small\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">{}</svg>",
            assets::symbol(name)
        ))
    }
    /// The address of an asset.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
    /// A whole number.
    pub(crate) fn num(&self, n: impl Count) -> String {
        #[expect(clippy::cast_precision_loss, reason = "counts on a page are far below 2^52")]
        self.tongue.number(n.count() as f64, 0)
    }
    /// A number with one decimal.
    pub(crate) fn num1(&self, n: f64) -> String {
        self.tongue.number(n, 1)
    }
    /// A share as a percentage.
    pub(crate) fn percent(&self, share: f64) -> String {
        format!("{} %", self.tongue.number(share * 100.0, 0))
    }
    /// Points of the rank.
    pub(crate) fn points(&self, points: f32) -> String {
        self.tongue.number(f64::from(points), 0)
    }

    /// The role of the reader.
    pub(crate) fn role(&self) -> Option<Role> {
        self.viewer.as_ref().map(|v| v.role)
    }
    /// May change cases.
    pub(crate) fn works(&self) -> bool {
        self.role().is_some_and(Role::works_cases)
    }
    /// May silence and send again.
    pub(crate) fn leads(&self) -> bool {
        self.role().is_some_and(Role::leads)
    }
    /// May see sources and the whole outbox.
    pub(crate) fn operates(&self) -> bool {
        self.role().is_some_and(Role::sees_operations)
            && self.viewer.as_ref().is_some_and(|v| v.scope.is_all())
    }
    /// May manage users.
    pub(crate) fn administers(&self) -> bool {
        self.role().is_some_and(Role::administers)
    }
    /// Whether this is the reader.
    pub(crate) fn is_me(&self, user: &gehoor_domain::UserId) -> bool {
        self.viewer.as_ref().is_some_and(|v| &v.user == user)
    }
    /// The way around: what the reader may not see is not there.
    pub(crate) fn rail(&self) -> Vec<Entry> {
        let entry = |place: Place, href, name, later, count| Entry {
            href,
            name,
            here: self.place == place,
            later,
            count,
        };
        let mut rail = vec![
            entry(Place::Inbox, "/inbox", "inbox", false, self.late),
            entry(Place::Search, "/search", "search", false, 0),
            entry(Place::Replies, "/replies", "replies", true, 0),
            entry(Place::Promises, "/promises", "promises", true, 0),
            entry(Place::Workload, "/workload", "workload", true, 0),
            entry(Place::Trends, "/trends", "trends", false, 0),
            entry(Place::Alerts, "/alerts", "alerts", false, 0),
        ];
        if self.operates() {
            rail.push(entry(Place::Sources, "/sources", "sources", true, 0));
        }
        rail.push(entry(Place::Queue, "/queue", "queue", true, 0));
        rail.push(entry(Place::Settings, "/settings", "settings", true, 0));
        rail
    }
    /// Whether this was just done.
    pub(crate) fn just(&self, key: &str) -> bool {
        self.flash.is_some_and(|(done, _)| done == key)
    }
    /// What was just done, in words.
    pub(crate) fn said(&self) -> Option<String> {
        self.flash.map(|(key, n)| self.ti(key, n))
    }
}

/// A whole number that is shown.
pub(crate) trait Count {
    /// The number.
    fn count(&self) -> i64;
}
macro_rules! counts {
    ($($kind:ty),+) => { $(impl Count for $kind {
        fn count(&self) -> i64 { i64::try_from(*self).unwrap_or(i64::MAX) }
    })+ };
}
counts!(i64, u64, u32, i32, usize);
impl<T: Count> Count for &T {
    fn count(&self) -> i64 {
        (*self).count()
    }
}

/// Up to two letters for a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words =
        name.split(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '_')).filter(|w| !w.is_empty());
    let first = words.next().and_then(|w| w.chars().next());
    let last = words.next_back().and_then(|w| w.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The class of a light.
pub(crate) fn light_class(light: Light) -> &'static str {
    match light {
        Light::Calm => "calm",
        Light::Soon => "soon",
        Light::Late => "late",
        Light::Still => "still",
    }
}

/// A clock as a ring: the share used as an arc, full with a bar when late, so that it is read without colour.
pub(crate) fn ring(light: Light, used: f64) -> Html {
    let inside = match light {
        Light::Late => "<circle class=\"full\" cx=\"10\" cy=\"10\" r=\"9\"/><path class=\"bang\" d=\"M10 5.5v5M10 14v.01\"/>".to_owned(),
        Light::Still => "<circle class=\"rim\" cx=\"10\" cy=\"10\" r=\"7.5\"/><path class=\"sign\" d=\"M8 7.5v5M12 7.5v5\"/>".to_owned(),
        Light::Calm | Light::Soon => {
            let share = (used.clamp(0.0, 1.0) * 100.0).round();
            format!(
                "<circle class=\"rim\" cx=\"10\" cy=\"10\" r=\"7.5\"/><circle class=\"hand\" cx=\"10\" cy=\"10\" r=\"7.5\" pathLength=\"100\" stroke-dasharray=\"{share} 100\" transform=\"rotate(-90 10 10)\"/>"
            )
        }
    };
    ring_of(&inside)
}

/// A clock that has ended: in time or not.
pub(crate) fn ring_ended(in_time: bool) -> Html {
    let sign = if in_time { "m6.5 10.5 2.5 2.5 4.5-5.5" } else { "M7 7l6 6M13 7l-6 6" };
    ring_of(&format!(
        "<circle class=\"rim\" cx=\"10\" cy=\"10\" r=\"7.5\"/><path class=\"sign\" d=\"{sign}\"/>"
    ))
}

fn ring_of(inside: &str) -> Html {
    Html::trusted(format!("<svg class=\"ring\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">{inside}</svg>"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use gehoor_domain::UserId;
    use gehoor_domain::scope::Scope;

    pub(crate) fn ui(tongue: Tongue, role: Role) -> Ui {
        Ui {
            tongue,
            now: "2026-11-27T15:30:00Z".parse().unwrap(),
            zone: TimeZone::get("Europe/Amsterdam").unwrap(),
            brand: "Bouwhoek".into(),
            viewer: Some(Viewer {
                user: UserId::parse("sanne").unwrap(),
                name: "Sanne de Wit".into(),
                role,
                scope: Scope::All,
                team: None,
                lang: tongue.as_str().into(),
            }),
            csrf: "token".into(),
            place: Place::Inbox,
            flash: None,
            theme: None,
            names: Names::made(
                &[("utrecht", "Utrecht Kanaleneiland")],
                &[("sanne", "Sanne de Wit"), ("bram", "Bram Kok")],
            ),
            late: 3,
        }
    }

    #[test]
    fn what_a_role_may_not_see_is_absent_from_the_rail() {
        let mut shop = ui(Tongue::Nl, Role::Franchisee);
        assert!(shop.rail().iter().all(|e| e.href != "/sources"));
        shop.viewer.as_mut().unwrap().role = Role::Admin;
        assert!(shop.rail().iter().any(|e| e.href == "/sources"));
    }

    #[test]
    fn initials_are_taken_from_any_name() {
        assert_eq!(initials("Sanne de Wit"), "SW");
        assert_eq!(initials("sanne"), "S");
        assert_eq!(initials(" "), "");
    }
}
