//! What the cues of a text say: alone, together, in a question, and beside the lexicon.

use crate::cues::{CUES, Cue};
use crate::prepare::Prepared;

use super::{CUE, CUE_CROSS, CUE_OFTEN, CUE_PAIR, Sums, Value, ones, put};

/// Cues that say more together than each alone.
const PAIRS: [(Cue, Cue); 26] = [
    (Cue::Hazard, Cue::Me),
    (Cue::Hazard, Cue::You),
    (Cue::Hazard, Cue::Frail),
    (Cue::Hazard, Cue::Harm),
    (Cue::Hazard, Cue::Now),
    (Cue::Hazard, Cue::News),
    (Cue::Hazard, Cue::Tasty),
    (Cue::Hazard, Cue::Gave),
    (Cue::Harm, Cue::Me),
    (Cue::Harm, Cue::You),
    (Cue::Harm, Cue::Frail),
    (Cue::Harm, Cue::Foreign),
    (Cue::Harm, Cue::Medicine),
    (Cue::Harm, Cue::Gave),
    (Cue::Gave, Cue::Frail),
    (Cue::Gave, Cue::Me),
    (Cue::Foreign, Cue::Frail),
    (Cue::Foreign, Cue::Me),
    (Cue::Medicine, Cue::Frail),
    (Cue::Now, Cue::Frail),
    (Cue::Again, Cue::You),
    (Cue::Again, Cue::Me),
    (Cue::Fix, Cue::You),
    (Cue::You, Cue::Me),
    (Cue::Rival, Cue::You),
    (Cue::They, Cue::Me),
];
/// Cues that say something else in a question: the first is danger.
const ASKED: [Cue; 6] = [Cue::Hazard, Cue::Harm, Cue::Gave, Cue::Medicine, Cue::Again, Cue::You];
/// Numbers of cues beside the lexicon: two for each, and those of texts that speak to nobody.
pub(super) const N_CROSS: usize = 2 * CUES + 4;
/// Numbers of cues together.
pub(super) const N_TOGETHER: usize = PAIRS.len() + ASKED.len();

/// Which cues stand in a text, and which more than once, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cued {
    there: u64,
    often: u64,
}

impl Cued {
    /// From the cues of single words.
    pub(crate) fn of<'a>(words: impl IntoIterator<Item = &'a u64>) -> Self {
        words.into_iter().fold(Self::default(), |all, bits| Self {
            there: all.there | bits,
            often: all.often | (all.there & bits),
        })
    }
}

/// What the cues say, alone, together, and beside the lexicon.
pub(crate) fn cued(prepared: &Prepared, cues: Cued, (feeling, complaint): Sums, out: &mut Vec<Value>) {
    let has = |cue: Cue| cues.there & cue.bit() != 0;
    let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
    for at in ones(cues.there) {
        put(out, CUE + at, 1.0);
        put(out, CUE_OFTEN + at, flag(cues.often >> at & 1 == 1));
        put(out, CUE_CROSS + 2 * at, flag(complaint > 0.5));
        put(out, CUE_CROSS + 2 * at + 1, flag(feeling < -0.5));
    }
    let nobody = !has(Cue::Me) && !has(Cue::You);
    let silent = [
        nobody && complaint > 0.5,
        nobody && feeling < -0.5,
        !has(Cue::You) && complaint > 0.5,
        has(Cue::Hazard) && feeling > 0.5,
    ];
    for (at, yes) in silent.into_iter().enumerate() {
        put(out, CUE_CROSS + 2 * CUES + at, flag(yes));
    }
    for (at, (one, other)) in PAIRS.iter().enumerate() {
        let both = one.bit() | other.bit();
        put(out, CUE_PAIR + at, flag(cues.there & both == both));
    }
    for (at, cue) in ASKED.into_iter().enumerate() {
        put(out, CUE_PAIR + PAIRS.len() + at, flag(has(cue) && prepared.shape.questions > 0));
    }
}
