//! The kept parts of a stream of any length: the first and the last.

use crate::run::report::Captured;

/// The first and the last part of a stream of any length, in bounded memory.
#[derive(Debug)]
pub(super) struct Kept {
    head_limit: usize,
    tail_limit: usize,
    head: Vec<u8>,
    /// A ring once it is full: `next` is its oldest byte.
    tail: Vec<u8>,
    next: usize,
    total: u64,
}

impl Kept {
    pub fn new(limit: usize) -> Self {
        let tail_limit = limit / 2;
        Self {
            head_limit: limit - tail_limit,
            tail_limit,
            head: Vec::new(),
            tail: Vec::new(),
            next: 0,
            total: 0,
        }
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.head_limit - self.head.len()));
        self.head.extend_from_slice(first);
        // More than the ring holds would only overwrite itself.
        let rest = &rest[rest.len().saturating_sub(self.tail_limit)..];
        let (growing, mut turning) = rest.split_at(rest.len().min(self.tail_limit - self.tail.len()));
        self.tail.extend_from_slice(growing);
        while !turning.is_empty() {
            let (now, later) = turning.split_at(turning.len().min(self.tail_limit - self.next));
            self.tail[self.next..self.next + now.len()].copy_from_slice(now);
            self.next = (self.next + now.len()) % self.tail_limit;
            turning = later;
        }
    }

    pub fn finish(mut self) -> Captured {
        self.tail.rotate_left(self.next);
        // A part that grew in pieces has spare capacity. It is given back, because the phase's limit counts
        // only used bytes, and the report is kept.
        self.head.shrink_to_fit();
        self.tail.shrink_to_fit();
        Captured { head: self.head, tail: self.tail, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the bytes in pieces of every size, and compares the result with the parts of the whole.
    #[test]
    fn first_and_last_part_are_kept_whatever_the_pieces() {
        let all: Vec<u8> = (0..=255).collect();
        for limit in [0, 1, 2, 7, 64, 255, 256, 300] {
            for piece in 1..=all.len() {
                let mut kept = Kept::new(limit);
                all.chunks(piece).for_each(|bytes| kept.add(bytes));
                let captured = kept.finish();
                let head = (limit - limit / 2).min(all.len());
                let tail = (limit / 2).min(all.len() - head);
                assert_eq!(captured.head, all[..head], "limit {limit}, piece {piece}");
                assert_eq!(captured.tail, all[all.len() - tail..], "limit {limit}, piece {piece}");
                assert_eq!(captured.left_out(), (all.len() - head - tail) as u64);
            }
        }
    }

    #[test]
    fn a_line_says_how_much_was_left_out() {
        let mut kept = Kept::new(4);
        kept.add(b"abcdefgh");
        assert_eq!(kept.finish().bytes().as_ref(), b"ab\n[... 4 bytes left out ...]\ngh");
    }
}
