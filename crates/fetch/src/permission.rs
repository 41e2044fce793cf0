//! Asking a site for its robots.txt, by the same steps as any request.

use std::time::Duration;

use gehoor_wire::{Body, Response, Verdict};
use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::client::Client;
use crate::gate::{host_key, shown};
use crate::guard::check_url;
use crate::journey::{BUSY, Manner, after};
use crate::redirect::{Step, follow};
use crate::robots::{Fetched, Rules, SIZE_CAP};
use crate::transport::Outcome;
use crate::watch::Watch;

impl Client {
    /// Whether robots.txt allows a URL; if so, the spacing it asks for.
    pub(crate) async fn robots_allow(&self, url: &Url, watch: Watch) -> Result<Duration, Outcome> {
        check_url(url, self.options.danger_allow_private_hosts)
            .map_err(|refused| Outcome::Blocked { why: refused.to_string() })?;
        let key = host_key(url);
        let host = shown(&key);
        let entry = self.robots.entry(url, watch.now());
        let Ok(mut entry) = tokio::time::timeout(self.options.max_nap, entry.lock()).await else {
            let until = after(watch.now(), BUSY);
            let why = format!("robots.txt of {host} is being read");
            return Err(Outcome::Wait { until, why, response: None });
        };
        if entry.is_due(watch.now()) {
            let fetched = self.fetch_robots(url, watch).await?;
            entry.learn(fetched, watch.now());
        }
        match entry.rules() {
            Ok(rules) => match rules.allow(url) {
                Ok(()) => Ok(rules.delay()),
                Err(why) => Err(Outcome::Blocked { why: format!("robots.txt of {host} {why}") }),
            },
            Err(trouble) => Err(Outcome::Transient {
                why: format!("robots.txt cannot be reached, so nothing is asked: {trouble}"),
                response: None,
                ambiguous: false,
            }),
        }
    }

    /// Fetches robots.txt of a site. Its redirects may lead anywhere; what it says counts for the site that was asked.
    async fn fetch_robots(&self, url: &Url, watch: Watch) -> Result<Fetched, Outcome> {
        let manner = Manner {
            credential: None,
            spacing: self.options.min_spacing,
            further: false,
            repeatable: true,
            body_cap: SIZE_CAP,
            cut: true,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/plain, */*;q=0.1"));
        let mut there = url.clone();
        there.set_path("/robots.txt");
        there.set_query(None);
        there.set_fragment(None);
        let _ = there.set_username("");
        let _ = there.set_password(None);
        let mut step = Step { method: Method::GET, url: there, headers, body: Body::Empty };
        for hop in 0..=self.options.max_redirects {
            let further = hop > 0;
            let taken = self.take(&step, Manner { further, ..manner }, watch).await;
            let (response, verdict) = match taken {
                Ok(taken) => taken,
                Err(Outcome::Transient { why, .. }) => return Ok(Fetched::Unreachable(why)),
                Err(Outcome::Blocked { why }) if further => return Ok(Fetched::Unreachable(why)),
                Err(other) => return Err(other),
            };
            match verdict {
                Verdict::Good { not_before } => {
                    let rules = self.read_robots(response).await;
                    return Ok(Fetched::Rules(rules, not_before));
                }
                Verdict::Redirect { to, .. } => match follow(&step, false, response.status, &to) {
                    Ok(next) => step = next,
                    Err(why) => return Ok(Fetched::Unreachable(why)),
                },
                Verdict::Wait { until, why } => {
                    let until = until.unwrap_or_else(|| after(watch.now(), BUSY));
                    return Err(Outcome::Wait {
                        until,
                        why: format!("robots.txt of {} {why}", shown(&host_key(url))),
                        // It answers another question than was asked.
                        response: None,
                    });
                }
                Verdict::Transient { why, .. } => return Ok(Fetched::Unreachable(why)),
                Verdict::NotModified { .. } | Verdict::Permanent { .. } => break,
            }
        }
        // No such file, or redirects without end: "unavailable", which allows everything.
        Ok(Fetched::Rules(Rules::Everything, None))
    }

    /// Off the event loop: a large file takes a while to read.
    async fn read_robots(&self, response: Response) -> Rules {
        let agent = self.agent.clone();
        let read = tokio::task::spawn_blocking(move || Rules::read(&agent, &response.body)).await;
        read.unwrap_or(Rules::Nothing("cannot be read"))
    }
}
