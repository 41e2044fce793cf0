//! The numbers of the net, from the file that `models/words/train.py` writes.

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::STEP;

/// Numbers of a word.
pub(super) const WIDTH: usize = 128;
/// Filters over three neighbours.
pub(super) const FILTERS: usize = 128;
/// Neighbours that a filter sees.
pub(super) const SPAN: usize = 3;
/// Answers: five intents, four severities, four feelings.
pub(super) const ANSWERS: usize = 13;
/// The answers, filled up to a multiple of the vector width.
pub(super) type Lanes = [f32; 16];

/// The file as numbers.
#[derive(Debug)]
pub(super) struct Weights {
    /// CRC-32 of each known word, the most frequent first; the words follow the buckets, in this order.
    pub(super) words: Vec<u32>,
    /// [`WIDTH`] bytes for each bucket and word, in steps; read where they lie, they are many.
    vectors: &'static [u8],
    /// What a step is worth, by row.
    steps: Vec<f32>,
    /// By place among the neighbours and filter: what it takes of a word, in steps.
    pub(super) threes: Vec<[i16; WIDTH]>,
    pub(super) threes_step: f32,
    /// Of each filter, in steps of [`STEP`].
    pub(super) bias: [i16; FILTERS],
    /// By what was found: the most of each filter, then its mean.
    pub(super) answers: Vec<Lanes>,
    /// By number of the mean word.
    pub(super) of_words: Vec<Lanes>,
    pub(super) answers_bias: Lanes,
}

impl Weights {
    /// Rows of vectors.
    pub(super) fn rows(&self) -> usize {
        self.steps.len()
    }

    /// The numbers of a row, and what one is worth; of a row that is not there: nothing.
    pub(super) fn vector(&self, row: u32) -> ([i16; WIDTH], f32) {
        let at = row as usize * WIDTH;
        let mut out = [0; WIDTH];
        let bytes = self.vectors.get(at..at + WIDTH).unwrap_or_default();
        out.iter_mut().zip(bytes).for_each(|(to, x)| *to = i16::from(x.cast_signed()));
        (out, self.steps.get(row as usize).copied().unwrap_or_default())
    }
}

/// Reads it.
///
/// # Errors
/// Says which part is missing or of another shape.
pub(super) fn read(bytes: &'static [u8]) -> Result<Weights, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
    let part = |name: &str, kind: Dtype, shape: &[usize]| {
        let part = file.tensor(name).map_err(|e| format!("{name}: {e}"))?;
        let fits = part.dtype() == kind && part.shape().len() == shape.len();
        // 0: any number.
        let fits = fits && part.shape().iter().zip(shape).all(|(is, wanted)| *wanted == 0 || is == wanted);
        if fits { Ok(part) } else { Err(format!("{name} is {:?} {:?}", part.dtype(), part.shape())) }
    };
    let answers = by_found(&floats(&part("answers", Dtype::F32, &[ANSWERS, 2 * FILTERS + WIDTH])?));
    let (answers, of_words) = answers.split_at(2 * FILTERS);
    let (threes, threes_step) = whole(&floats(&part("threes", Dtype::F32, &[SPAN, FILTERS, WIDTH])?));
    let bias = floats(&part("threes.bias", Dtype::F32, &[FILTERS])?);
    let mut weights = Weights {
        words: part("words", Dtype::U32, &[0])?
            .data()
            .chunks_exact(4)
            .map(|b| u32::from_le_bytes(four(b)))
            .collect(),
        vectors: part("vectors", Dtype::I8, &[0, WIDTH])?.data(),
        steps: floats(&part("steps", Dtype::F32, &[0])?),
        threes,
        threes_step,
        bias: [0; FILTERS],
        answers: answers.to_vec(),
        of_words: of_words.to_vec(),
        answers_bias: lanes(&floats(&part("answers.bias", Dtype::F32, &[ANSWERS])?)),
    };
    weights.bias.iter_mut().zip(bias).for_each(|(to, x)| *to = (x / STEP).round() as i16);
    let (rows, vectors) = (weights.rows(), weights.vectors.len() / WIDTH);
    if vectors != rows || weights.words.len() >= rows {
        return Err(format!("{vectors} vectors, {rows} steps, {} words", weights.words.len()));
    }
    Ok(weights)
}

fn four(bytes: &[u8]) -> [u8; 4] {
    bytes.try_into().unwrap_or_default()
}

fn floats(part: &TensorView<'_>) -> Vec<f32> {
    part.data().chunks_exact(4).map(|b| f32::from_le_bytes(four(b))).collect()
}

fn lanes(numbers: &[f32]) -> Lanes {
    let mut out = Lanes::default();
    out.iter_mut().zip(numbers).for_each(|(to, x)| *to = *x);
    out
}

/// Written by answer, wanted by what was found.
fn by_found(numbers: &[f32]) -> Vec<Lanes> {
    let of_one = numbers.len() / ANSWERS;
    let column = |at: usize| numbers.iter().skip(at).step_by(of_one).copied().collect::<Vec<_>>();
    (0..of_one).map(|at| lanes(&column(at))).collect()
}

/// Rows of whole numbers, and what one is worth.
fn whole(numbers: &[f32]) -> (Vec<[i16; WIDTH]>, f32) {
    let step = numbers.iter().fold(1e-6_f32, |most, x| most.max(x.abs())) / f32::from(i16::MAX);
    let row = |row: &[f32]| {
        let mut out = [0; WIDTH];
        out.iter_mut().zip(row).for_each(|(to, x)| *to = (x / step).round() as i16);
        out
    };
    (numbers.chunks_exact(WIDTH).map(row).collect(), step)
}
