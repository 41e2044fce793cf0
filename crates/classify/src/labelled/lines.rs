//! Which line of a file a byte stands on.

/// Counts lines while it goes through a text from front to back.
pub(super) struct Lines<'a> {
    content: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(content: &'a str) -> Self {
        Self { content: content.as_bytes(), at: 0, line: 1 }
    }

    /// The line, from 1, of the first byte at or after `offset` that ends no line. Asked in rising order.
    pub(super) fn of(&mut self, offset: usize) -> usize {
        while let Some(byte) = self.content.get(self.at) {
            let ends = matches!(byte, b'\n' | b'\r');
            if self.at >= offset && !ends {
                break;
            }
            // `\r\n` is one end; `\r` alone is the end that old spreadsheets write.
            let next = self.content.get(self.at + 1);
            self.line += usize::from(*byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_kinds_of_line_ends_count_once() {
        let mut lines = Lines::new("a\r\nb\rc\n\nd");
        assert_eq!([0, 3, 5, 6, 8].map(|at| lines.of(at)), [1, 2, 3, 5, 5]);
    }
}
