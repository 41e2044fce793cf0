//! Times in words, in the zone and the language of the page: relative for the eye, exact on hover and for the ear.

use gehoor_engine::views::Light;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::html::{Html, escape};
use crate::ui::Ui;

/// A time that is shown; templates hand over references.
pub(crate) trait Moment {
    /// The time.
    fn moment(&self) -> Timestamp;
}
impl Moment for Timestamp {
    fn moment(&self) -> Timestamp {
        *self
    }
}
impl<T: Moment> Moment for &T {
    fn moment(&self) -> Timestamp {
        (*self).moment()
    }
}

impl Ui {
    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
    /// `vr 27 nov 2026, 16:30`.
    pub(crate) fn exact(&self, at: Timestamp) -> String {
        let zoned = self.zoned(at);
        format!(
            "{} {} {}, {:02}:{:02}",
            self.weekday(&zoned),
            self.day(at),
            zoned.year(),
            zoned.hour(),
            zoned.minute()
        )
    }
    /// `vr 16:30`, for the sum of a clock.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let zoned = self.zoned(at);
        let far = (self.now.duration_since(at)).abs() > SignedDuration::from_hours(24 * 6);
        let day = if far { self.day(at) } else { self.weekday(&zoned) };
        format!("{day} {:02}:{:02}", zoned.hour(), zoned.minute())
    }
    /// `27 nov`.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let zoned = self.zoned(at);
        let month = usize::try_from(zoned.month()).unwrap_or(1).saturating_sub(1);
        format!("{} {}", zoned.day(), self.t("months").split(' ').nth(month).unwrap_or(""))
    }
    /// `27 nov 2026`.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        format!("{} {}", self.day(at), self.zoned(at).year())
    }
    fn weekday(&self, zoned: &Zoned) -> String {
        let at = usize::try_from(zoned.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.t("weekdays").split(' ').nth(at).unwrap_or("").to_owned()
    }
    /// A length of time in words: `12 min`, `3 u 20 min`, `4 d`.
    pub(crate) fn span(&self, span: SignedDuration) -> String {
        let minutes = span.abs().as_mins();
        let (hours, days) = (minutes / 60, minutes / (60 * 24));
        if minutes < 1 {
            self.tn("span-seconds", span.abs().as_secs())
        } else if hours < 1 {
            self.tn("span-minutes", minutes)
        } else if hours < 10 && minutes % 60 != 0 {
            format!("{} {}", self.tn("span-hours", hours), self.tn("span-minutes", minutes % 60))
        } else if hours < 48 {
            self.tn("span-hours", hours)
        } else {
            self.tn("span-days", days)
        }
    }
    /// How long ago or how far off, in words.
    pub(crate) fn relative(&self, at: Timestamp) -> String {
        let passed = self.now.duration_since(at);
        if passed.abs() > SignedDuration::from_hours(24 * 7) {
            self.day(at)
        } else if passed.abs() < SignedDuration::from_secs(60) {
            self.t(if passed.is_negative() { "in-a-moment" } else { "just-now" })
        } else if passed.is_negative() {
            self.tv("time-in", &self.span(passed))
        } else {
            self.tv("time-ago", &self.span(passed))
        }
    }
    /// A time: relative for the eye, exact on hover and for the ear.
    pub(crate) fn time(&self, at: impl Moment) -> Html {
        let at = at.moment();
        let exact = escape(&self.exact(at));
        Html::trusted(format!(
            "<time datetime=\"{at}\" title=\"{exact}\">{}<span class=\"sr\"> ({exact})</span></time>",
            escape(&self.relative(at))
        ))
    }
    /// What a light says of the working time that is left.
    pub(crate) fn left(&self, light: Light, left: SignedDuration) -> String {
        match light {
            Light::Still => self.t("clock-still"),
            _ if left.is_negative() => self.tv("clock-over", &self.span(left)),
            _ => self.tv("clock-left", &self.span(left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::user::Role;

    #[test]
    fn times_are_written_in_the_zone_and_the_language_of_the_reader() {
        let at = "2026-11-27T15:18:00Z".parse().unwrap();
        let nl = ui(Tongue::Nl, Role::Agent);
        assert_eq!(nl.relative(at), "12 min geleden");
        assert_eq!(nl.exact(at), "vr 27 nov 2026, 16:18");
        let en = ui(Tongue::En, Role::Agent);
        assert_eq!(en.relative(at), "12 min ago");
        assert_eq!(en.exact(at), "Fri 27 Nov 2026, 16:18");
        assert_eq!(en.relative("2026-11-27T18:50:00Z".parse().unwrap()), "in 3 h 20 min");
    }

    #[test]
    fn a_clock_says_in_words_what_its_colour_says() {
        let ui = ui(Tongue::Nl, Role::Agent);
        assert_eq!(ui.left(Light::Soon, SignedDuration::from_mins(12)), "nog 12 min");
        assert_eq!(ui.left(Light::Late, SignedDuration::from_mins(-180)), "3 u te laat");
    }
}
