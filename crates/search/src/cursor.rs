//! The order of hits, and the mark of a page's last hit, from which the next page goes on.

use crate::error::SearchError;
use crate::filter::Sort;

/// Where a hit stands in the order; greater comes first. Scores are never negative, so that their bits order as
/// they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Bits of the score; 0 when sorted by time.
    pub(crate) score: u32,
    /// Milliseconds.
    pub(crate) published: i64,
    /// A number of the mention's own.
    pub(crate) tie: u64,
}

impl Place {
    /// The mark to give out.
    pub(crate) fn mark(self, sort: Sort) -> String {
        let kind = match sort {
            Sort::Newest => 'n',
            Sort::Relevance => 'r',
        };
        format!("{kind}{:08x}{:016x}{:016x}", self.score, self.published.cast_unsigned(), self.tie)
    }

    /// Reads a mark.
    pub(crate) fn parse(mark: &str, sort: Sort) -> Result<Self, SearchError> {
        let read = || {
            let digits = match sort {
                Sort::Newest => mark.strip_prefix('n')?,
                Sort::Relevance => mark.strip_prefix('r')?,
            };
            if digits.len() != 40 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            Some(Place {
                score: u32::from_str_radix(digits.get(..8)?, 16).ok()?,
                published: u64::from_str_radix(digits.get(8..24)?, 16).ok()?.cast_signed(),
                tie: u64::from_str_radix(digits.get(24..)?, 16).ok()?,
            })
        };
        read().ok_or(SearchError::Cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_for_its_own_order_only() {
        let place = Place { score: 1.5f32.to_bits(), published: -5, tie: u64::MAX };
        let mark = place.mark(Sort::Relevance);
        assert_eq!(Place::parse(&mark, Sort::Relevance).unwrap(), place);
        assert!(Place::parse(&mark, Sort::Newest).is_err());
        for bad in ["", "n", "n12", "r+0000000000000000000000000000000000000000", "é"] {
            assert!(Place::parse(bad, Sort::Relevance).is_err(), "{bad}");
        }
    }
}
