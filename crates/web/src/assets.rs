//! Style, script and icons: compiled in, named by their content, so that a browser may keep them for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The style sheet.
pub(crate) const CSS: &str = include_str!("../../../dashboards/assets/app.css");
const JS: &str = include_str!("../../../dashboards/assets/app.js");
const ICONS: &str = include_str!("../../../dashboards/assets/icons.svg");
const MARK: &str = include_str!("../../../dashboards/assets/mark.svg");

struct Asset {
    url: String,
    tag: String,
    kind: &'static str,
    body: &'static str,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    [
        ("app.css", "text/css; charset=utf-8", CSS),
        ("app.js", "text/javascript; charset=utf-8", JS),
        ("icons.svg", "image/svg+xml", ICONS),
        ("mark.svg", "image/svg+xml", MARK),
    ]
    .into_iter()
    .map(|(name, kind, body)| {
        let mut hash = hex::encode(Sha256::digest(body.as_bytes()));
        hash.truncate(16);
        (name, Asset { url: format!("/assets/{hash}/{name}"), tag: format!("\"{hash}\""), kind, body })
    })
    .collect()
});

/// Icons by id: the inside of each symbol of `icons.svg`. They stand in the page itself, so that no reference to
/// another document is needed.
static SYMBOLS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    ICONS
        .split("<symbol id=\"")
        .skip(1)
        .filter_map(|part| {
            let (id, rest) = part.split_once('"')?;
            let (_, rest) = rest.split_once('>')?;
            let (inside, _) = rest.split_once("</symbol>")?;
            Some((id, inside))
        })
        .collect()
});

/// The address of an asset with its content in the name.
pub(crate) fn url(name: &str) -> String {
    ASSETS.get(name).map_or_else(|| format!("/assets/-/{name}"), |a| a.url.clone())
}

/// The inside of an icon.
pub(crate) fn symbol(id: &str) -> &'static str {
    SYMBOLS.get(id).copied().unwrap_or("")
}

/// `GET /assets/{hash}/{name}`.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(name.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    // An old page may ask for an old name: it gets today's content, but must not keep it under that name.
    let cache = if asset.url == format!("/assets/{hash}/{name}") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut answer =
        if headers.get(header::IF_NONE_MATCH).is_some_and(|t| t.as_bytes() == asset.tag.as_bytes()) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, asset.kind)], asset.body).into_response()
        };
    let out = answer.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&asset.tag) {
        out.insert(header::ETAG, tag);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_that_is_named_is_drawn() {
        for name in [
            "ear",
            "inbox",
            "search",
            "trends",
            "alerts",
            "sources",
            "queue",
            "settings",
            "channel-review",
            "feel-mixed",
        ] {
            assert!(symbol(name).contains('<'), "{name}");
        }
        for channel in gehoor_domain::mention::Channel::ALL {
            assert!(!symbol(&format!("channel-{}", channel.as_str())).is_empty());
        }
    }

    #[test]
    fn the_script_stays_small() {
        assert!(JS.lines().count() <= 300);
    }

    #[test]
    fn the_style_needs_nothing_from_elsewhere() {
        assert!(!CSS.contains("url(") && !CSS.contains("@import"));
    }

    #[tokio::test]
    async fn what_is_named_by_its_content_may_be_kept_for_ever() {
        let url = url("app.css");
        let mut parts = url.trim_start_matches("/assets/").split('/');
        let path = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        let answer = serve(Path(path.clone()), HeaderMap::new()).await;
        assert!(answer.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, answer.headers()[header::ETAG].clone());
        assert_eq!(serve(Path(path), headers).await.status(), StatusCode::NOT_MODIFIED);
        let old = serve(Path(("0000".into(), "app.css".into())), HeaderMap::new()).await;
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-cache");
    }
}
