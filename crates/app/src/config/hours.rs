//! Opening hours as people write them: `mon = ["09:00-12:30", "13:00-18:00"]`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};
use gehoor_domain::policy::{Block, Calendar};
use jiff::civil::{Date, Time};
use serde::Deserialize;

/// A calendar in the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarConfig {
    /// IANA name of the zone.
    #[serde(default = "amsterdam")]
    pub zone: String,
    /// Monday.
    #[serde(default)]
    pub mon: Vec<String>,
    /// Tuesday.
    #[serde(default)]
    pub tue: Vec<String>,
    /// Wednesday.
    #[serde(default)]
    pub wed: Vec<String>,
    /// Thursday.
    #[serde(default)]
    pub thu: Vec<String>,
    /// Friday.
    #[serde(default)]
    pub fri: Vec<String>,
    /// Saturday.
    #[serde(default)]
    pub sat: Vec<String>,
    /// Sunday.
    #[serde(default)]
    pub sun: Vec<String>,
    /// Public holidays that are closed: `nl`, or left out for none.
    #[serde(default)]
    pub holidays: Option<String>,
    /// Days that differ: `"2026-12-24" = ["09:00-16:00"]`; an empty list is closed.
    #[serde(default)]
    pub exceptions: BTreeMap<String, Vec<String>>,
}

fn amsterdam() -> String {
    "Europe/Amsterdam".into()
}

impl CalendarConfig {
    /// The calendar of that name.
    ///
    /// # Errors
    /// Names the block or day that cannot be read.
    pub fn build(&self, name: &str) -> Result<Calendar> {
        let days = [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun];
        let mut week: [Vec<Block>; 7] = Default::default();
        for (into, texts) in week.iter_mut().zip(days) {
            *into = blocks(texts).with_context(|| format!("calendars.{name}"))?;
        }
        let mut exceptions = BTreeMap::new();
        for (day, texts) in &self.exceptions {
            let date: Date = day.parse().map_err(|_| {
                anyhow!("calendars.{name}.exceptions: `{day}` is not a day such as 2026-12-24")
            })?;
            exceptions
                .insert(date, blocks(texts).with_context(|| format!("calendars.{name}.exceptions.{day}"))?);
        }
        Ok(Calendar { zone: self.zone.clone(), week, holidays: self.holidays.clone(), exceptions })
    }
}

fn blocks(texts: &[String]) -> Result<Vec<Block>> {
    texts.iter().map(|text| block(text)).collect()
}

fn block(text: &str) -> Result<Block> {
    let read = || {
        let (from, until) = text.split_once('-')?;
        Some(Block { from: clock_time(from)?, until: clock_time(until)? })
    };
    read().ok_or_else(|| anyhow!("`{text}` is not a block such as 09:00-17:30"))
}

fn clock_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    if (hour, minute) == (24, 0) {
        return Some(Time::midnight());
    }
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_people_write_them() {
        assert_eq!(block("09:00-12:30").unwrap().until, Time::constant(12, 30, 0, 0));
        assert_eq!(block("08:00-24:00").unwrap().until, Time::midnight());
        for bad in ["9-12", "25:00-26:00", "", "09:00–12:00"] {
            assert!(block(bad).is_err(), "{bad}");
        }
    }
}
