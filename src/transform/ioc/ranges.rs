//! Parts of a word that a recogniser has already taken.

/// Ranges of bytes that are added in rising order by each recogniser, so that
/// asking for one costs O(log n) for each of the few recognisers.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// Within a list, ranges are apart from each other and in order.
    lists: Vec<Vec<(usize, usize)>>,
}

impl Ranges {
    pub(super) fn clear(&mut self) {
        self.lists.clear();
    }

    pub(super) fn push(&mut self, (start, end): (usize, usize)) {
        if let Some(list) = self.lists.last_mut()
            && let Some(last) = list.last_mut()
            && start >= last.0
        {
            if start < last.1 {
                last.1 = last.1.max(end);
            } else {
                list.push((start, end));
            }
            return;
        }
        self.lists.push(vec![(start, end)]);
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.lists.iter().any(|list| {
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
