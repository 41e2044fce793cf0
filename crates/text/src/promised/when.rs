//! Times named in words: days, weekdays, dates, spans and parts of a day, in four languages.

use std::ops::Range;

use super::words::{Clause, Word, listed};

/// A time that is named, not yet tied to a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day, or the span.
    pub day: Day,
    /// The part of the day, or the time on the clock.
    pub hour: Option<Hour>,
}

/// The day, or the span until it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// So many days from the day it was written: 0 is today.
    In(u16),
    /// A weekday.
    Weekday {
        /// 0 is Monday.
        day: u8,
        /// The one in the next week.
        next_week: bool,
    },
    /// A date.
    Date {
        /// The year, if it is named.
        year: Option<i16>,
        /// 1 to 12.
        month: u8,
        /// 1 to 31; whether the month has it is not looked at.
        day: u8,
    },
    /// Within a span.
    Within {
        /// How many; the larger of "3 to 5".
        count: u16,
        /// Of what.
        unit: Unit,
    },
    /// This week, or its end.
    ThisWeek,
    /// Next week, or its end.
    NextWeek,
    /// This month, or its end.
    ThisMonth,
}

/// What a span is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Days on which is worked.
    WorkingDays,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hour {
    /// In the morning.
    Morning,
    /// In the afternoon.
    Afternoon,
    /// In the evening.
    Evening,
    /// At, before or until a time; of two times the later.
    At {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
}

/// Words that make a time a beginning or a thing of the past: no time until which something is done.
const NOT_UNTIL: &str = "vanaf sinds sedert afgelopen vorige verleden laatste since from after last past seit ab letzten letzte vergangenen vergangene nach depuis dès";
/// Words before a span that lies ahead.
const WITHIN: &str = "binnen within in innerhalb sous dans over uiterlijk maximaal max spätestens";
const LINKS: &str = "de het een the of von der den les les uiterlijk maximaal max hoogstens at most later no spätestens ongeveer ca circa about d' ici à the next nächsten komende prochaines prochains";
/// Greetings and parts of a day that look like tomorrow.
const NOT_TOMORROW: &str = "goede goeie goeden guten schönen de am jeden iedere elke";

const DAYS: [&str; 7] = [
    "maandag* monday* montag* lundi",
    "dinsdag* tuesday* dienstag* mardi",
    "woensdag* wednesday* mittwoch* mercredi",
    "donderdag* thursday* donnerstag* jeudi",
    "vrijdag* friday* freitag* vendredi",
    "zaterdag* saturday* samstag* sonnabend samedi",
    "zondag* sunday* sonntag* dimanche",
];
const MONTHS: [&str; 12] = [
    "januari january januar janvier jan",
    "februari february februar février feb",
    "maart march märz mars mrt",
    "april avril apr",
    "mei may mai",
    "juni june juin jun",
    "juli july juillet jul",
    "augustus august août aug",
    "september septembre sept",
    "oktober october octobre okt oct",
    "november novembre nov",
    "december dezember décembre dec dez",
];
/// Words for a time that is none.
pub(super) const VAGUE: [&str; 4] = [
    "binnenkort spoedig snel zsm z.s.m asap spoedigst z.s.m. snelst",
    "soon shortly asap quickly",
    "bald kürze schnell baldmöglichst umgehend demnächst schnellstmöglich zeitnah",
    "bientôt rapidement vite brefs délais prochainement",
];

/// The time a part of a sentence names, and the places of the first and the last word of it.
pub(super) fn find(clause: &Clause) -> Option<(When, Range<usize>)> {
    let at = Seen { words: &clause.words };
    let mut best: Option<(Day, Range<usize>)> = None;
    for i in 0..clause.words.len() {
        if i > 0 && listed(at.low(i - 1), NOT_UNTIL) {
            continue;
        }
        if let Some((day, len)) = at.day(i) {
            best = Some((day, i..i + len));
            break;
        }
    }
    let hour = at.hour(best.as_ref().map(|(_, r)| r));
    match (best, hour) {
        (Some((day, r)), None) => Some((When { day, hour: None }, r)),
        (Some((day, r)), Some((hour, h))) => {
            Some((When { day, hour: Some(hour) }, r.start.min(h.start)..r.end.max(h.end)))
        }
        (None, Some((hour, h))) => Some((When { day: Day::In(0), hour: Some(hour) }, h)),
        (None, None) => None,
    }
}

struct Seen<'w> {
    words: &'w [Word],
}

impl Seen<'_> {
    fn low(&self, i: usize) -> &str {
        self.words.get(i).map_or("", |w| w.low.as_str())
    }

    /// The day that begins at a word, and how many words it takes.
    fn day(&self, i: usize) -> Option<(Day, usize)> {
        self.relative(i)
            .or_else(|| self.span(i))
            .or_else(|| self.date(i))
            .or_else(|| self.week(i))
            .or_else(|| self.weekday(i))
    }

    fn relative(&self, i: usize) -> Option<(Day, usize)> {
        let before = if i == 0 { "" } else { self.low(i - 1) };
        let word = self.low(i);
        let next = (self.low(i + 1), self.low(i + 2), self.low(i + 3));
        Some(match word {
            "vandaag" | "vanmiddag" | "vanavond" | "vanochtend" | "vanmorgen" | "vannacht" | "today"
            | "tonight" | "heute" | "aujourd'hui" => (Day::In(0), 1),
            "ce" | "cet" | "this" if listed(next.0, "soir matin après-midi morning afternoon evening") => {
                (Day::In(0), 2)
            }
            "diezelfde" | "dezelfde" if next.0 == "dag" => (Day::In(0), 2),
            "overmorgen" | "übermorgen" | "après-demain" => (Day::In(2), 1),
            "day" if (next.0, next.1) == ("after", "tomorrow") => (Day::In(2), 3),
            "tomorrow" | "demain" => (Day::In(1), 1),
            "morgen" if !listed(before, NOT_TOMORROW) => (Day::In(1), 1),
            "morgenochtend" | "morgenmiddag" | "morgenavond" | "morgenvroeg" => (Day::In(1), 1),
            "eind" | "einde" | "end" | "ende" | "fin" => return self.end_of(i),
            "weekend" | "wochenende"
                if i > 0 && listed(self.low(i.saturating_sub(2)), "voor before vor avant") =>
            {
                (Day::ThisWeek, 1)
            }
            _ => return None,
        })
    }

    /// "Het einde van de week", "end of day", "Ende nächster Woche", "fin du mois".
    fn end_of(&self, i: usize) -> Option<(Day, usize)> {
        let mut next = false;
        for k in 1..=4 {
            let word = self.low(i + k);
            next |= listed(word, "volgende komende next nächste* kommende* prochain*");
            let day = match word {
                "dag" | "day" | "tages" | "tag" | "journée" | "middag" => Day::In(0),
                "week" | "woche" | "semaine" if next || listed(self.low(i + k + 1), "prochaine") => {
                    Day::NextWeek
                }
                "week" | "woche" | "semaine" | "weekend" => Day::ThisWeek,
                "maand" | "month" | "monats" | "monat" | "mois" => Day::ThisMonth,
                _ if listed(
                    word,
                    "van de het der des the of this deze dieser diese du la de volgende komende next nächste* kommende*",
                ) =>
                {
                    continue;
                }
                _ => return None,
            };
            return Some((day, k + 1));
        }
        None
    }

    fn span(&self, i: usize) -> Option<(Day, usize)> {
        let ahead = listed(self.low(i), WITHIN);
        let mut at = i;
        if ahead {
            at += 1;
            while at < i + 4
                && listed(self.low(at), LINKS)
                && unit(self.low(at + 1), "").is_none()
                && unit(self.low(at), "").is_none()
            {
                at += 1;
            }
        }
        let (mut count, mut len) = self.count(at)?;
        // "3 tot 5", "3 à 5", "3 of 4", "zwei bis drei": the later one.
        if listed(self.low(at + len), "tot to à a bis of or ou oder - en t/m")
            && let Some((to, more)) = self.count(at + len + 1)
        {
            count = to;
            len += 1 + more;
        }
        let mut used = at + len - i;
        let mut word = self.low(at + len).to_owned();
        if listed(&word, "werkbare working business volle full") {
            used += 1;
            word = format!("working {}", self.low(at + len + 1));
        }
        let (unit, more) = unit(&word, self.low(at + len + 1))?;
        // A number of working days is a promise whatever stands before it; other spans may lie behind us.
        if !ahead && unit != Unit::WorkingDays {
            return None;
        }
        Some((Day::Within { count, unit }, used + more))
    }

    fn count(&self, i: usize) -> Option<(u16, usize)> {
        let word = self.low(i);
        let digits = word.rsplit(['-', '–', '/']).next().unwrap_or(word);
        let digits = digits.strip_suffix('h').unwrap_or(digits);
        if let Ok(n) = digits.parse::<u16>() {
            let whole = word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'h'));
            return (n > 0 && n < 400 && whole && word.len() < 8)
                .then_some((n, usize::from(!word.ends_with('h'))));
        }
        const NUMBERS: [&str; 12] = [
            "een één 'n het one a an the ein eine einer einem eines einen un une",
            "twee two zwei deux paar",
            "drie three drei trois",
            "vier four quatre",
            "vijf five fünf cinq",
            "zes six sechs",
            "zeven seven sieben sept",
            "acht eight huit",
            "negen nine neun neuf",
            "tien ten zehn dix",
            "elf eleven onze",
            "twaalf twelve zwölf douze",
        ];
        let n = NUMBERS.iter().position(|list| listed(word, list))?;
        // "Een paar dagen" is no number.
        (word != "paar" && self.low(i + 1) != "paar").then_some((u16::try_from(n).ok()? + 1, 1))
    }

    fn date(&self, i: usize) -> Option<(Day, usize)> {
        let word = self.low(i);
        if let Some(date) = numeric_date(word)
            && unit(self.low(i + 1), self.low(i + 2)).is_none()
        {
            return Some((date, 1));
        }
        let month =
            |word: &str| MONTHS.iter().position(|m| listed(word, m)).and_then(|m| u8::try_from(m + 1).ok());
        let year = |word: &str| word.parse::<i16>().ok().filter(|y| (2000..2100).contains(y));
        if let Some(day) = ordinal(word) {
            let at = if listed(self.low(i + 1), "of") { i + 2 } else { i + 1 };
            let month = month(self.low(at))?;
            let year = year(self.low(at + 1));
            return Some((Day::Date { year, month, day }, at + 1 - i + usize::from(year.is_some())));
        }
        let month = month(word)?;
        let day = ordinal(self.low(i + 1))?;
        let year = year(self.low(i + 2));
        Some((Day::Date { year, month, day }, 2 + usize::from(year.is_some())))
    }

    fn week(&self, i: usize) -> Option<(Day, usize)> {
        let (word, next) = (self.low(i), self.low(i + 1));
        let weeks = "week woche semaine";
        if listed(word, "begin anfang early début") && listed(self.low(i + 2), weeks) {
            return Some((Day::Weekday { day: 1, next_week: true }, 3));
        }
        if listed(word, "volgende next nächste nächster kommende") && listed(next, weeks) {
            return Some(self.named_week(i + 2).map_or((Day::NextWeek, 2), |(day, len)| (day, len + 2)));
        }
        if word == "semaine" && next == "prochaine" {
            return Some((Day::NextWeek, 2));
        }
        if listed(word, "deze this diese dieser cette") && listed(next, weeks) {
            return Some((Day::ThisWeek, 2));
        }
        None
    }

    /// A weekday right after "next week".
    fn named_week(&self, i: usize) -> Option<(Day, usize)> {
        let skip = usize::from(listed(self.low(i), "op on am le"));
        let day = weekday(self.low(i + skip))?;
        Some((Day::Weekday { day, next_week: true }, skip + 1))
    }

    fn weekday(&self, i: usize) -> Option<(Day, usize)> {
        let day = weekday(self.low(i))?;
        // "Maandag t/m vrijdag" says when we are open.
        if listed(self.low(i + 1), "tot t/m tm through to bis à")
            && self.words.iter().skip(i + 2).take(3).any(|w| weekday(&w.low).is_some())
        {
            return None;
        }
        // "Vrijdag 4 december": the date says more.
        let skip = usize::from(listed(self.low(i + 1), "de den the le"));
        if let Some((date, len)) = self.date(i + 1 + skip) {
            return Some((date, 1 + skip + len));
        }
        let after = (self.low(i + 1), self.low(i + 2));
        let next_week = listed(after.0, "volgende next nächste nächster") && listed(after.1, "week woche");
        Some((Day::Weekday { day, next_week }, if next_week { 3 } else { 1 }))
    }

    /// The part of the day near a day, or anywhere when there is none.
    fn hour(&self, near: Option<&Range<usize>>) -> Option<(Hour, Range<usize>)> {
        let span = match near {
            Some(r) => r.start.saturating_sub(4)..r.end + 6,
            None => 0..self.words.len(),
        };
        for i in span {
            if let Some(found) = self.clock(i) {
                return Some(found);
            }
            let part = |list: [&str; 3]| -> Option<Hour> {
                let word = self.low(i);
                let parts = [Hour::Morning, Hour::Afternoon, Hour::Evening];
                list.iter().zip(parts).find(|(list, _)| listed(word, list)).map(|(_, part)| part)
            };
            // These name the day too; the others need one.
            if let Some(part) = part([
                "vanochtend vanmorgen morgenochtend morgenvroeg",
                "vanmiddag morgenmiddag",
                "vanavond morgenavond tonight",
            ]) {
                return Some((part, i..i + 1));
            }
            let compound = weekday(self.low(i)).is_some();
            let ends = |ends: &[&str]| compound && ends.iter().any(|e| self.low(i).ends_with(e));
            if ends(&["ochtend", "morgen", "vormittag"]) {
                return Some((Hour::Morning, i..i + 1));
            }
            if ends(&["nachmittag"]) || (ends(&["middag"]) && !ends(&["vormittag"])) {
                return Some((Hour::Afternoon, i..i + 1));
            }
            if ends(&["avond", "abend"]) && self.low(i) != "sonnabend" {
                return Some((Hour::Evening, i..i + 1));
            }
            if near.is_some()
                && let Some(part) = part([
                    "ochtend ochtends morning vormittag vormittags matin früh",
                    "middag middags afternoon nachmittag nachmittags après-midi",
                    "avond avonds evening abend abends soir",
                ])
            {
                return Some((part, i..i + 1));
            }
        }
        None
    }

    /// "14:00", "14 uur", "3 pm", "um 14 Uhr", "14h30"; of "tussen 9 en 12" the later.
    fn clock(&self, i: usize) -> Option<(Hour, Range<usize>)> {
        let word = self.low(i);
        let before = if i == 0 { "" } else { self.low(i - 1) };
        let next = self.low(i + 1);
        let (digits, half) = match word {
            w if w.ends_with("pm") => (w.trim_end_matches("pm"), 12),
            w if w.ends_with("am") && w.len() > 2 => (w.trim_end_matches("am"), 0),
            w => (w, if listed(next, "pm p.m") { 12 } else { 0 }),
        };
        let marked = digits != word || listed(next, "uur uhr pm am p.m a.m o'clock heures h u");
        let (hour, minute) = match digits.split_once([':', '.', 'h']) {
            Some((h, m)) if m.len() == 2 || (m.is_empty() && digits.ends_with('h')) => {
                (h.parse::<u8>().ok()?, if m.is_empty() { 0 } else { m.parse::<u8>().ok()? })
            }
            Some(_) => return None,
            None => (digits.parse::<u8>().ok()?, 0),
        };
        let colon = digits.contains([':', 'h'])
            || (digits.contains('.') && listed(before, "om voor tussen tot at by um bis vor"));
        let ahead = listed(
            before,
            "om rond voor vóór tegen tot en at before by around um gegen vor bis und avant à vers et uiterlijk",
        );
        // "Binnen 24 uur" is a span, which was looked for before.
        if listed(before, WITHIN) && before != "uiterlijk" || !(marked && ahead || colon) {
            return None;
        }
        let hour = if half == 12 && hour < 12 { hour + 12 } else { hour };
        let later = self.clock_after(i);
        let (hour, minute) = later.unwrap_or((hour, minute));
        // 24:00 is the end of the day, the last minute of it here.
        let (hour, minute) = if hour == 24 { (23, 59) } else { (hour, minute) };
        (hour < 24 && minute < 60)
            .then(|| (Hour::At { hour, minute }, i..i + 1 + usize::from(marked && digits == word)))
    }

    /// The second of two times: "9:00 tot 12:00".
    fn clock_after(&self, i: usize) -> Option<(u8, u8)> {
        let at = (i + 1..i + 4).find(|at| listed(self.low(*at), "tot en to and bis und et à -"))?;
        let word = self.low(at + 1);
        let (h, m) = word.split_once([':', '.', 'h']).unwrap_or((word, "0"));
        let (h, m) = (h.parse::<u8>().ok()?, if m.is_empty() { 0 } else { m.parse::<u8>().ok()? });
        (h <= 24 && m < 60).then_some((h, m))
    }
}

fn weekday(word: &str) -> Option<u8> {
    DAYS.iter().position(|d| listed(word, d)).and_then(|d| u8::try_from(d).ok())
}

/// `12`, `12th`, `1er`, `3e` as the day of a month.
fn ordinal(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = word.get(digits.len()..).unwrap_or_default();
    let day: u8 = digits.parse().ok()?;
    ((1..=31).contains(&day) && matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "e" | "de" | "ste"))
        .then_some(day)
}

/// `12-03-2026`, `12/3`, `12.03`, `2026-03-12`.
fn numeric_date(word: &str) -> Option<Day> {
    let mark = word.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let parts: Vec<i16> = word.split(mark).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if *y >= 2000 => (Some(*y), *m, *d),
        [d, m, y] => (Some(if *y < 100 { 2000 + *y } else { *y }), *m, *d),
        // "24/7" is always, "3-5" is a span, "9/10" a mark, "12.5" a number.
        [d, m] if word != "24/7" && (word.len() >= 4 || *d > 12) && *d != *m - 1 => (None, *m, *d),
        _ => return None,
    };
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Day::Date { year, month, day })
}

/// The unit of a span, and how many words it takes.
fn unit(word: &str, next: &str) -> Option<(Unit, usize)> {
    let working = listed(next, "ouvrés ouvrables ouvré ouvrable");
    let unit = match word {
        "minuut" | "minuten" | "minutes" | "minute" | "min" => Unit::Minutes,
        "uur" | "uren" | "hour" | "hours" | "hrs" | "stunde" | "stunden" | "heure" | "heures" | "48h"
        | "24h" => Unit::Hours,
        "werkdag" | "werkdagen" | "werktag" | "werktage" | "werktagen" | "werktags" | "arbeitstag"
        | "arbeitstage" | "arbeitstagen" | "working day" | "working days" | "working dagen" | "workdays" => {
            Unit::WorkingDays
        }
        "jour" | "jours" if working => return Some((Unit::WorkingDays, 2)),
        "dag" | "dagen" | "day" | "days" | "tag" | "tage" | "tagen" | "tages" | "jour" | "jours" => {
            Unit::Days
        }
        "week" | "weken" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" => Unit::Weeks,
        "maand" | "maanden" | "month" | "months" | "monat" | "monats" | "monate" | "monaten" | "mois" => {
            Unit::Months
        }
        w if w.len() > 1
            && w.ends_with('h')
            && w.trim_end_matches('h').bytes().all(|b| b.is_ascii_digit()) =>
        {
            Unit::Hours
        }
        _ => return None,
    };
    Some((unit, 1))
}
