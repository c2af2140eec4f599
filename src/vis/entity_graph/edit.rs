//! What the user notes: nodes and links that are added and taken away.

use serde_json::{Map as Object, Value};

use super::{Model, Node, ROLES, Role};
use crate::table::time::parse_time;
use crate::vis::node_link::{Edits, Parts};
use crate::{Error, Result};

/// Of a change, a text that may be absent or empty.
#[inline(never)]
fn text<'a>(change: &'a Object<String, Value>, field: &str) -> &'a str {
    let value = change.get(field).and_then(Value::as_str);
    value.unwrap_or_default()
}

#[inline(never)]
fn wrong(before: &str, name: &str, after: &str) -> Error {
    Error::InvalidArgument([before, "`", name, "`", after].concat())
}

impl Edits for Model {
    /// `edit` says what to do: `addNote`, `addEntity`, `addAlert` or `addIncident` with `name`, and
    /// `description`, `type`, `time` and `attachedTo` where they are known; `addLink` or
    /// `removeLink` with `source` and `target`; `removeNode` with `name`.
    fn edit(&mut self, change: &Object<String, Value>) -> Result<Parts> {
        let edit = text(change, "edit");
        let role = match edit {
            "addNote" => Role::Note,
            "addEntity" => Role::Entity,
            "addIncident" => Role::Incident,
            "addAlert" => Role::Alert,
            "removeNode" => {
                let node = self.named(text(change, "name"))?;
                self.remove(node);
                return self.parts();
            }
            "addLink" | "removeLink" => {
                let a = self.named(text(change, "source"))?;
                let b = self.named(text(change, "target"))?;
                let before = self.links.len();
                self.links.retain(|link| *link != (a.min(b), a.max(b)));
                if edit == "addLink" {
                    self.link(a, b);
                } else if self.links.len() == before {
                    return Err(wrong("there is no link from ", text(change, "source"), ""));
                }
                return self.parts();
            }
            _ => return Err(wrong("there is no edit ", edit, "")),
        };
        self.add(role, text(change, "name"), change)?;
        self.parts()
    }
}

impl Model {
    #[inline(never)]
    fn named(&self, name: &str) -> Result<u32> {
        let node = self.nodes.iter().position(|node| node.name == name);
        let number = node.ok_or_else(|| wrong("there is no node ", name, ""))?;
        Ok(number as u32)
    }

    fn add(&mut self, role: Role, name: &str, change: &Object<String, Value>) -> Result<()> {
        if name.is_empty() || self.named(name).is_ok() {
            return Err(wrong("", name, " is no new name"));
        }
        let to = match change.get("attachedTo") {
            Some(Value::Array(names)) => names.as_slice(),
            Some(Value::Null) | None => &[],
            Some(name) => std::slice::from_ref(name),
        };
        let mut others = Vec::new();
        for name in to {
            others.push(self.named(name.as_str().unwrap_or_default())?);
        }
        let kind = match text(change, "type") {
            kind if role == Role::Entity && !kind.is_empty() => kind,
            _ => ROLES[role as usize].0,
        };
        let time = match text(change, "time") {
            "" => None,
            text => {
                let time = parse_time(text.as_bytes());
                Some(
                    time.ok_or_else(|| {
                        wrong("", text, " is no time, such as 2026-03-14T09:30:00Z")
                    })?
                    .micros,
                )
            }
        };
        let node = Node {
            role,
            time,
            description: text(change, "description").into(),
            ..Node::entity(kind.into(), name.into())
        };
        let number = self.nodes.len() as u32;
        self.nodes.push(node);
        for other in others {
            self.link(number, other);
        }
        Ok(())
    }

    /// Those after it are counted anew.
    fn remove(&mut self, node: u32) {
        self.nodes.remove(node as usize);
        self.links.retain(|(a, b)| *a != node && *b != node);
        self.members.retain(|(_, own)| *own != node);
        let numbers = self.links.iter_mut().flat_map(|(a, b)| [a, b]);
        for number in numbers.chain(self.members.iter_mut().map(|(_, own)| own)) {
            *number -= u32::from(*number > node);
        }
    }
}
