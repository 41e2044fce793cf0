//! Reads the columns of a segment for counting, a block of mentions at a time.

use gehoor_domain::assessment::{Intent, Sentiment};
use tantivy::columnar::{Cardinality, Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader, TantivyError};

use crate::answer::Tally;
use crate::schema::{NONE, column};

/// Calls `look` with all mentions of the segment that match, in blocks.
pub(crate) fn each_block(
    weight: &dyn Weight,
    reader: &SegmentReader,
    mut look: impl FnMut(&[DocId]),
) -> Result<(), TantivyError> {
    let Some(alive) = reader.alive_bitset() else {
        return weight.for_each_no_score(reader, &mut |docs| look(docs));
    };
    let mut living = Vec::new();
    weight.for_each_no_score(reader, &mut |docs| {
        living.clear();
        living.extend(docs.iter().copied().filter(|doc| alive.is_alive(*doc)));
        look(&living);
    })
}

/// A keyword column, by the numbers of its values.
pub(crate) struct Keys {
    column: Option<StrColumn>,
    numbers: Vec<u64>,
}

impl Keys {
    pub(crate) fn open(reader: &SegmentReader, name: &str) -> Result<Self, TantivyError> {
        Ok(Self { column: reader.fast_fields().str(name)?, numbers: Vec::new() })
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.column.as_ref().map_or(0, |column| column.num_terms())
    }

    /// Calls `look` with the place in the block and the number of each value of each mention.
    pub(crate) fn each(&mut self, docs: &[DocId], mut look: impl FnMut(usize, usize)) {
        let Some(column) = &self.column else { return };
        let ords = column.ords();
        if ords.get_cardinality() == Cardinality::Full {
            self.numbers.clear();
            self.numbers.resize(docs.len(), 0);
            ords.values.get_vals(docs, &mut self.numbers);
            self.numbers.iter().enumerate().for_each(|(at, number)| look(at, *number as usize));
            return;
        }
        for (at, doc) in docs.iter().enumerate() {
            ords.values_for_doc(*doc).for_each(|number| look(at, number as usize));
        }
    }

    /// Calls `look` with each value and its number; [`NONE`] is given as an empty text.
    pub(crate) fn names(&self, mut look: impl FnMut(usize, &str)) -> Result<(), TantivyError> {
        let Some(column) = &self.column else { return Ok(()) };
        let mut values = column.dictionary().stream()?;
        let mut number = 0;
        while values.advance() {
            let name = std::str::from_utf8(values.key()).unwrap_or_default();
            look(number, if name == NONE { "" } else { name });
            number += 1;
        }
        Ok(())
    }
}

/// What is counted of one mention.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct One {
    /// The place in `Sentiment::ALL`; none when not assessed.
    feeling: Option<u8>,
    complaint: bool,
    centistars: Option<u64>,
}

impl One {
    /// Counts the mention.
    pub(crate) fn add_to(self, tally: &mut Tally) {
        tally.count += 1;
        tally.complaints += u64::from(self.complaint);
        if let Some(sum) = self.feeling.and_then(|feeling| tally.by_sentiment.get_mut(usize::from(feeling))) {
            *sum += 1;
        }
        if let Some(centistars) = self.centistars {
            tally.centistars += centistars;
            tally.stars_count += 1;
        }
    }
}

/// The columns that tallies are made of.
pub(crate) struct Facts {
    sentiment: Keys,
    /// The place in `Sentiment::ALL` of each value of the column.
    feelings: Vec<Option<u8>>,
    intent: Keys,
    complaint: Option<usize>,
    stars: Column<u64>,
    rated: Vec<Option<u64>>,
    block: Vec<One>,
}

impl Facts {
    pub(crate) fn open(reader: &SegmentReader) -> Result<Self, TantivyError> {
        let (sentiment, intent) =
            (Keys::open(reader, column::SENTIMENT)?, Keys::open(reader, column::INTENT)?);
        let mut feelings = vec![None; sentiment.len()];
        sentiment.names(|number, name| {
            if let Some(feeling) = feelings.get_mut(number) {
                *feeling =
                    (0..).zip(Sentiment::ALL).find(|(_, s)| s.as_str() == name).map(|(place, _)| place);
            }
        })?;
        let mut complaint = None;
        intent.names(|number, name| {
            if name == Intent::Complaint.as_str() {
                complaint = Some(number);
            }
        })?;
        let stars = match reader.fast_fields().column_opt(column::STARS)? {
            Some(stars) => stars,
            None => Column::build_empty_column(reader.max_doc()),
        };
        Ok(Self { sentiment, feelings, intent, complaint, stars, rated: Vec::new(), block: Vec::new() })
    }

    /// What is counted of each mention of the block.
    pub(crate) fn read(&mut self, docs: &[DocId]) -> &[One] {
        let block = &mut self.block;
        block.clear();
        block.resize(docs.len(), One::default());
        let feelings = &self.feelings;
        self.sentiment.each(docs, |at, number| {
            if let Some(one) = block.get_mut(at) {
                one.feeling = feelings.get(number).copied().flatten();
            }
        });
        let complaint = self.complaint;
        self.intent.each(docs, |at, number| {
            if let Some(one) = block.get_mut(at) {
                one.complaint = Some(number) == complaint;
            }
        });
        // an empty column leaves what stood there
        self.rated.clear();
        self.rated.resize(docs.len(), None);
        self.stars.first_vals(docs, &mut self.rated);
        for (one, stars) in block.iter_mut().zip(&self.rated) {
            one.centistars = *stars;
        }
        block
    }
}
