//! What a link asks of search and trends: kept as it stands in the address, so that every filter is a link.

use gehoor_domain::assessment::{Intent, Lang, Sentiment, Severity, Signal, Topic};
use gehoor_domain::ids::{AuthorKey, MentionId};
use gehoor_domain::mention::Channel;
use gehoor_engine::views::Viewer;
use gehoor_search::{Filter, SearchQuery, Sort};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::form_urlencoded;

use crate::error::Fail;
use crate::fields::Fields;
use crate::options::Web;

/// Filters that hold labels, in the order in which they are shown.
pub(crate) const LABELS: [&str; 8] =
    ["intent", "sentiment", "topic", "location", "channel", "source", "lang", "signal"];

/// The query of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(pub(crate) Fields);

impl Params {
    /// Reads the part behind the `?`.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let mut fields = Fields::parse(query.unwrap_or("").as_bytes());
        fields.0.retain(|(_, v)| !v.trim().is_empty());
        Self(fields)
    }
    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }
    /// Whether this value is asked for.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.all(name).any(|v| v == value)
    }
    /// The query as text, with its `?`; empty when nothing is asked.
    pub(crate) fn query(&self) -> String {
        if self.0.0.is_empty() {
            return String::new();
        }
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(self.0.0.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        format!("?{}", out.finish())
    }
    /// With only this value of a name; none takes the name away. A page mark never survives a change.
    pub(crate) fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut out = self.clone();
        out.0.0.retain(|(k, _)| k != name && k != "after" && k != "skip");
        if let Some(value) = value {
            out.0.0.push((name.to_owned(), value.to_owned()));
        }
        out
    }
    /// With this value added, or taken away when it was there.
    pub(crate) fn toggled(&self, name: &str, value: &str) -> Self {
        let mut out = self.clone();
        out.0.0.retain(|(k, _)| k != "after" && k != "skip");
        if self.has(name, value) {
            out.0.0.retain(|(k, v)| !(k == name && v.trim() == value));
        } else {
            out.0.0.push((name.to_owned(), value.to_owned()));
        }
        out
    }
    /// Only what search and trends both understand.
    pub(crate) fn shared(&self) -> Self {
        let mut out = self.clone();
        out.0.0.retain(|(k, _)| {
            LABELS.contains(&k.as_str()) || matches!(k.as_str(), "q" | "from" | "until" | "author")
        });
        out
    }
    /// The words that are searched for.
    pub(crate) fn text(&self) -> Option<String> {
        self.0.some("q").map(str::to_owned)
    }

    /// The filters.
    ///
    /// # Errors
    /// [`Fail::Bad`] naming the field that cannot be read.
    pub(crate) fn filter(&self, zone: &TimeZone) -> Result<Filter, Fail> {
        let author = self.0.some("author").map(|a| AuthorKey(a.to_owned()));
        Ok(Filter {
            sources: self.list("source", |v| v.parse().ok())?,
            locations: self.list("location", |v| v.parse().ok())?,
            unlocated: self.get("unlocated") == "1",
            channels: self.list("channel", Channel::parse)?,
            langs: self.list("lang", Lang::parse)?,
            sentiments: self.list("sentiment", Sentiment::parse)?,
            intents: self.list("intent", Intent::parse)?,
            topics: self.list("topic", |v| Some(Topic(v.to_owned())))?,
            signals: self.list("signal", Signal::parse)?,
            stars_min: self.0.maybe("stars_min")?,
            stars_max: self.0.maybe("stars_max")?,
            severity_min: self
                .0
                .maybe::<u8>("severity")?
                .map(|n| Severity::new(n).ok_or_else(|| Fail::field("severity")))
                .transpose()?,
            from: self.moment("from", zone, 0)?,
            until: self.moment("until", zone, 1)?,
            author,
            own: match self.get("own") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            include_withdrawn: self.get("withdrawn") == "1",
            include_copies: self.get("copies") == "1",
            copies_of: self
                .0
                .some("copies_of")
                .map(|id| MentionId::parse(id).ok_or_else(|| Fail::field("copies_of")))
                .transpose()?,
            ..Filter::default()
        })
    }

    /// The search.
    ///
    /// # Errors
    /// As [`Params::filter`].
    pub(crate) fn search(&self, zone: &TimeZone, limit: usize) -> Result<SearchQuery, Fail> {
        let sort = if self.get("sort") == "relevance" { Sort::Relevance } else { Sort::Newest };
        let after = self.0.some("after").map(str::to_owned);
        Ok(SearchQuery { text: self.text(), filter: self.filter(zone)?, sort, after, limit })
    }

    /// The search, without what others than the shop have to solve where that is asked for.
    ///
    /// # Errors
    /// As [`Params::filter`]; when the store fails.
    pub(crate) async fn search_in(
        &self,
        web: &Web,
        viewer: &Viewer,
        limit: usize,
    ) -> Result<SearchQuery, Fail> {
        let mut query = self.search(&web.inner.zone, limit)?;
        if self.get("elsewhere") == "no" {
            query.filter = web.engine().without_elsewhere(viewer, query.filter).await?;
        }
        Ok(query)
    }

    fn list<T>(&self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Fail> {
        self.0.all(name).map(|v| read(v).ok_or_else(|| Fail::field(name))).collect()
    }

    /// A day (its beginning, or that of the day after) or a timestamp.
    fn moment(&self, name: &'static str, zone: &TimeZone, add_days: i64) -> Result<Option<Timestamp>, Fail> {
        let Some(text) = self.0.some(name) else { return Ok(None) };
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Some(at));
        }
        let day: Date = text.parse().map_err(|_| Fail::field(name))?;
        let day = day.checked_add(jiff::Span::new().days(add_days)).map_err(|_| Fail::field(name))?;
        let zoned = day.to_zoned(zone.clone()).map_err(|_| Fail::field(name))?;
        Ok(Some(zoned.timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_link_that_can_be_taken_off_again() {
        let params = Params::parse(Some("q=bank+kapot&channel=review&after=xyz"));
        let more = params.toggled("channel", "news");
        assert_eq!(more.query(), "?q=bank+kapot&channel=review&channel=news");
        assert_eq!(more.toggled("channel", "review").query(), "?q=bank+kapot&channel=news");
        assert_eq!(params.with("q", None).query(), "?channel=review");
    }

    #[test]
    fn days_are_those_of_the_zone_and_the_last_one_counts_whole() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let filter = Params::parse(Some("from=2026-11-01&until=2026-11-30")).filter(&zone).unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-10-31T23:00:00Z");
        assert_eq!(filter.until.unwrap().to_string(), "2026-11-30T23:00:00Z");
    }

    #[test]
    fn what_is_no_filter_is_named() {
        let zone = TimeZone::UTC;
        for (query, field) in [
            ("channel=tv", "channel"),
            ("from=soon", "from"),
            ("severity=9", "severity"),
            ("location=A%20b", "location"),
        ] {
            assert_eq!(Params::parse(Some(query)).filter(&zone), Err(Fail::field(field)), "{query}");
        }
    }
}
