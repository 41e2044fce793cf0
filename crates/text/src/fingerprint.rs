//! Near-duplicates: the same text posted again with another link, greeting or typing error.
//!
//! A fingerprint is a SimHash (Charikar 2002) over pairs of neighbouring words: similar texts differ in few of its 64
//! bits. Handles, links and numbers are left out, because copies of a text differ in just these.

use crate::normalise::fold_word;
use crate::tokens::{Kind, tokens};

/// Texts with fewer words than this are not compared: `top!` is not a copy of `top!`.
pub const MIN_WORDS: usize = 6;
/// Fingerprints that differ in no more bits than this are taken for the same text.
pub const NEAR: u32 = 6;

/// A text in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Takes the fingerprint; `None` for a text of fewer than [`MIN_WORDS`] words.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        Self::with_words(text).map(|(print, _)| print)
    }

    /// As [`Fingerprint::of`], with the number of words.
    #[must_use]
    pub fn with_words(text: &str) -> Option<(Self, usize)> {
        let mut votes = [0_i32; 64];
        let mut last = 0_u64;
        let mut words = 0;
        let mut key = String::new();
        for token in tokens(text).filter(|t| matches!(t.kind, Kind::Word | Kind::Hashtag | Kind::Emoji)) {
            key.clear();
            fold_word(token.text.trim_start_matches('#'), &mut key);
            let word = hash(key.as_bytes());
            for feature in [word, word ^ last.rotate_left(17)] {
                let spread = mix(feature);
                for (bit, vote) in votes.iter_mut().enumerate() {
                    *vote += if spread >> bit & 1 == 1 { 1 } else { -1 };
                }
            }
            last = word;
            words += 1;
        }
        let bits = votes.iter().enumerate().fold(0, |bits, (i, vote)| bits | (u64::from(*vote > 0) << i));
        (words >= MIN_WORDS).then_some((Self(bits), words))
    }

    /// The number of bits in which two fingerprints differ, 0 to 64.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }

    /// Whether two texts are near-duplicates.
    #[must_use]
    pub fn is_near(self, other: Self) -> bool {
        self.distance(other) <= NEAR
    }
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The finishing step of SplitMix64.
fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Al zes weken wacht ik op mijn bank en niemand van de klantenservice kan mij vertellen wanneer \
                        hij nu eindelijk bezorgd gaat worden, echt heel slecht geregeld";

    #[test]
    fn a_copy_with_another_link_handle_or_accent_is_near() {
        let first = Fingerprint::of(TEXT).unwrap();
        let copy =
            format!("@meubelhal {} https://a.nl/1 12:30", TEXT.to_uppercase().replace("HEEL", "hèèèèl"));
        assert!(first.is_near(Fingerprint::of(&copy).unwrap()));
        assert_eq!(first, Fingerprint::of(&format!("{TEXT} https://b.nl")).unwrap());
    }

    #[test]
    fn another_text_is_far_and_a_short_one_has_none() {
        let other =
            "De medewerker van de winkel in Zwolle was ontzettend vriendelijk en dacht goed met ons mee, top";
        assert!(Fingerprint::of(TEXT).unwrap().distance(Fingerprint::of(other).unwrap()) > 2 * NEAR);
        assert_eq!(Fingerprint::of("super goed geholpen"), None);
        assert_eq!(Fingerprint::of(""), None);
    }
}
