//! Texts that are longer than a checkpoint can read are read in windows that overlap, so that nothing is cut off.

use std::ops::Range;

use gehoor_classify::Opinion;

use crate::labels::normed;

/// Where the windows of a text of `len` tokens lie, each at most `room` long and the next beginning `overlap` before its
/// end; the last is moved back so that it is full too. One, possibly empty, for a text that fits.
#[must_use]
pub fn windows(len: usize, room: usize, overlap: usize) -> Vec<Range<usize>> {
    let room = room.max(1);
    if len <= room {
        return vec![Range { start: 0, end: len }];
    }
    let step = room.saturating_sub(overlap).max(1);
    let mut all = Vec::new();
    let mut start = 0;
    while start + room < len {
        all.push(start..start + room);
        start += step;
    }
    all.push(len - room..len);
    all
}

/// What the windows of one text say together. The feeling is their mean. Whether it is a complaint, and how bad, is said by
/// the window that finds it most so: three pages of small talk do not outweigh the one line that smells of gas.
#[must_use]
pub fn combined(windows: &[Opinion]) -> Opinion {
    let worst = |of: fn(&Opinion) -> Option<f32>| {
        let told = windows.iter().filter_map(|w| of(w).map(|p| (w, p)));
        told.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(window, _)| window)
    };
    let complaint = worst(Opinion::complaint_p);
    Opinion {
        sentiment_p: mean(windows.iter().filter_map(|w| w.sentiment_p.as_deref())),
        intent_p: complaint.and_then(|w| w.intent_p.clone()),
        complaint: complaint.and_then(|w| w.complaint),
        severity_p: worst(Opinion::expected_severity).and_then(|w| w.severity_p.clone()),
    }
}

fn mean<'a>(lists: impl Iterator<Item = &'a [f32]>) -> Option<Vec<f32>> {
    let mut sums: Vec<f32> = Vec::new();
    for list in lists {
        sums.resize(list.len(), 0.0);
        sums.iter_mut().zip(list).for_each(|(sum, p)| *sum += p);
    }
    (!sums.is_empty()).then(|| normed(&sums))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_read_and_windows_overlap() {
        for (len, room, overlap) in
            [(0, 10, 3), (10, 10, 3), (11, 10, 3), (95, 10, 3), (24, 10, 9), (50, 1, 0), (9, 4, 4)]
        {
            let all = windows(len, room, overlap);
            assert_eq!((all[0].start, all[all.len() - 1].end), (0, len));
            for pair in all.windows(2) {
                assert_eq!(pair[0].len(), room);
                assert!(pair[1].start > pair[0].start, "{all:?}");
                assert!(
                    pair[1].start + overlap.min(room - 1) <= pair[0].end,
                    "{len} {room} {overlap}: {all:?}"
                );
            }
        }
        assert_eq!(windows(25, 10, 2), [0..10, 8..18, 15..25]);
    }

    #[test]
    fn the_worst_window_says_whether_it_is_a_complaint_and_all_say_how_it_feels() {
        let window = |complaint, positive| Opinion {
            sentiment_p: Some(vec![1.0 - positive, 0.0, positive, 0.0]),
            complaint: Some(complaint),
            ..Opinion::default()
        };
        let all = combined(&[window(0.1, 1.0), window(0.9, 0.25), window(0.2, 1.0)]);
        assert_eq!(all.complaint, Some(0.9));
        assert_eq!(all.sentiment_p, Some(vec![0.25, 0.0, 0.75, 0.0]));
        let graded = |p: [f32; 4]| Opinion { severity_p: Some(p.to_vec()), ..Opinion::default() };
        let all = combined(&[graded([0.9, 0.1, 0.0, 0.0]), graded([0.4, 0.1, 0.0, 0.5])]);
        assert_eq!(all.severity_p, Some(vec![0.4, 0.1, 0.0, 0.5]));
        assert_eq!(combined(&[]), Opinion::default());
    }
}
