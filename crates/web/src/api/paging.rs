//! Pages of a list: `limit` and `after` in, `items` and `next` out. The mark is opaque to programs.

use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::params::Params;

/// Items of a page unless asked otherwise, and at most.
const ITEMS: usize = 50;
const MOST: usize = 200;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items, in the order of the list.
    pub(crate) items: Vec<T>,
    /// Send it as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// How many items are asked for.
///
/// # Errors
/// 400 unless it is 1 to 200.
pub(crate) fn limit(params: &Params) -> Result<usize, Problem> {
    match params.get("limit") {
        "" => Ok(ITEMS),
        text => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Problem::bad(format!("`limit` has to be a number from 1 to {MOST}"))),
    }
}

/// How many items of a numbered list come before this page.
///
/// # Errors
/// 400 when the mark is not one of ours.
pub(crate) fn skip(params: &Params) -> Result<usize, Problem> {
    match params.get("after") {
        "" => Ok(0),
        mark => mark
            .strip_prefix('n')
            .and_then(|n| n.parse().ok())
            .ok_or_else(|| Problem::bad("`after` has to be the `next` of the page before")),
    }
}

/// The mark of the page after `skip + shown` items, when there are more.
pub(crate) fn mark(skip: usize, shown: usize, total: usize) -> Option<String> {
    let at = skip.saturating_add(shown);
    (shown > 0 && at < total).then(|| format!("n{at}"))
}

/// Cuts a page out of a list that is there whole.
///
/// # Errors
/// As [`limit`] and [`skip`].
pub(crate) fn cut<T, U>(params: &Params, all: &[T], show: impl Fn(&T) -> U) -> Result<Page<U>, Problem> {
    let (limit, skip) = (limit(params)?, skip(params)?);
    let items: Vec<U> = all.iter().skip(skip).take(limit).map(show).collect();
    let next = mark(skip, items.len(), all.len());
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_lead_through_the_whole_list_once() {
        let all: Vec<u32> = (0..120).collect();
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let params = Params::parse(Some(&format!("limit=50&after={after}")));
            let page = cut(&params, &all, |n| *n).unwrap();
            seen.extend(page.items);
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for query in ["limit=0", "limit=201", "limit=x", "after=7"] {
            assert_eq!(cut(&Params::parse(Some(query)), &[1], |n| *n).unwrap_err().status, 400, "{query}");
        }
    }
}
