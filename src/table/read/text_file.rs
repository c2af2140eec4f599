//! Text out of a file, for readers of logs outside this module.

use super::{Limits, archive, encoding};
use crate::table::{Progress, Report};
use crate::{Error, Result};

/// The text of a file, or of all files in an archive, one after the other.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// UTF-8 without a byte order mark.
    pub(crate) text: Vec<u8>,
    name: Option<String>,
    encoding: &'static str,
    notes: Vec<String>,
}

impl TextFile {
    /// # Errors
    ///
    /// `BadInput`, `Unsupported` or `LimitExceeded` for an archive.
    pub(crate) fn open(
        bytes: Vec<u8>,
        name: Option<&str>,
        limits: &Limits,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        let mut file = Self {
            text: Vec::new(),
            name: name.map(String::from),
            encoding: "utf-8",
            notes: Vec::new(),
        };
        if !archive::is_archive(&bytes) {
            file.add(bytes);
            return Ok(file);
        }
        for member in archive::open(bytes, name, limits, progress)? {
            if !file.text.is_empty() && !file.text.ends_with(b"\n") {
                file.text.push(b'\n');
            }
            match member.content {
                Ok(bytes) => file.add(bytes),
                Err(error @ (Error::Cancelled | Error::LimitExceeded { .. })) => return Err(error),
                Err(error) => file.notes.push(format!("left out: {error}")),
            }
        }
        Ok(file)
    }

    fn add(&mut self, bytes: Vec<u8>) {
        let decoded = encoding::decode(bytes);
        self.encoding = decoded.encoding;
        self.notes.extend(decoded.note);
        match self.text.is_empty() {
            true => self.text = decoded.text,
            false => self.text.extend_from_slice(&decoded.text),
        }
    }

    /// A report that says what is known so far.
    pub(crate) fn report(&self, format: &str) -> Report {
        Report {
            name: self.name.clone(),
            format: format.into(),
            encoding: Some(self.encoding.into()),
            notes: self.notes.clone(),
            ..Report::default()
        }
    }
}
