//! Runs a pickle's opcodes, which here only write down what they would make.
//!
//! The machine is that of Python's `pickletools.py`: a stack, marks on it, and a
//! memo of values used again. Every opcode of protocols 2 to 5 that Python's own
//! pickler writes is there. Those that reach outside (persistent ids, extension
//! codes, out-of-band buffers, `INST` and `OBJ`) are errors.
//!
//! Each opcode costs a constant time and memory besides the bytes that it owns,
//! and no memo index is higher than the number of bytes read, so that a pickle
//! takes time and memory in proportion to its length.

use super::budget::Budget;
use super::names::Name;
use super::value::{Node, Object, Pickle, Value};
use super::{foreign, unsupported};
use crate::table::Progress;
use crate::{Error, Place, Result};

/// Longest integer, enough for the numbers of RSA keys with 4096 bits: writing
/// one as digits takes time with the square of its length.
const MAX_INTEGER_BYTES: usize = 520;

/// Opcodes between two looks at [`Progress`].
const OPS_PER_REPORT: usize = 1 << 16;

const WRITE_AGAIN: &str = "the file may be cut short or damaged; write it again";

/// Reads the first pickle in `bytes`; what follows its end is left alone.
///
/// # Errors
///
/// With the byte where it went wrong: `BadInput` for damage, `Unsupported` for
/// names that are not in the list and for other protocols, `LimitExceeded`.
pub(super) fn load<'a>(
    bytes: &'a [u8],
    budget: &mut Budget,
    progress: &mut Progress<'_>,
) -> Result<Pickle<'a>> {
    let mut machine = Machine {
        bytes,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
        nodes: Vec::new(),
        budget,
    };
    let mut ops = 0;
    loop {
        let start = machine.at;
        let goes_on = machine
            .step()
            .map_err(|error| at_byte(error, start as u64))?;
        if !goes_on {
            break;
        }
        ops += 1;
        if ops % OPS_PER_REPORT == 0 {
            progress.at(machine.at, bytes.len())?;
        }
    }
    let root = machine
        .pop()
        .map_err(|error| at_byte(error, machine.at as u64))?;
    Ok(Pickle {
        nodes: machine.nodes,
        root,
    })
}

fn at_byte(mut error: Error, byte: u64) -> Error {
    if let Error::BadInput { place, .. }
    | Error::Unsupported { place, .. }
    | Error::LimitExceeded { place, .. } = &mut error
    {
        place.byte.get_or_insert(byte);
    }
    error
}

fn damaged(problem: impl Into<String>) -> Error {
    Error::BadInput {
        place: Place::default(),
        problem: problem.into(),
        advice: WRITE_AGAIN.into(),
    }
}

struct Machine<'a, 'b> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value<'a>>,
    marks: Vec<usize>,
    memo: Vec<Option<Value<'a>>>,
    nodes: Vec<Node<'a>>,
    budget: &'b mut Budget,
}

impl<'a> Machine<'a, '_> {
    /// Runs one opcode; `false` at the end of the pickle.
    fn step(&mut self) -> Result<bool> {
        let op = self.byte()?;
        match op {
            b'.' => return Ok(false),       // STOP
            0x80 => self.protocol()?,       // PROTO
            0x95 => drop(self.take(8)?),    // FRAME: its length says nothing new
            b'N' => self.push(Value::None), // NONE
            0x88 => self.push(Value::Bool(true)),
            0x89 => self.push(Value::Bool(false)),
            b'K' => self.int(1, false)?, // BININT1
            b'M' => self.int(2, false)?, // BININT2
            b'J' => self.int(4, true)?,  // BININT
            0x8a | 0x8b => self.long(if op == 0x8a { 1 } else { 4 })?,
            b'G' => {
                let bytes = self.array()?; // BINFLOAT, the only big-endian one
                self.push(Value::Float(f64::from_be_bytes(bytes)));
            }
            0x8c => self.text(1)?,                     // SHORT_BINUNICODE
            b'X' => self.text(4)?,                     // BINUNICODE
            0x8d => self.text(8)?,                     // BINUNICODE8
            b'U' => self.old_text(1)?,                 // SHORT_BINSTRING
            b'T' => self.old_text(4)?,                 // BINSTRING
            b'C' => self.binary(1)?,                   // SHORT_BINBYTES
            b'B' => self.binary(4)?,                   // BINBYTES
            0x8e | 0x96 => self.binary(8)?,            // BINBYTES8, BYTEARRAY8
            b'(' => self.marks.push(self.stack.len()), // MARK
            b'0' => drop(self.pop()?),                 // POP
            b'1' => drop(self.pop_mark()?),            // POP_MARK
            b'2' => {
                let top = self.top()?; // DUP
                self.push(top);
            }
            b'q' | b'r' => {
                let index = self.length(if op == b'q' { 1 } else { 4 })?; // BINPUT
                self.remember(index)?;
            }
            0x94 => self.remember(self.memo.len())?, // MEMOIZE
            b'h' | b'j' => {
                let index = self.length(if op == b'h' { 1 } else { 4 })?; // BINGET
                let value = self.memo.get(index).copied().flatten();
                let value =
                    value.ok_or_else(|| damaged(format!("no value {index} is remembered")))?;
                self.push(value);
            }
            _ => self.structure(op)?,
        }
        Ok(true)
    }

    /// Opcodes for values that hold others.
    fn structure(&mut self, op: u8) -> Result<()> {
        match op {
            b')' => self.add(Node::Tuple(Vec::new())), // EMPTY_TUPLE
            b']' => self.add(Node::List(Vec::new())),  // EMPTY_LIST
            b'}' => self.add(Node::Dict(Vec::new())),  // EMPTY_DICT
            0x8f => self.add(Node::Set(Vec::new())),   // EMPTY_SET
            0x85..=0x87 => {
                let items = self.pop_many(usize::from(op - 0x84))?; // TUPLE1, 2, 3
                self.add(Node::Tuple(items))
            }
            b't' => {
                let items = self.pop_mark()?; // TUPLE
                self.add(Node::Tuple(items))
            }
            b'l' => {
                let items = self.pop_mark()?; // LIST
                self.add(Node::List(items))
            }
            0x91 => {
                let items = self.pop_mark()?; // FROZENSET
                self.add(Node::Set(items))
            }
            b'd' => {
                let items = self.pop_mark()?; // DICT
                self.add(Node::Dict(Vec::new()))?;
                self.set_items(&items)
            }
            b'a' => {
                let items = self.pop_many(1)?; // APPEND
                self.append(&items)
            }
            b'e' | 0x90 => {
                let items = self.pop_mark()?; // APPENDS, ADDITEMS
                self.append(&items)
            }
            b's' => {
                let items = self.pop_many(2)?; // SETITEM
                self.set_items(&items)
            }
            b'u' => {
                let items = self.pop_mark()?; // SETITEMS
                self.set_items(&items)
            }
            _ => self.object(op),
        }
    }

    /// Opcodes for objects.
    fn object(&mut self, op: u8) -> Result<()> {
        match op {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?); // GLOBAL
                self.name(module, name)
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?); // STACK_GLOBAL
                match (module, name) {
                    (Value::Text(module), Value::Text(name)) => self.name(module, name),
                    _ => Err(damaged("a name is no text")),
                }
            }
            b'R' | 0x81 => {
                let (args, class) = (self.pop()?, self.pop()?); // REDUCE, NEWOBJ
                self.make(class, args)
            }
            0x92 => {
                // NEWOBJ_EX: no object of the list has named arguments.
                let (_, args, class) = (self.pop()?, self.pop()?, self.pop()?);
                self.make(class, args)
            }
            b'b' => {
                let state = self.pop()?; // BUILD
                match self.top_node()? {
                    Node::Object(object) => object.state = state,
                    _ => return Err(damaged("a state is given to what has none")),
                }
                Ok(())
            }
            b'P' | b'Q' => Err(outside("a persistent id")),
            0x82..=0x84 => Err(outside("an extension code")),
            0x97 | 0x98 => Err(outside("a buffer beside the file")),
            b'I' | b'L' | b'F' | b'S' | b'V' | b'p' | b'g' | b'i' | b'o' => Err(old_protocol()),
            _ => Err(damaged(format!("0x{op:02x} is no opcode"))),
        }
    }

    fn protocol(&mut self) -> Result<()> {
        match self.byte()? {
            2..=5 => Ok(()),
            0 | 1 => Err(old_protocol()),
            version => Err(unsupported(
                format!("it is written in pickle protocol {version}"),
                "write it with pandas as to_pickle(path, protocol=5)",
            )),
        }
    }

    fn name(&mut self, module: &str, name: &str) -> Result<()> {
        let found = Name::find(module, name).ok_or_else(|| foreign(module, name))?;
        self.push(Value::Name(found));
        Ok(())
    }

    fn make(&mut self, class: Value<'a>, args: Value<'a>) -> Result<()> {
        let Value::Node(args_index) = args else {
            return Err(damaged("arguments are no tuple"));
        };
        let Some(Node::Tuple(items)) = self.nodes.get(args_index as usize) else {
            return Err(damaged("arguments are no tuple"));
        };
        let class = match class {
            Value::Name(Name::GetAttr) => match items.as_slice() {
                // How a zone of the module zoneinfo is written.
                [Value::Name(Name::ZoneInfo), Value::Text("_unpickle")] => Name::GetAttr,
                _ => return Err(foreign("builtins", "getattr")),
            },
            Value::Name(Name::Partial) => match items.as_slice() {
                // How pandas 1.3 writes a block.
                [Value::Name(Name::UnpickleBlock)] => Name::Partial,
                _ => return Err(foreign("functools", "partial")),
            },
            Value::Name(class) => class,
            Value::Node(index) => match self.nodes.get(index as usize) {
                Some(Node::Object(object)) if object.class == Name::GetAttr => Name::ZoneInfo,
                Some(Node::Object(object)) if object.class == Name::Partial => Name::UnpickleBlock,
                _ => return Err(damaged("it calls what is no class")),
            },
            _ => return Err(damaged("it calls what is no class")),
        };
        self.budget.spend(size_of::<Object<'_>>())?;
        self.add(Node::Object(Box::new(Object {
            class,
            args,
            state: Value::None,
            items: Vec::new(),
        })))
    }

    fn append(&mut self, items: &[Value<'a>]) -> Result<()> {
        self.budget.spend(size_of_val(items))?;
        match self.top_node()? {
            Node::List(list) | Node::Set(list) => list.extend_from_slice(items),
            Node::Object(object) => object.items.extend_from_slice(items),
            _ => return Err(damaged("items are added to what is no list")),
        }
        Ok(())
    }

    fn set_items(&mut self, items: &[Value<'a>]) -> Result<()> {
        self.budget.spend(size_of_val(items))?;
        let (pairs, []) = items.as_chunks() else {
            return Err(damaged("a key has no value"));
        };
        match self.top_node()? {
            Node::Dict(dict) => dict.extend(pairs.iter().map(|&[key, value]| (key, value))),
            Node::Object(object) => object.items.extend_from_slice(items),
            _ => return Err(damaged("keys are set in what is no dict")),
        }
        Ok(())
    }

    fn int(&mut self, width: usize, signed: bool) -> Result<()> {
        let bytes = self.take(width)?;
        self.push(Value::Int(little_endian(bytes, signed)));
        Ok(())
    }

    fn long(&mut self, prefix: usize) -> Result<()> {
        let length = self.length(prefix)?;
        if length > MAX_INTEGER_BYTES {
            return Err(damaged(format!("an integer of {length} bytes")));
        }
        let bytes = self.take(length)?;
        self.push(match length {
            0..=8 => Value::Int(little_endian(bytes, true)),
            _ => Value::Long(bytes),
        });
        Ok(())
    }

    /// Text is UTF-8, in which Python also writes halves of surrogate pairs.
    fn text(&mut self, prefix: usize) -> Result<()> {
        let length = self.length(prefix)?;
        let bytes = self.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push(Value::Text(text)),
            Err(_) => {
                self.budget.spend(3 * bytes.len())?;
                self.add(Node::Mended(String::from_utf8_lossy(bytes).into_owned()))?;
            }
        }
        Ok(())
    }

    /// A `str` of Python 2, which is text or bytes.
    fn old_text(&mut self, prefix: usize) -> Result<()> {
        let length = self.length(prefix)?;
        let bytes = self.take(length)?;
        self.push(std::str::from_utf8(bytes).map_or(Value::Bytes(bytes), Value::Text));
        Ok(())
    }

    fn binary(&mut self, prefix: usize) -> Result<()> {
        let length = self.length(prefix)?;
        let bytes = self.take(length)?;
        self.push(Value::Bytes(bytes));
        Ok(())
    }

    fn remember(&mut self, index: usize) -> Result<()> {
        let value = self.top()?;
        if index > self.at {
            return Err(damaged(format!("value {index} is remembered too early")));
        }
        if index >= self.memo.len() {
            self.memo.resize(index + 1, None);
        }
        self.memo[index] = Some(value);
        Ok(())
    }

    fn push(&mut self, value: Value<'a>) {
        self.stack.push(value);
    }

    fn add(&mut self, node: Node<'a>) -> Result<()> {
        let held = match &node {
            Node::Tuple(items) | Node::List(items) | Node::Set(items) => size_of_val(&items[..]),
            _ => 0,
        };
        self.budget.spend(size_of::<Node<'_>>() + held)?;
        let index = u32::try_from(self.nodes.len()).map_err(|_| damaged("too many values"))?;
        self.nodes.push(node);
        self.push(Value::Node(index));
        Ok(())
    }

    /// How much of the stack lies below the last mark, out of reach.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<Value<'a>> {
        let reachable = self.stack.get(self.floor()..).unwrap_or_default();
        reachable
            .last()
            .copied()
            .ok_or_else(|| damaged("a value is missing"))
    }

    fn top_node(&mut self) -> Result<&mut Node<'a>> {
        let node = match self.top()? {
            Value::Node(index) => self.nodes.get_mut(index as usize),
            _ => None,
        };
        node.ok_or_else(|| damaged("a plain value is changed"))
    }

    fn pop(&mut self) -> Result<Value<'a>> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Value<'a>>> {
        let start = self.stack.len().checked_sub(count);
        let start = start.filter(|&start| start >= self.floor());
        let start = start.ok_or_else(|| damaged("a value is missing"))?;
        Ok(self.stack.split_off(start))
    }

    fn pop_mark(&mut self) -> Result<Vec<Value<'a>>> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| damaged("a mark is missing"))?;
        if mark > self.stack.len() {
            return Err(damaged("a mark is missing"));
        }
        Ok(self.stack.split_off(mark))
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.take(N)?.first_chunk();
        bytes
            .copied()
            .ok_or_else(|| damaged("the file ends too early"))
    }

    /// A length of `width` bytes. The pickler has signed ones too, which are
    /// never negative: those look like lengths beyond any file.
    fn length(&mut self, width: usize) -> Result<usize> {
        let length = little_endian(self.take(width)?, false);
        usize::try_from(length).map_err(|_| damaged("a length is beyond the end of the file"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..count);
        let taken = taken.ok_or_else(|| damaged("the file ends too early"))?;
        self.at += count;
        Ok(taken)
    }

    fn line(&mut self) -> Result<&'a str> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| damaged("the file ends too early"))?;
        let line =
            std::str::from_utf8(self.take(end)?).map_err(|_| damaged("a name is no text"))?;
        self.at += 1;
        Ok(line)
    }
}

/// Up to eight bytes as an integer; unsigned ones of eight wrap.
fn little_endian(bytes: &[u8], signed: bool) -> i64 {
    let negative = signed && bytes.last().is_some_and(|&byte| byte >= 0x80);
    let mut all = [if negative { 0xff } else { 0 }; 8];
    for (to, from) in all.iter_mut().zip(bytes) {
        *to = *from;
    }
    i64::from_le_bytes(all)
}

pub(super) fn old_protocol() -> Error {
    unsupported(
        "it is written in pickle protocol 0 or 1",
        "write it with pandas as to_pickle(path), which takes protocol 2 or later",
    )
}

fn outside(what: &str) -> Error {
    unsupported(
        format!("it refers to {what}, which is not in the file"),
        "write it with pandas as to_pickle(path)",
    )
}
