//! Takes the proxy's key out of an answer: some services repeat it, as in the address of a picture.

use bytes::Bytes;
use memchr::memmem::Finder;

/// Replaces texts in a stream by as many stars, also where they are cut by the stream's pieces.
#[derive(Debug)]
pub struct Mask {
    finders: Vec<Finder<'static>>,
    /// The end of what came, which may be the beginning of such a text.
    held: Vec<u8>,
}

impl Mask {
    /// Of the texts to hide, none of them empty.
    pub fn new(texts: &[String]) -> Self {
        let finders = texts
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| Finder::new(text.as_bytes()).into_owned())
            .collect();
        Self {
            finders,
            held: Vec::new(),
        }
    }

    /// What can be passed on after a piece came.
    pub fn push(&mut self, piece: &[u8]) -> Bytes {
        let mut data = std::mem::take(&mut self.held);
        data.extend_from_slice(piece);
        for finder in &self.finders {
            let mut from = 0;
            while let Some(at) = finder.find(&data[from..]) {
                let length = finder.needle().len();
                data[from + at..from + at + length].fill(b'*');
                from += at + length;
            }
        }
        let keep = self
            .finders
            .iter()
            .map(|finder| begun(&data, finder.needle()))
            .max()
            .unwrap_or(0);
        self.held = data.split_off(data.len() - keep);
        data.into()
    }

    /// What was held back, when nothing more comes.
    pub fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.held).into()
    }
}

/// How many of the last bytes are the beginning of `text`, but not all of it.
fn begun(data: &[u8], text: &[u8]) -> usize {
    (1..text.len().min(data.len() + 1))
        .rev()
        .find(|&length| data.ends_with(&text[..length]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_in_two_pieces() {
        let mut mask = Mask::new(&["secret".into()]);
        assert_eq!(mask.push(b"a secret, a sec"), "a ******, a ");
        assert_eq!(mask.push(b"ret, sec"), "******, ");
        assert_eq!(mask.finish(), "sec");
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(text in "[ab]{0,60}", key in "[ab]{1,5}", cuts in proptest::collection::vec(0usize..60, 0..6)) {
            let (mut whole, mut mask) = (Mask::new(std::slice::from_ref(&key)), Mask::new(std::slice::from_ref(&key)));
            let expected = [whole.push(text.as_bytes()), whole.finish()].concat();
            let mut out = Vec::new();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                out.extend(mask.push(&text.as_bytes()[pair[0]..pair[1]]));
            }
            out.extend(mask.finish());
            prop_assert_eq!(out.len(), text.len());
            prop_assert_eq!(&out, &expected);
            prop_assert!(!String::from_utf8_lossy(&out).contains(&key));
        }
    }
}
