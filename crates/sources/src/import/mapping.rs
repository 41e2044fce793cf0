//! Which column holds what.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Draft, Reach};
use jiff::Timestamp;

use super::{ImportError, Options, RowProblem};
use crate::item;
use crate::raw::{self, rating, when, words};

/// The fields that a row can fill, each with the headers by which it is guessed (Dutch and English, small letters,
/// without spaces and signs). The first is the name of the field.
pub const FIELDS: [(&str, &[&str]); 24] = [
    (
        "external_id",
        &["externalid", "id", "reviewid", "postid", "messageid", "berichtid", "reviewnummer", "uuid"],
    ),
    ("url", &["url", "link", "permalink", "webadres", "reviewurl", "posturl"]),
    ("title", &["title", "titel", "onderwerp", "subject", "headline", "kop", "reviewtitle", "reviewtitel"]),
    (
        "text",
        &[
            "text",
            "tekst",
            "reviewtext",
            "reviewtekst",
            "reviewbody",
            "review",
            "bericht",
            "message",
            "content",
            "inhoud",
            "body",
            "klacht",
            "toelichting",
            "opmerking",
            "opmerkingen",
            "comment",
            "feedback",
            "reactie",
            "omschrijving",
            "description",
        ],
    ),
    ("lang", &["lang", "language", "taal", "reviewerlanguage"]),
    ("author_id", &["authorid", "userid", "reviewerid", "customerid", "klantnummer", "gebruikersid"]),
    (
        "author_name",
        &[
            "authorname",
            "author",
            "auteur",
            "naam",
            "name",
            "klantnaam",
            "klant",
            "reviewer",
            "reviewername",
            "gebruiker",
            "user",
            "afzender",
            "displayname",
            "from",
            "customer",
        ],
    ),
    ("author_handle", &["authorhandle", "handle", "username", "gebruikersnaam", "screenname", "account"]),
    ("author_url", &["authorurl", "profileurl", "profiel", "authorlink"]),
    (
        "created_at",
        &[
            "createdat",
            "datepublished",
            "publishedat",
            "published",
            "date",
            "datum",
            "datumtijd",
            "timestamp",
            "reviewdate",
            "reviewdatum",
            "geplaatst",
            "geplaatstop",
            "aangemaakt",
            "tijdstip",
            "created",
            "time",
            "reviewsubmitdateandtime",
            "datetime",
        ],
    ),
    (
        "edited_at",
        &["editedat", "datemodified", "updatedat", "modified", "gewijzigd", "reviewlastupdatedateandtime"],
    ),
    (
        "rating",
        &[
            "rating",
            "ratingvalue",
            "stars",
            "sterren",
            "score",
            "cijfer",
            "rapportcijfer",
            "beoordeling",
            "waardering",
            "starrating",
        ],
    ),
    ("best", &["best", "bestrating", "ratingbest", "maxrating"]),
    ("worst", &["worst", "worstrating", "ratingworst", "minrating"]),
    (
        "unit",
        &[
            "unit",
            "location",
            "locatie",
            "vestiging",
            "winkel",
            "filiaal",
            "store",
            "shop",
            "storecode",
            "branch",
        ],
    ),
    ("place_name", &["placename", "locationname", "winkelnaam", "vestigingsnaam", "storename"]),
    ("thread", &["thread", "threadid", "conversation", "conversationid", "gesprek"]),
    ("in_reply_to", &["inreplyto", "replyto", "parentid", "antwoordop"]),
    ("kind", &["kind", "channel", "kanaal", "soort"]),
    ("followers", &["followers", "reachfollowers", "followerscount", "volgers"]),
    ("likes", &["likes", "reachlikes", "likecount", "favourites", "vindikleuks"]),
    ("shares", &["shares", "reachshares", "sharecount", "retweets", "reblogs", "gedeeld"]),
    ("replies", &["replies", "reachreplies", "replycount", "reacties"]),
    ("deleted", &["deleted", "verwijderd", "withdrawn"]),
];

/// Columns that were named for fields; the others are guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<&'static str, String>);

impl Mapping {
    /// Reads `field=column` pairs. `field=` says that no column holds it.
    ///
    /// # Errors
    /// [`ImportError::NoPair`], or [`ImportError::NoField`] with the nearest field.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = &'a str>) -> Result<Self, ImportError> {
        let mut mapping = BTreeMap::new();
        for pair in pairs {
            let (field, column) = pair.split_once('=').ok_or_else(|| ImportError::NoPair(pair.to_owned()))?;
            let field = field.trim();
            let known = FIELDS.iter().map(|(name, _)| *name);
            let Some(name) = known.clone().find(|name| *name == field) else {
                let nearest = nearest(field, known.clone());
                let fields = known.collect::<Vec<_>>().join(", ");
                return Err(ImportError::NoField { field: field.to_owned(), nearest, fields });
            };
            mapping.insert(name, column.trim().to_owned());
        }
        Ok(Self(mapping))
    }

    /// Finds the column of every field.
    pub(super) fn resolve<S: AsRef<str>>(&self, headers: &[S]) -> Result<Columns, ImportError> {
        let plain: Vec<String> = headers.iter().map(|h| plain(h.as_ref())).collect();
        let all = || headers.iter().map(|h| h.as_ref().trim()).collect::<Vec<_>>().join(", ");
        let mut columns = Columns::default();
        for (field, column) in &self.0 {
            if column.is_empty() {
                continue;
            }
            let exact = headers.iter().position(|h| h.as_ref().trim() == column);
            let Some(at) = exact.or_else(|| plain.iter().position(|h| *h == self::plain(column))) else {
                let nearest = nearest(column, headers.iter().map(AsRef::as_ref));
                return Err(ImportError::NoColumn { field, column: column.clone(), nearest, columns: all() });
            };
            columns.0.insert(field, at);
        }
        for (field, names) in FIELDS {
            if self.0.contains_key(field) {
                continue;
            }
            // The order of the names is the order of preference: `text` before `description`.
            let guess = names.iter().find_map(|name| {
                plain
                    .iter()
                    .enumerate()
                    .position(|(at, h)| h == name && !columns.0.values().any(|used| *used == at))
            });
            if let Some(at) = guess {
                columns.0.insert(field, at);
            }
        }
        if !["text", "title", "rating", "deleted"].iter().any(|f| columns.0.contains_key(f)) {
            return Err(ImportError::NoText(all()));
        }
        Ok(columns)
    }
}

/// Small letters and digits only: `Created at`, `created_at` and `author.name` become comparable.
fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn nearest<'a>(to: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let scored = names.into_iter().map(|name| (strsim::jaro_winkler(&plain(to), &plain(name)), name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.7).then(|| best.1.trim().to_owned())
}

/// The column of each field that has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    /// Field and column, for people.
    pub(super) fn named<S: AsRef<str>>(&self, headers: &[S]) -> Vec<(&'static str, String)> {
        let name = |at: usize| headers.get(at).map(|h| h.as_ref().trim().to_owned()).unwrap_or_default();
        self.0.iter().map(|(field, at)| (*field, name(*at))).collect()
    }

    /// One row as a draft; `value` gives the text of a column.
    pub(super) fn draft<'a>(
        &self,
        value: impl Fn(usize) -> Option<&'a str>,
        options: &Options,
    ) -> Result<Draft, RowProblem> {
        let get = |field: &str| {
            let text = self.0.get(field).and_then(|at| value(*at))?.trim();
            (!text.is_empty()).then_some(text)
        };
        let problem = |reason: &str| RowProblem { reason: reason.to_owned() };
        let number = |field: &str| match get(field) {
            None => Ok(None),
            Some(text) => match rating::number(text) {
                Some(number) => Ok(Some(number)),
                None => Err(problem(&format!("the value of `{field}` is no number"))),
            },
        };
        let count = |field: &str| -> Result<u64, RowProblem> {
            let digits: String =
                get(field).unwrap_or("0").chars().filter(|c| !matches!(c, '.' | ',' | ' ')).collect();
            digits.parse().map_err(|_| problem(&format!("the value of `{field}` is no whole number")))
        };
        let best = number("best")?.or(options.best);
        let worst = number("worst")?.or(options.worst);
        let stars = match get("rating") {
            None => None,
            Some(text) => Some(rating::stars(text, best, worst).ok_or_else(|| {
                problem("the rating is no number within its scale: give the scale with --best and --worst")
            })?),
        };
        let channel = match get("kind") {
            None => None,
            Some(kind) => {
                Some(item::channel(kind).ok_or_else(|| problem("the kind is no channel that is known"))?)
            }
        };
        let text = get("text").map(words::maybe_html).unwrap_or_default();
        let title = get("title").and_then(words::line);
        let withdrawn =
            get("deleted").is_some_and(|t| matches!(&*plain(t), "1" | "true" | "yes" | "ja" | "waar"));
        if text.is_empty() && title.is_none() && stars.is_none() && !withdrawn {
            return Err(problem("there is neither text nor rating"));
        }
        let handle = get("author_handle").map(|h| h.trim_start_matches('@').to_owned());
        let mut place = get("unit").map(item::place);
        if let Some(name) = get("place_name").or_else(|| get("unit")).and_then(words::line) {
            place.get_or_insert_default().name = Some(name);
        }
        let mut draft = Draft {
            permalink: get("url").and_then(|u| raw::link(u, None)),
            author_id: get("author_id").map(str::to_owned).or_else(|| handle.clone()),
            author_name: get("author_name").and_then(words::line),
            author_handle: handle,
            author_url: get("author_url").and_then(|u| raw::link(u, None)),
            channel,
            title,
            text,
            lang: get("lang").and_then(words::lang),
            published: date(get("created_at"), "created_at", options)?,
            edited: date(get("edited_at"), "edited_at", options)?,
            stars,
            thread: get("thread").map(str::to_owned),
            in_reply_to: get("in_reply_to").map(str::to_owned),
            reach: Reach {
                followers: count("followers")?,
                likes: count("likes")?,
                shares: count("shares")?,
                replies: count("replies")?,
            },
            place,
            withdrawn,
            ..Draft::default()
        };
        draft.external_id = match get("external_id") {
            Some(id) => id.to_owned(),
            None => name_of(&draft),
        };
        Ok(draft)
    }
}

/// What tells a row apart that has no id. Counts and edits stay out: they change while the post is the same.
fn name_of(draft: &Draft) -> String {
    let field = |text: &Option<String>| text.clone().unwrap_or_default();
    let stars = draft.stars.map(|s| s.value.to_string()).unwrap_or_default();
    let at = draft.published.map(|t| t.to_string()).unwrap_or_default();
    let place =
        draft.place.as_ref().and_then(|p| p.id.clone().or_else(|| p.name.clone())).unwrap_or_default();
    let who = draft.author_id.clone().unwrap_or_else(|| field(&draft.author_name));
    let link = field(&draft.permalink);
    let title = field(&draft.title);
    let parts = [who.as_str(), &at, &title, &draft.text, &stars, &place, &link];
    format!("row:{}", raw::digest(parts))
}

/// A date by the form that was given, else by what needs no guess.
fn date(text: Option<&str>, field: &str, options: &Options) -> Result<Option<Timestamp>, RowProblem> {
    let Some(text) = text else { return Ok(None) };
    let by_form = options.date_format.as_deref().and_then(|form| {
        let parsed = jiff::fmt::strtime::parse(form, text).ok()?;
        let civil = || parsed.to_datetime().ok().or_else(|| Some(parsed.to_date().ok()?.at(0, 0, 0, 0)));
        parsed.to_timestamp().ok().or_else(|| options.zone.to_timestamp(civil()?).ok())
    });
    match by_form.or_else(|| when::in_zone(text, &options.zone)) {
        Some(at) => Ok(Some(at)),
        None => Err(RowProblem {
            reason: format!(
                "the date in `{field}` is not ISO 8601: give its form with --date-format, such as %d-%m-%Y"
            ),
        }),
    }
}
