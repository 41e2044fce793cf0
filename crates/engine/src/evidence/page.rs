//! The evidence as one page that stands alone: no script, nothing fetched, every text escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gehoor_domain::case::{ClockState, PromiseState, Voice, What};
use gehoor_domain::event::{Actor, Shift};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::{EventFile, Evidence, PostFile, TextFile, names, words};

const OPEN: &str = "<script type=\"application/json\" id=\"signed\">";
const CLOSE: &str = "</script>";
const STYLE: &str = "body{font:15px/22px system-ui,sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#1d2327}\
h1{font-size:22px}h2{font-size:17px;border-bottom:1px solid #e4dfd8;margin-top:2em}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:4px 8px 4px 0;border-bottom:1px solid #e4dfd8}\
td.t{white-space:nowrap}@media(max-width:40em){td.t{white-space:normal}}\
blockquote{margin:8px 0;padding:8px 12px;border-left:3px solid #0b6e6e;white-space:pre-wrap;overflow-wrap:anywhere}\
.q{color:#56606a}code{overflow-wrap:anywhere;font-size:12px}";

/// The page of a signed file (`json`), the same for the same file.
#[must_use]
pub fn html(evidence: &Evidence, json: &str) -> String {
    let page = Page {
        zone: TimeZone::get(&evidence.zone).unwrap_or(TimeZone::UTC),
        dutch: evidence.lang != "en",
        // The page of an older file is made as it was then, or it would not be taken for ours.
        first_form: evidence.version < 2,
        names: &evidence.names,
    };
    page.write(evidence, json)
}

/// What is signed within a page; none when it is no page of ours.
#[must_use]
pub fn signed_part(file: &str) -> Option<&str> {
    let (_, rest) = file.split_once(OPEN)?;
    rest.split_once(CLOSE).map(|(json, _)| json)
}

struct Page<'a> {
    zone: TimeZone,
    dutch: bool,
    first_form: bool,
    names: &'a BTreeMap<String, String>,
}

impl Page<'_> {
    /// The name of what has this key, or its id.
    fn named(&self, key: &str, id: &str) -> String {
        self.names.get(key).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn say<'a>(&self, nl: &'a str, en: &'a str) -> &'a str {
        if self.dutch { nl } else { en }
    }

    fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    fn may_be(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "–".to_owned(), |at| self.time(at))
    }

    fn write(&self, e: &Evidence, json: &str) -> String {
        let lang = self.say("nl", "en");
        let title =
            format!("{} {} · {}", self.say("Dossier van zaak", "Evidence of case"), e.case, esc(&e.brand));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        );
        let made = format!(
            "{} {}",
            self.time(e.made),
            esc(&self.named(&names::user(&e.made_by), e.made_by.as_str()))
        );
        let mut facts = vec![
            (self.say("Gemaakt", "Made"), made),
            (self.say("Stand", "State"), self.word(&e.state)),
            (self.say("Geopend", "Opened"), self.time(e.opened)),
            (self.say("Gesloten", "Closed"), self.may_be(e.closed)),
            (self.say("Team", "Team"), esc(&e.team)),
        ];
        if let Some(outcome) = e.outcome {
            facts.push((
                self.say(if self.first_form { "Afloop" } else { "Uitkomst" }, "Outcome"),
                self.word(&outcome),
            ));
        }
        if let Some(place) = &e.place {
            facts.push((self.say("Winkel", "Shop"), esc(place)));
        }
        out.push_str(&rows(facts));
        self.section(&mut out, self.say("Berichten", "Posts"));
        for post in &e.posts {
            self.post(&mut out, post);
        }
        if !e.promises.is_empty() {
            self.section(&mut out, self.say("Beloften", "Promises"));
            let mut table = String::new();
            for promise in &e.promises {
                let how = match &promise.state {
                    PromiseState::Kept { at, proof, .. } => {
                        format!("{} {}: {}", self.say("nagekomen", "kept"), self.time(*at), esc(proof))
                    }
                    PromiseState::Missed { at } => {
                        format!("{} {}", self.say("gemist", "missed"), self.time(*at))
                    }
                    PromiseState::Withdrawn { at, reason, .. } => {
                        format!(
                            "{} {}: {}",
                            self.say("ingetrokken", "withdrawn"),
                            self.time(*at),
                            esc(reason)
                        )
                    }
                    PromiseState::Open => self.say("staat open", "stands").to_owned(),
                };
                let _ = writeln!(
                    table,
                    "<tr><td>{}</td><td>{} {}</td><td>{how}</td></tr>",
                    esc(&promise.what),
                    self.say("uiterlijk", "by"),
                    self.time(promise.due)
                );
            }
            let _ = write!(out, "<table>{table}</table>");
        }
        self.section(&mut out, self.say("Klokken", "Clocks"));
        let mut table = String::new();
        for clock in &e.clocks {
            let (state, at) = match clock.state {
                ClockState::Running => (self.say("loopt", "runs"), None),
                ClockState::Paused(at) => (self.say("staat stil sinds", "stands still since"), Some(at)),
                ClockState::Done(at) => (self.say("klaar", "done"), Some(at)),
                ClockState::Dropped(at) => (self.say("vervallen", "dropped"), Some(at)),
            };
            let at = at.map(|at| self.time(at)).unwrap_or_default();
            let _ = writeln!(
                table,
                "<tr><td>{}</td><td>{}</td><td>{} {}</td><td>{state} {at}</td></tr>",
                esc(&words::value(clock.kind.as_str(), self.dutch)),
                self.time(clock.started),
                self.say("uiterlijk", "by"),
                self.time(clock.red_at)
            );
        }
        let _ = write!(out, "<table>{table}</table>");
        self.section(&mut out, self.say("Gebeurtenissen", "Events"));
        out.push_str("<table>");
        for event in &e.events {
            self.event(&mut out, event);
        }
        out.push_str("</table>");
        self.section(&mut out, self.say("Herkomst", "Origin"));
        let _ = write!(
            out,
            "<p class=\"q\">{}</p><table>",
            self.say(
                "De regels van het journaal waaruit dit dossier is gemaakt, met hun schakel van de hash-keten. Controleer \
                 dit bestand met: gehoor evidence verify BESTAND",
                "The entries of the journal that this file was made from, with their link of the hash chain. Check this \
                 file with: gehoor evidence verify FILE"
            )
        );
        for link in &e.journal {
            let hash = link.hash.as_deref().map_or_else(|| "–".to_owned(), esc);
            let _ = writeln!(out, "<tr><td>{}</td><td><code>{hash}</code></td></tr>", link.entry);
        }
        let _ = write!(out, "</table>\n{OPEN}{json}{CLOSE}\n</body></html>\n");
        out
    }

    fn section(&self, out: &mut String, title: &str) {
        let _ = write!(out, "\n<h2>{title}</h2>\n");
    }

    fn post(&self, out: &mut String, post: &PostFile) {
        let voice = match post.voice {
            Voice::Customer => self.say("klant", "customer"),
            Voice::Us => self.say("wij", "we"),
            Voice::Bystander => self.say("ander", "somebody else"),
        };
        let _ = writeln!(
            out,
            "<h3>{} <span class=\"q\">({voice}, {})</span></h3><p class=\"q\">{} {} · {} {}</p>",
            esc(&post.author),
            esc(&post.source),
            self.say("geplaatst", "published"),
            self.time(post.published),
            self.say("gezien", "seen"),
            self.time(post.seen)
        );
        if let Some(link) = &post.permalink {
            // As text: a link that a customer wrote is not to be followed from here.
            let _ = writeln!(out, "<p class=\"q\"><code>{}</code></p>", esc(link));
        }
        for text in &post.texts {
            self.text(out, text, post.withdrawn.is_some());
        }
        if let Some(at) = post.withdrawn {
            let gone = self.say("Verwijderd op het platform, gezien", "Taken down on the platform, seen");
            let _ = writeln!(out, "<p><strong>{gone} {}</strong></p>", self.time(at));
        }
    }

    fn text(&self, out: &mut String, text: &TextFile, gone: bool) {
        let (from, until) = if gone { ("<s>", "</s>") } else { ("", "") };
        let title =
            text.title.as_deref().map(|t| format!("<strong>{}</strong>\n", esc(t))).unwrap_or_default();
        let mut about = format!("{} {}", self.say("tekst", "text"), text.revision);
        if let Some(at) = text.edited.filter(|_| text.revision > 1) {
            let _ = write!(about, ", {} {}", self.say("gewijzigd", "edited"), self.time(at));
        }
        if let Some(stars) = text.stars {
            let _ = write!(about, " · {}/{}", stars.value, stars.best);
        }
        match text.entry {
            Some(entry) => {
                let _ = write!(about, " · {} {entry}", self.say("journaal", "journal"));
            }
            None => about.push_str(
                self.say(" · niet meer in het journaal gevonden", " · not found in the journal any more"),
            ),
        }
        let _ = writeln!(
            out,
            "<blockquote dir=\"auto\">{from}{title}{}{until}</blockquote><p class=\"q\">{about}</p>",
            esc(&text.text)
        );
    }

    fn event(&self, out: &mut String, line: &EventFile) {
        let by = match &line.event.by {
            Actor::User(id) => self.named(&names::user(id), id.as_str()),
            Actor::Outlet(id) => self.named(&names::outlet(id), id.as_str()),
            Actor::Gehoor => "Gehoor".to_owned(),
        };
        let mut what = serde_json::to_value(&line.event.what).unwrap_or_default();
        let kind = words::kind(&what.get("kind").map(plain).unwrap_or_default(), self.dutch);
        let mut facts = Vec::new();
        if let Some(object) = what.as_object_mut() {
            for (name, value) in object.iter().filter(|(name, _)| *name != "kind") {
                let value = match (name.as_str(), plain(value)) {
                    ("due" | "until", at) => at.parse().map_or(at, |at| self.time(at)),
                    (name, text) if self.first_form => words::of_fact(name, text, self.dutch),
                    (name, text) => match self.fact(&line.event.what, name) {
                        Some(said) => said,
                        None => words::of_fact(name, text, self.dutch),
                    },
                };
                if !value.is_empty() {
                    let name = if name == "outcome" && !self.first_form {
                        self.say("uitkomst", "outcome").to_owned()
                    } else {
                        words::fact(name, self.dutch)
                    };
                    facts.push(format!("{}: {}", esc(&name), esc(&value)));
                }
            }
        }
        let _ = writeln!(
            out,
            "<tr><td class=\"q\">{}</td><td class=\"t\">{}</td><td>{}</td><td>{}</td></tr>",
            line.number,
            self.time(line.event.at),
            esc(&by),
            [vec![format!("<strong>{}</strong>", esc(&kind))], facts].concat().join("<br>")
        );
    }

    /// What people read for a fact that is an id or a list.
    fn fact(&self, what: &What, name: &str) -> Option<String> {
        Some(match (what, name) {
            (What::Assigned { to: Some(id) }, "to") => self.named(&names::user(id), id.as_str()),
            (What::HandedOver { to: id, .. }, "to") | (What::Returned { from: id, .. }, "from") => {
                self.named(&names::team(id), id.as_str())
            }
            (What::Located { location: Some(id) }, "location") => {
                self.named(&names::location(id), id.as_str())
            }
            (What::TicketOpened { outlet: id, .. } | What::TicketChanged { outlet: id, .. }, "outlet") => {
                self.named(&names::outlet(id), id.as_str())
            }
            (What::Corrected { fields }, "fields") => {
                let fields: Vec<String> = fields.iter().map(|f| words::field(f, self.dutch)).collect();
                fields.join(", ")
            }
            (What::Reassessed { changed, .. }, "changed") => {
                let said = |s: &Shift| {
                    let [from, to] = [&s.from, &s.to].map(|label| words::label(label, self.dutch));
                    format!("{}: {from} → {to}", words::field(&s.field, self.dutch))
                };
                changed.iter().map(said).collect::<Vec<_>>().join("; ")
            }
            (What::SplitOff { mentions, .. } | What::MergedIn { mentions, .. }, "mentions") => {
                mentions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
            _ => return None,
        })
    }

    fn word(&self, value: &impl Serialize) -> String {
        let name = serde_json::to_value(value).map(|v| plain(&v)).unwrap_or_default();
        esc(&words::value(&name, self.dutch))
    }
}

fn rows(facts: Vec<(&str, String)>) -> String {
    let lines: Vec<String> =
        facts.into_iter().map(|(name, value)| format!("<tr><th>{name}</th><td>{value}</td></tr>")).collect();
    format!("<table>{}</table>", lines.join("\n"))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Everything that means something in HTML, and what turns the direction of text.
fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c if c.is_control() && c != '\n' && c != '\t' => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
