//! What a pickle describes: values, and objects that are only written down.

use super::names::Name;

/// A value. Small ones are held here, the others are nodes of the [`Pickle`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// An integer that no `i64` holds: two's complement, lowest byte first.
    Long(&'a [u8]),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A class or function of the list in `names`.
    Name(Name),
    /// Index of a node.
    Node(u32),
}

/// A value that may be shared, or may hold others.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// Text whose bytes were no UTF-8; what could not be read is `\u{fffd}`.
    Mended(String),
    Tuple(Vec<Value<'a>>),
    List(Vec<Value<'a>>),
    Set(Vec<Value<'a>>),
    /// Pairs in the order of the pickle; of equal keys the last one counts.
    Dict(Vec<(Value<'a>, Value<'a>)>),
    Object(Box<Object<'a>>),
}

/// What the pickle wants made: `class(*args)`, then given a state and items.
/// Nothing makes it; the readers of numpy's and pandas' objects look at it.
#[derive(Debug)]
pub(super) struct Object<'a> {
    pub(super) class: Name,
    /// Always a tuple.
    pub(super) args: Value<'a>,
    pub(super) state: Value<'a>,
    /// What was appended, or keys and values in turn.
    pub(super) items: Vec<Value<'a>>,
}

/// A pickle's values. They may share nodes, and a node may hold itself.
#[derive(Debug)]
pub(super) struct Pickle<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) root: Value<'a>,
}

/// Objects have few fields; more are refused, because looking for a field in a
/// million, for every row, would not end.
const MAX_FIELDS: usize = 64;

impl<'a> Pickle<'a> {
    pub(super) fn node(&self, value: Value<'a>) -> Option<&Node<'a>> {
        match value {
            Value::Node(index) => self.nodes.get(index as usize),
            _ => None,
        }
    }

    pub(super) fn object(&self, value: Value<'a>) -> Option<&Object<'a>> {
        match self.node(value)? {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(super) fn text(&self, value: Value<'a>) -> Option<&str> {
        match (value, self.node(value)) {
            (Value::Text(text), _) => Some(text),
            (_, Some(Node::Mended(text))) => Some(text),
            _ => None,
        }
    }

    /// The items of a tuple, a list, or a pandas `FrozenList`.
    pub(super) fn items(&self, value: Value<'a>) -> Option<&[Value<'a>]> {
        match self.node(value)? {
            Node::Tuple(items) | Node::List(items) => Some(items),
            Node::Object(object) if object.class == Name::FrozenList => {
                match self.node(self.arg(object, 0)?)? {
                    Node::Tuple(items) | Node::List(items) => Some(items),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(super) fn args(&self, object: &Object<'a>) -> &[Value<'a>] {
        match self.node(object.args) {
            Some(Node::Tuple(args)) => args,
            _ => &[],
        }
    }

    pub(super) fn arg(&self, object: &Object<'a>, index: usize) -> Option<Value<'a>> {
        self.args(object).get(index).copied()
    }

    /// The value of `key` in a dict of fields.
    pub(super) fn field(&self, dict: Value<'a>, key: &str) -> Option<Value<'a>> {
        let Node::Dict(pairs) = self.node(dict)? else {
            return None;
        };
        if pairs.len() > MAX_FIELDS {
            return None;
        }
        let pair = pairs
            .iter()
            .rev()
            .find(|(name, _)| self.text(*name) == Some(key));
        pair.map(|&(_, value)| value)
    }

    /// What Python's `type(value)` would name, for errors.
    pub(super) fn type_name(&self, value: Value<'a>) -> String {
        match (value, self.node(value)) {
            (Value::None, _) => "None".into(),
            (Value::Bool(_), _) => "bool".into(),
            (Value::Int(_) | Value::Long(_), _) => "int".into(),
            (Value::Float(_), _) => "float".into(),
            (Value::Text(_), _) | (_, Some(Node::Mended(_))) => "str".into(),
            (Value::Bytes(_), _) => "bytes".into(),
            (Value::Name(_), _) => "class".into(),
            (_, Some(Node::Tuple(_))) => "tuple".into(),
            (_, Some(Node::List(_))) => "list".into(),
            (_, Some(Node::Set(_))) => "set".into(),
            (_, Some(Node::Dict(_))) => "dict".into(),
            (_, Some(Node::Object(object))) => match object.class {
                // These make a value of the class that is their first argument.
                Name::NewIndex | Name::NdArrayBacked => match self.arg(object, 0) {
                    Some(Value::Name(class)) => class.python().into(),
                    _ => object.class.python().into(),
                },
                class => class.python().into(),
            },
            (Value::Node(_), None) => "nothing".into(),
        }
    }
}
