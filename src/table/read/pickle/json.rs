//! Nested values as JSON, the text that a table holds for them.
//!
//! Tuples, sets, deques and numpy arrays are arrays; keys of dicts are text.
//! Times, bytes and the rest are written as everywhere (see `table::format`).

use super::names::Name;
use super::ndarray::NdArray;
use super::object::Scalar;
use super::value::{Node, Value};
use super::{MAX_DEPTH, Reader, damaged, unsupported};
use crate::table::format;
use crate::{Error, Result};

impl<'p> Reader<'p> {
    /// Appends `value` as JSON.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` if the text is longer than the budget, as values that hold
    /// the same value many times may make it; `Unsupported` for values that are
    /// nested too deep, among them those that hold themselves.
    pub(super) fn json(&mut self, value: Value<'p>, depth: usize, out: &mut Vec<u8>) -> Result<()> {
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        let scalar = self.scalar(value, 0)?;
        self.json_scalar(&scalar, depth, out)
    }

    fn json_scalar(&mut self, scalar: &Scalar<'p>, depth: usize, out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        match scalar {
            Scalar::Nested(value) => return self.nested(*value, depth, out),
            Scalar::Wide(digits) => out.extend_from_slice(digits.as_bytes()),
            plain => format::write_json(&plain.cell(), out),
        }
        self.budget.spend(out.len() - start)
    }

    fn nested(&mut self, value: Value<'p>, depth: usize, out: &mut Vec<u8>) -> Result<()> {
        self.budget.spend(2)?;
        let object = match self.pickle.node(value) {
            Some(Node::Dict(pairs)) => {
                return self.pairs(pairs.iter().copied(), depth, out);
            }
            Some(Node::Tuple(items) | Node::List(items) | Node::Set(items)) => {
                return self.array_of(items, depth, out);
            }
            Some(Node::Object(object)) => object,
            _ => return Err(damaged("a nested value is none")),
        };
        match object.class {
            Name::Mapping => {
                let (pairs, _) = object.items.as_chunks();
                let own = pairs.iter().map(|&[key, value]| (key, value));
                // A Counter is made of a dict, and a defaultdict of a class.
                let first = self
                    .pickle
                    .arg(object, 0)
                    .and_then(|dict| self.pickle.node(dict));
                match first {
                    Some(Node::Dict(pairs)) => {
                        self.pairs(pairs.iter().copied().chain(own), depth, out)
                    }
                    _ => self.pairs(own, depth, out),
                }
            }
            Name::Reconstruct | Name::FromBuffer => {
                let array = self.ndarray(value)?;
                self.numpy(&array, &mut Vec::new(), depth, out)
            }
            _ => {
                // set(list), deque(list, length), or one appended to.
                let first = self
                    .pickle
                    .arg(object, 0)
                    .and_then(|items| self.pickle.node(items));
                match first {
                    Some(Node::Tuple(items) | Node::List(items)) if object.items.is_empty() => {
                        self.array_of(items, depth, out)
                    }
                    _ => self.array_of(&object.items, depth, out),
                }
            }
        }
    }

    fn array_of(&mut self, items: &[Value<'p>], depth: usize, out: &mut Vec<u8>) -> Result<()> {
        out.push(b'[');
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            self.json(item, depth + 1, out)?;
        }
        out.push(b']');
        self.budget.spend(items.len())
    }

    fn pairs(
        &mut self,
        pairs: impl Iterator<Item = (Value<'p>, Value<'p>)>,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        out.push(b'{');
        for (i, (key, value)) in pairs.enumerate() {
            if i > 0 {
                out.push(b',');
            }
            let start = out.len();
            let name = match self.scalar(key, 0)? {
                Scalar::Text(text) => text,
                Scalar::Null => "null".into(),
                other => {
                    let mut name = Vec::new();
                    match other {
                        Scalar::Nested(value) => self.json(value, depth + 1, &mut name)?,
                        plain => format::write_text(&plain.cell(), &mut name),
                    }
                    String::from_utf8_lossy(&name).into_owned().into()
                }
            };
            format::write_json_string(&name, out);
            out.push(b':');
            self.budget.spend(out.len() - start)?;
            self.json(value, depth + 1, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    /// The part of an array whose first indices are `indices`.
    fn numpy(
        &mut self,
        array: &NdArray<'p>,
        indices: &mut Vec<usize>,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        let Some(&size) = array.shape.get(indices.len()) else {
            let scalar = self.item(array.get(indices), 0)?;
            return self.json_scalar(&scalar, depth, out);
        };
        out.push(b'[');
        for i in 0..size {
            if i > 0 {
                out.push(b',');
            }
            self.budget.spend(1)?;
            indices.push(i);
            self.numpy(array, indices, depth + 1, out)?;
            indices.pop();
        }
        out.push(b']');
        Ok(())
    }
}

fn too_deep() -> Error {
    unsupported(
        format!("it holds a value nested deeper than {MAX_DEPTH}"),
        "leave that column out, or turn it into text with astype(str)",
    )
}
