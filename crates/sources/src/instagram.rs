//! Instagram: comments under our own posts, or posts in which we are tagged.
//!
//! See [`crate::meta`] for the interface. There is no list of captions or comments that mention an account: those are
//! only pushed (see [`crate::instagram_webhook`]). Edits are not seen; whether a comment still stands is asked one by
//! one. Whether a post's number of comments includes replies is not said: if not, a reply is seen with
//! the next comment. That comments come newest first is from memory, so it is looked at on each page.

use gehoor_domain::mention::{Channel, Draft, Reach};
use gehoor_wire::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::meta::tour::{self, Stop, Stops};
use crate::meta::{self, Graph};
use crate::plug::{
    Back, BadConfig, Context, Cursor, Kind, Known, Page, ParseError, PlanError, Refusal, Source, read_config,
};
use crate::raw::walk::Rules;
use crate::raw::{self, api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "instagram",
    about: "Instagram: comments under our own posts, or posts in which we are tagged",
    channel: Channel::Instagram,
    credential: "required: a token of the account, or `access_token` and `app_secret` for calls with proof",
    polled: true,
    example: r#"[[source]]
id = "instagram"
kind = "instagram"
account = "17841400000000000"   # the number of the professional account
mode = "comments"               # comments (under our own posts) or tags (posts in which we are tagged)
credential = "env:INSTAGRAM_TOKEN"
# look_back_days = 30           # how old a post may be under which new comments are looked for
# backfill_pages = 1            # pages of 50 posts that the first poll reads
# version = "v25.0"
# base = "https://graph.facebook.com"   # or https://graph.instagram.com, as the account logs in
"#,
    reach: "all own posts back; new comments under posts of `look_back_days`; no mentions in captions; deletions when asked one by one",
    recheck: 1,
    shared: Some("instagram"),
    every: SignedDuration::from_mins(10),
    build: |table| Ok(Box::new(Instagram::new(&read_config(table)?)?)),
};

const MEDIA: &str = "id,caption,timestamp,username,permalink,like_count,comments_count";
const COMMENT: &str = "id,text,timestamp,username,from,like_count,parent_id,replies{id,text,timestamp,username,from,like_count,parent_id}";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Comments,
    Tags,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    account: String,
    mode: Mode,
    #[serde(default = "a_month")]
    look_back_days: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "version")]
    version: String,
    #[serde(default = "graph")]
    base: String,
}

fn a_month() -> u32 {
    30
}

fn one() -> u32 {
    1
}

fn version() -> String {
    "v25.0".to_owned()
}

fn graph() -> String {
    "https://graph.facebook.com".to_owned()
}

struct Instagram {
    graph: Graph,
    account: String,
    mode: Mode,
    rules: Rules,
}

impl Instagram {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let account = meta::id_of("account", &config.account)?;
        Ok(Self {
            graph: Graph::new(&config.base, &config.version, format!("instagram:{account}"))?,
            account,
            mode: config.mode,
            rules: Rules {
                overlap: raw::days(config.look_back_days),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                ..Rules::default()
            },
        })
    }
}

impl Stops for Instagram {
    const EXPECTED: &'static str = "a list of media or comments as the Graph API gives it";

    fn graph(&self) -> &Graph {
        &self.graph
    }

    fn posts(&self) -> Url {
        let list = if self.mode == Mode::Comments { "media" } else { "tags" };
        self.graph.url(&[&self.account, list], MEDIA, "50")
    }

    fn comments(&self, post: &str) -> Url {
        self.graph.url(&[post, "comments"], COMMENT, "50")
    }

    fn moment(&self, post: &Value) -> Option<Timestamp> {
        api::date(post, "timestamp")
    }

    fn count(&self, post: &Value) -> u64 {
        // Comments under the posts of others are not shown to us.
        if self.mode == Mode::Comments { api::count(post, "comments_count") } else { 0 }
    }

    fn post(&self, post: &Value) -> Result<Option<Draft>, &'static str> {
        let id = api::id(post, "id").ok_or("has no id")?;
        let text = api::text(post, "caption").map(words::tidy).filter(|t| !t.is_empty());
        Ok(text.map(|text| Draft {
            permalink: api::text(post, "permalink").and_then(|l| raw::link(l, None)),
            text,
            published: api::date(post, "timestamp"),
            thread: Some(id.clone()),
            reach: Reach {
                likes: api::count(post, "like_count"),
                replies: api::count(post, "comments_count"),
                ..Reach::default()
            },
            external_id: id,
            own: self.mode == Mode::Comments,
            ..author(post)
        }))
    }

    fn comment(&self, comment: &Value, of: &Stop) -> Vec<Result<Draft, &'static str>> {
        let above = api::id(comment, "id");
        let replies = api::at(comment, "replies/data").as_array().into_iter().flatten();
        let replies = replies.map(|reply| self.read(reply, above.as_deref(), of));
        std::iter::once(self.read(comment, None, of)).chain(replies).filter_map(Result::transpose).collect()
    }
}

impl Instagram {
    /// A comment. Comments are read under our own posts only: who wrote the post is us.
    fn read(&self, comment: &Value, above: Option<&str>, of: &Stop) -> Result<Option<Draft>, &'static str> {
        let number = api::id(comment, "from/id").is_some_and(|id| id == self.account);
        let read = read(comment, above, of)?;
        Ok(read.map(|draft| Draft { own: number || of.by.is_some() && draft.author_id == of.by, ..draft }))
    }
}

fn read(comment: &Value, above: Option<&str>, of: &Stop) -> Result<Option<Draft>, &'static str> {
    let id = api::id(comment, "id").ok_or("has no id")?;
    let text = api::text(comment, "text").map(words::tidy).filter(|t| !t.is_empty());
    let parent = api::id(comment, "parent_id").or_else(|| above.map(str::to_owned));
    Ok(text.map(|text| Draft {
        external_id: id,
        // Comments have no address of their own.
        permalink: of.link.clone(),
        text,
        published: api::date(comment, "timestamp"),
        thread: Some(of.id.clone()),
        in_reply_to: parent.or_else(|| Some(of.id.clone())),
        reach: Reach { likes: api::count(comment, "like_count"), ..Reach::default() },
        ..author(comment)
    }))
}

/// Who wrote it: the name alone, or with the number where the token may know it. The name is what is always there, so
/// it stands for the author.
fn author(of: &Value) -> Draft {
    let name = api::text(of, "username").or_else(|| api::text(of, "from/username"));
    let plain = |n: &&str| n.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b));
    Draft {
        author_id: name.map(str::to_lowercase),
        author_name: name.and_then(words::line),
        author_handle: name.map(str::to_owned),
        author_url: name.filter(plain).map(|n| format!("https://www.instagram.com/{n}/")),
        ..Draft::default()
    }
}

impl Source for Instagram {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 50)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        tour::plan(self, &self.rules, cursor, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        tour::parse(self, &self.rules, cursor, response)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        meta::refusal(response)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        tour::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        meta::recheck(&self.graph, known, cx)
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        meta::read_recheck(known, response)
    }

    fn doubts_gone(&self) -> bool {
        meta::DOUBTS_GONE
    }
}

#[cfg(test)]
mod tests;
