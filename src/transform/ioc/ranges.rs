//! Parts of a word that a recogniser has already taken.

/// Ranges of bytes that are added in rising order by each recogniser, so that
/// asking for one costs O(log n) for each of the few recognisers.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    ranges: Vec<(usize, usize)>,
    /// Where each recogniser's ranges begin; they are apart and in order.
    lists: Vec<usize>,
}

impl Ranges {
    pub(super) fn clear(&mut self) {
        self.ranges.clear();
        self.lists.clear();
    }

    pub(super) fn push(&mut self, (start, end): (usize, usize)) {
        match self.ranges.last_mut() {
            Some(last) if last.0 <= start && start < last.1 => last.1 = last.1.max(end),
            last => {
                if last.is_none_or(|last| start < last.0) {
                    self.lists.push(self.ranges.len());
                }
                self.ranges.push((start, end));
            }
        }
    }

    #[inline]
    pub(super) fn contains(&self, at: usize) -> bool {
        let ends = self.lists.iter().skip(1).chain([&0]);
        self.lists.iter().zip(ends).any(|(&from, &to)| {
            let list = match to {
                0 => &self.ranges[from..],
                to => &self.ranges[from..to],
            };
            let after = list.partition_point(|&(start, _)| start <= at);
            after > 0 && at < list[after - 1].1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    #[test]
    fn ranges_overlap_and_come_in_several_runs() {
        let mut ranges = Ranges::default();
        for range in [(2, 8), (4, 6), (10, 12), (0, 1), (7, 9)] {
            ranges.push(range);
        }
        let inside: Vec<usize> = (0..14).filter(|&at| ranges.contains(at)).collect();
        assert_eq!(inside, [0, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
    }
}
