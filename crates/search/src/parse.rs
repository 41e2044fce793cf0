//! Reads the search field: words (all of them), `"phrase"`, `"near words"~5`, OR, NOT or `-word`, parentheses,
//! `prefix*` and `field:value`. Operators are upper case, in English or Dutch (EN, OF, NIET).
//!
//! It is a small reader of our own, because it has to be safe with whatever is pasted into it, to have limits,
//! and to say what is wrong and where.

use gehoor_domain::assessment::{Intent, Lang, Sentiment, Severity, Signal};
use gehoor_domain::ids::{LocationId, SourceId};
use gehoor_domain::mention::Channel;

use crate::ask::{Ask, BadQuery, FIELDS, Property, Wrong};
use crate::doc::centi;
use crate::lex::{Placed, Sign, is_name, signs};
use crate::words::Analyzers;

/// Longest query, in characters.
pub const MAX_CHARS: usize = 4_000;
/// Most words in a query.
pub const MAX_WORDS: usize = 200;
/// Most parentheses or NOTs within each other.
pub const MAX_DEPTH: usize = 20;

/// Reads a query; `None` when it is blank, which asks for everything.
///
/// # Errors
/// [`BadQuery`] says what is wrong and where.
pub(crate) fn parse(text: &str) -> Result<Option<Ask>, BadQuery> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(BadQuery { at: MAX_CHARS + 1, what: Wrong::TooLong { max: MAX_CHARS } });
    }
    let signs = signs(text)?;
    if signs.is_empty() {
        return Err(BadQuery { at: 1, what: Wrong::NoWord });
    }
    let mut reader = Reader { signs: &signs, next: 0, words: 0, analyzers: Analyzers::new() };
    let ask = reader.any(0)?;
    match reader.peek() {
        None => Ok(Some(ask)),
        // only a closing parenthesis ends `any` before the end
        Some(stray) => Err(BadQuery { at: stray.at, what: Wrong::StrayParenthesis }),
    }
}

struct Reader<'a> {
    signs: &'a [Placed],
    next: usize,
    words: usize,
    analyzers: Analyzers,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Placed> {
        self.signs.get(self.next)
    }

    /// `a OR b OR c`; OR binds less than AND.
    fn any(&mut self, depth: usize) -> Result<Ask, BadQuery> {
        let mut parts = vec![self.all(depth)?];
        while self.peek().is_some_and(|p| p.sign == Sign::Or) {
            self.next += 1;
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Ask::Any))
    }

    /// `a b AND c`.
    fn all(&mut self, depth: usize) -> Result<Ask, BadQuery> {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                Some(Placed { sign: Sign::And, .. }) if !parts.is_empty() => {
                    self.next += 1;
                    parts.push(self.single(depth)?);
                }
                Some(Placed { sign: Sign::Or | Sign::Close, .. }) | None if !parts.is_empty() => break,
                _ => parts.push(self.single(depth)?),
            }
        }
        Ok(one_or(parts, Ask::All))
    }

    /// One word, quote, field, parenthesis, or the opposite of one.
    fn single(&mut self, depth: usize) -> Result<Ask, BadQuery> {
        let Some(placed) = self.peek() else { return Err(self.dangling()) };
        let at = placed.at;
        if depth > MAX_DEPTH {
            return Err(BadQuery { at, what: Wrong::TooDeep { max: MAX_DEPTH } });
        }
        match &placed.sign {
            Sign::And | Sign::Or | Sign::Close => Err(self.dangling()),
            Sign::Not | Sign::Minus => {
                self.next += 1;
                Ok(Ask::Not(Box::new(self.single(depth + 1)?)))
            }
            Sign::Open => {
                self.next += 1;
                if self.peek().is_some_and(|p| p.sign == Sign::Close) {
                    return Err(BadQuery { at, what: Wrong::NoWord });
                }
                let inner = self.any(depth + 1)?;
                if self.peek().is_none() {
                    return Err(BadQuery { at, what: Wrong::OpenParenthesis });
                }
                self.next += 1;
                Ok(inner)
            }
            Sign::Word(text) => {
                self.next += 1;
                self.word(at, text)
            }
            Sign::Quoted(text, distance) => {
                self.next += 1;
                self.count(at, text)?;
                Ok(match distance {
                    None => Ask::Phrase(text.clone()),
                    Some(distance) => Ask::Near(text.clone(), *distance),
                })
            }
            Sign::Field(name) => {
                self.next += 1;
                let value = match self.peek() {
                    Some(Placed { sign: Sign::Quoted(text, None), .. }) => text.as_str(),
                    _ => return Err(BadQuery { at, what: Wrong::NoValue(name.clone()) }),
                };
                self.next += 1;
                self.count(at, value)?;
                property(at, name, value).map(Ask::Field)
            }
        }
    }

    fn word(&mut self, at: usize, text: &str) -> Result<Ask, BadQuery> {
        let words = self.count(at, text)?;
        if let Some((name, value)) = text.split_once(':')
            && is_name(name)
            && !value.starts_with("//")
        {
            if !value.is_empty() {
                return property(at, name, value).map(Ask::Field);
            }
            // "Let op:" is text, "author:" is a mistake
            if FIELDS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(BadQuery { at, what: Wrong::NoValue(name.to_owned()) });
            }
        }
        let Some(stem) = text.strip_suffix('*') else { return Ok(Ask::Word(text.to_owned())) };
        if words != 1 || stem.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Err(BadQuery { at, what: Wrong::BadPrefix });
        }
        Ok(Ask::Prefix(stem.to_owned()))
    }

    /// Counts the words of a text against the limit, and says how many it has.
    fn count(&mut self, at: usize, text: &str) -> Result<usize, BadQuery> {
        let words = self.analyzers.plain(text).len();
        self.words += words;
        if self.words > MAX_WORDS {
            return Err(BadQuery { at, what: Wrong::TooManyWords { max: MAX_WORDS } });
        }
        Ok(words)
    }

    /// The operator that has nothing to stand by: the one here, or the last one.
    fn dangling(&self) -> BadQuery {
        let blamed = self.peek().or_else(|| self.signs.last());
        let at = blamed.map_or(1, |p| p.at);
        let name = match blamed.map(|p| &p.sign) {
            Some(Sign::And) => "AND",
            Some(Sign::Or) => "OR",
            Some(Sign::Not | Sign::Minus) => "NOT",
            Some(Sign::Open) => return BadQuery { at, what: Wrong::OpenParenthesis },
            Some(Sign::Close) if self.next == 0 => return BadQuery { at, what: Wrong::StrayParenthesis },
            _ => return self.blame_before(at),
        };
        BadQuery { at, what: Wrong::Dangling(name.to_owned()) }
    }

    /// `(a OR )`: the sign here is fine, the operator before it is not.
    fn blame_before(&self, at: usize) -> BadQuery {
        let before = self.next.checked_sub(1).and_then(|last| self.signs.get(last));
        let (at, name) = match before {
            Some(Placed { at, sign: Sign::And }) => (*at, "AND"),
            Some(Placed { at, sign: Sign::Or }) => (*at, "OR"),
            Some(Placed { at, sign: Sign::Not | Sign::Minus }) => (*at, "NOT"),
            _ => return BadQuery { at, what: Wrong::StrayParenthesis },
        };
        BadQuery { at, what: Wrong::Dangling(name.to_owned()) }
    }
}

fn one_or(mut parts: Vec<Ask>, many: fn(Vec<Ask>) -> Ask) -> Ask {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

/// Reads `name:value`.
fn property(at: usize, name: &str, value: &str) -> Result<Property, BadQuery> {
    let field = name.to_ascii_lowercase();
    let low = value.to_lowercase();
    let bad = |allowed: String| BadQuery {
        at,
        what: Wrong::BadValue { field: field.clone(), value: value.to_owned(), allowed },
    };
    let names = || bad("a name of small letters, digits, `-`, `_` and `.`".to_owned());
    Ok(match field.as_str() {
        "author" => Property::Author(value.trim_start_matches('@').to_owned()),
        "topic" => Property::Topic(low),
        "source" => Property::Source(SourceId::parse(&low).map_err(|_| names())?),
        "location" => Property::Location(LocationId::parse(&low).map_err(|_| names())?),
        "channel" => Property::Channel(
            Channel::parse(&low).ok_or_else(|| bad(Channel::ALL.map(Channel::as_str).join(", ")))?,
        ),
        "lang" => Property::Lang(Lang::parse(&low).ok_or_else(|| bad(labels(Lang::ALL, |l| l.as_str())))?),
        "stars" => {
            let (from, to) = stars(&low)
                .ok_or_else(|| bad("a number from 1 to 5, or a range such as `1..2` or `4..`".to_owned()))?;
            Property::Stars(from, to)
        }
        "severity" => Property::Severity(
            low.parse().ok().and_then(Severity::new).ok_or_else(|| bad("0, 1, 2 or 3".to_owned()))?,
        ),
        "sentiment" => Property::Sentiment(
            Sentiment::parse(&low).ok_or_else(|| bad(labels(Sentiment::ALL, |l| l.as_str())))?,
        ),
        "intent" => {
            Property::Intent(Intent::parse(&low).ok_or_else(|| bad(labels(Intent::ALL, |l| l.as_str())))?)
        }
        "signal" => {
            Property::Signal(Signal::parse(&low).ok_or_else(|| bad(labels(Signal::ALL, |l| l.as_str())))?)
        }
        _ => return Err(BadQuery { at, what: Wrong::UnknownField(name.to_owned()) }),
    })
}

fn labels<L: Copy>(all: &[L], name: fn(L) -> &'static str) -> String {
    all.iter().map(|label| name(*label)).collect::<Vec<_>>().join(", ")
}

/// `2`, `1..2`, `..2` or `4..`, as hundredths.
fn stars(text: &str) -> Option<(u64, u64)> {
    let number = |part: &str| part.parse().ok().filter(|n: &f64| (0.0..=5.0).contains(n)).map(centi);
    let Some((from, to)) = text.split_once("..") else {
        return number(text).map(|exact| (exact, exact));
    };
    let low = if from.is_empty() { 0 } else { number(from)? };
    let high = if to.is_empty() { centi(5.0) } else { number(to)? };
    (low <= high && !(from.is_empty() && to.is_empty())).then_some((low, high))
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
