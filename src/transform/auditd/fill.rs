//! Puts what a record says into the columns.

use super::event::{ARGUMENTS, Events, FieldRule, MAX_BYTES, Shape, too_much};
use super::fields::{Quotes, Sink, Style, argument, split};
use super::record::Record;
use super::sockaddr;
use super::syscall;
use super::value::{Treatment, hex, integer, is_absent};
use crate::table::{append, same_short};
use crate::{Error, Result};

/// What an absent user, group or session is.
const UNSET: &[u8] = b"-1";

/// Gives an event what one of its records says: of type `kind`, and if that is PATH,
/// the event's record of number `path`.
///
/// # Errors
///
/// `LimitExceeded` for too many columns, or 2 GiB of text in one.
pub(super) fn fill(
    events: &mut Events,
    record: &Record<'_>,
    event: u32,
    kind: usize,
    path: u32,
) -> Result<()> {
    let mut adder = Adder {
        events,
        event,
        kind,
        path,
        interpreted: record.interpreted,
        before: 0,
        message: Vec::new(),
        prefix: None,
        machine: None,
        syscall: None,
        failed: None,
    };
    let style = match (record.interpreted, record.kind) {
        (false, _) => Style::Raw,
        (true, b"EXECVE") => Style::InterpretedArguments,
        (true, _) => Style::Interpreted,
    };
    split(record.fields, style, &mut adder);
    split(record.enriched, Style::Raw, &mut adder);
    adder.finish(record.enriched.is_empty())
}

/// Puts the fields of one record into its event.
struct Adder<'e> {
    events: &'e mut Events,
    event: u32,
    kind: usize,
    /// The number of this PATH record in its event.
    path: u32,
    interpreted: bool,
    /// The place in the type's `follow` of the field before.
    before: usize,
    /// Words that belong to no field.
    message: Vec<u8>,
    /// `old` or `new`, which old kernels write before a field of LOGIN records.
    prefix: Option<&'static [u8]>,
    machine: Option<&'static str>,
    syscall: Option<u32>,
    failed: Option<Error>,
}

impl Sink for Adder<'_> {
    #[inline]
    fn field(&mut self, name: &[u8], value: &[u8], quotes: Quotes) {
        if self.failed.is_some() {
            return;
        }
        let added = match self.prefix.take() {
            Some(b"old") => self.add(&[b"old-", name].concat(), value, quotes),
            _ => self.add(name, value, quotes),
        };
        // An error is large, and moved only if there is one.
        if let Err(error) = added {
            self.failed = Some(error);
        }
    }

    fn word(&mut self, word: &[u8]) {
        self.prefix = match word {
            b"old" => Some(b"old"),
            b"new" => Some(b"new"),
            _ => None,
        };
        if self.prefix.is_none() {
            if !self.message.is_empty() {
                self.message.push(b' ');
            }
            self.message.extend_from_slice(word);
        }
    }
}

impl Adder<'_> {
    #[inline]
    fn add(&mut self, name: &[u8], value: &[u8], quotes: Quotes) -> Result<()> {
        let (treatment, column) = self.rule(name)?;
        let is_argument = matches!(treatment, Treatment::Argument(_));
        if is_absent(value) && !is_argument {
            return Ok(());
        }
        let coded = quotes == Quotes::None && !self.interpreted;
        match treatment {
            Treatment::Plain => self.put_plain(column, value, quotes),
            Treatment::Encoded | Treatment::Title | Treatment::Keys => {
                match coded.then(|| hex(value)).flatten() {
                    Some(bytes) => self.put_decoded(column, bytes, treatment),
                    None => self.put_text(column, value),
                }
            }
            Treatment::Argument(index) => {
                let bytes = coded.then(|| hex(value)).flatten();
                self.push(column, index, bytes.as_deref().unwrap_or(value), true);
            }
            Treatment::Id => match value {
                b"4294967295" | b"unset" => self.put(column, UNSET, false),
                _ if integer(value).is_some() => self.put_plain(column, value, quotes),
                _ => self.put_named(&name.to_ascii_uppercase(), value)?,
            },
            Treatment::Named => self.add_named(name, column, value)?,
            Treatment::Address => self.add_address(column, value, coded)?,
            Treatment::Ignored => {}
        }
        Ok(())
    }

    /// A machine, a system call or its result: a number, or its name.
    fn add_named(&mut self, name: &[u8], column: u32, value: &[u8]) -> Result<()> {
        let number = integer(value);
        let is_code =
            name == b"arch" && value.len() == 8 && value.iter().all(u8::is_ascii_hexdigit);
        if name == b"arch" {
            self.machine = syscall::machine(value);
        } else if name == b"syscall" {
            self.syscall = number.and_then(|number| u32::try_from(number).ok());
        }
        match number {
            _ if is_code => self.put_text(column, value),
            Some(_) => self.put_plain(column, value, Quotes::None),
            None => self.put_named(&name.to_ascii_uppercase(), value)?,
        }
        Ok(())
    }

    /// A socket's address as it stands there, and what it means under the names that
    /// auditd and `ausearch` give the parts.
    fn add_address(&mut self, column: u32, value: &[u8], coded: bool) -> Result<()> {
        self.put_text(column, value);
        let bytes = coded.then(|| hex(value)).flatten();
        let Some(address) = bytes.as_deref().and_then(sockaddr::parse) else {
            return Ok(());
        };
        self.put_new("saddr_fam", address.family.as_bytes())?;
        if let Some(text) = address.address {
            self.put_new("laddr", text.as_bytes())?;
        }
        if let Some(port) = address.port {
            let column = self.events.column("lport", Shape::One, self.kind)?;
            self.put(column, port.to_string().as_bytes(), false);
        }
        match address.path {
            Some(path) => self.put_new("path", path.as_bytes()),
            None => Ok(()),
        }
    }

    /// What to do with the field `name`, and where it goes.
    #[inline]
    fn rule(&mut self, name: &[u8]) -> Result<(Treatment, u32)> {
        let kind = &self.events.kinds[self.kind];
        let guess = kind.follow[self.before];
        match kind.fields.get(guess) {
            Some(field) if same_short(&field.name, name) => {
                self.before = guess + 1;
                Ok((field.treatment, field.column))
            }
            _ => self.other_rule(name),
        }
    }

    /// That of a field which does not come where it came last.
    fn other_rule(&mut self, name: &[u8]) -> Result<(Treatment, u32)> {
        let field = match self.events.kinds[self.kind].index.get(name) {
            Some(&field) => field,
            None => self.new_rule(name)?,
        };
        let kind = &mut self.events.kinds[self.kind];
        kind.follow[self.before] = field;
        self.before = field + 1;
        Ok((kind.fields[field].treatment, kind.fields[field].column))
    }

    fn new_rule(&mut self, name: &[u8]) -> Result<usize> {
        let kind = self.events.kinds[self.kind].name.clone();
        let treatment = Treatment::of(&kind, name);
        let text = String::from_utf8_lossy(name);
        let column = match treatment {
            Treatment::Argument(_) | Treatment::Ignored => ARGUMENTS,
            _ if kind == b"PATH" => self.path_column(&text)?,
            // `a0` is an argument's name; other records have numbers under it.
            _ if argument(name).is_some() => {
                let kind = String::from_utf8_lossy(&kind).to_ascii_lowercase();
                self.events
                    .column(&format!("{kind}_{text}"), Shape::One, self.kind)?
            }
            _ => self.events.column(&text, Shape::One, self.kind)?,
        };
        let kind = &mut self.events.kinds[self.kind];
        let field = kind.fields.len();
        kind.index.insert(name.to_vec(), field);
        kind.follow.push(field + 1);
        kind.fields.push(FieldRule {
            name: name.to_vec(),
            treatment,
            column,
        });
        Ok(field)
    }

    fn path_column(&mut self, name: &str) -> Result<u32> {
        self.events
            .column(&format!("path_{name}"), Shape::Paths, self.kind)
    }

    #[inline]
    fn put_plain(&mut self, column: u32, value: &[u8], quotes: Quotes) {
        self.put(column, value, quotes == Quotes::Double);
    }

    fn put_text(&mut self, column: u32, value: &[u8]) {
        self.put(column, value, true);
    }

    fn put_decoded(&mut self, column: u32, mut bytes: Vec<u8>, how: Treatment) {
        let marks = match how {
            Treatment::Title => Some((0, b' ')),
            Treatment::Keys => Some((1, b',')),
            _ => None,
        };
        if let Some((from, to)) = marks {
            bytes
                .iter_mut()
                .filter(|byte| **byte == from)
                .for_each(|byte| *byte = to);
            bytes.truncate(bytes.trim_ascii_end().len());
        }
        self.put_text(column, String::from_utf8_lossy(&bytes).as_bytes());
    }

    /// Puts a part of the log into the column `name`.
    fn put_named(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        let name = String::from_utf8_lossy(name);
        let column = match self.events.kinds[self.kind].name == b"PATH" {
            true => self.path_column(&name)?,
            false => self.events.column(&name, Shape::One, self.kind)?,
        };
        self.put_text(column, value);
        Ok(())
    }

    /// Puts text that stands nowhere in the log into the column `name`.
    fn put_new(&mut self, name: &str, text: &[u8]) -> Result<()> {
        let column = self.events.column(name, Shape::One, self.kind)?;
        self.put_text(column, text);
        Ok(())
    }

    #[inline]
    fn put(&mut self, column: u32, text: &[u8], is_text: bool) {
        let part = match self.events.columns[column as usize].shape {
            Shape::Paths => self.path,
            _ => self.kind as u32,
        };
        self.push(column, part, text, is_text);
    }

    #[inline]
    fn push(&mut self, column: u32, part: u32, text: &[u8], is_text: bool) {
        let column = &mut self.events.columns[column as usize];
        let start = column.bytes.len();
        if start + text.len() > MAX_BYTES {
            self.failed = Some(too_much("a field's text is longer than 2 GiB"));
            return;
        }
        append(&mut column.bytes, text);
        column.end_value(self.event, part, start, is_text);
    }

    /// Adds what the record says as a whole.
    fn finish(mut self, interpret: bool) -> Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if !self.message.is_empty() {
            let message = std::mem::take(&mut self.message);
            self.put_new("message", &message)?;
        }
        if interpret && let Some(machine) = self.machine {
            self.put_new("ARCH", machine.as_bytes())?;
            if let Some(name) = self
                .syscall
                .and_then(|number| self.syscall_name(machine, number))
            {
                self.put_new("SYSCALL", name.as_bytes())?;
            }
        }
        Ok(())
    }

    fn syscall_name(&mut self, machine: &'static str, number: u32) -> Option<&'static str> {
        let names = &mut self.events.names;
        *names
            .entry((machine, number))
            .or_insert_with(|| syscall::name(machine, number))
    }
}
