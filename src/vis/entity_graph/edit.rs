//! What the user notes: nodes and links that are added and taken away.

use serde_json::{Map as Object, Value};

use super::{Model, Node, ROLES, Role};
use crate::table::time::parse_time;
use crate::vis::node_link::{Edits, Parts};
use crate::{Error, Result};

impl Edits for Model {
    /// `edit` says what to do: `addNote`, `addEntity` or `addIncident` with `name`, and
    /// `description`, `type`, `time` and `attachedTo` where they are known; `addLink` or
    /// `removeLink` with `source` and `target`; `removeNode` with `name`.
    fn edit(&mut self, change: &Object<String, Value>) -> Result<Parts> {
        let text = |field: &str| {
            change
                .get(field)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let needed = |field: &str| {
            text(field).ok_or_else(|| {
                Error::InvalidArgument(["an edit of the graph needs a text `", field, "`"].concat())
            })
        };
        match text("edit").unwrap_or_default() {
            "addLink" => {
                let (a, b) = (
                    self.named(needed("source")?)?,
                    self.named(needed("target")?)?,
                );
                self.link(a, b);
            }
            "removeLink" => {
                let (a, b) = (
                    self.named(needed("source")?)?,
                    self.named(needed("target")?)?,
                );
                let before = self.links.len();
                self.links.retain(|link| *link != (a.min(b), a.max(b)));
                if self.links.len() == before {
                    return Err(Error::InvalidArgument(
                        "there is no link between these two".into(),
                    ));
                }
            }
            "removeNode" => {
                let node = self.named(needed("name")?)?;
                self.remove(node);
            }
            edit => {
                let role = match edit {
                    "addNote" => Role::Note,
                    "addEntity" => Role::Entity,
                    "addIncident" => Role::Incident,
                    "addAlert" => Role::Alert,
                    _ => {
                        return Err(Error::InvalidArgument(
                            ["there is no edit `", edit, "`"].concat(),
                        ));
                    }
                };
                self.add(role, needed("name")?, change)?;
            }
        }
        self.parts()
    }
}

impl Model {
    fn named(&self, name: &str) -> Result<u32> {
        let node = self.nodes.iter().position(|node| node.name == name);
        let number =
            node.ok_or_else(|| Error::InvalidArgument(["there is no node `", name, "`"].concat()))?;
        Ok(number as u32)
    }

    fn add(&mut self, role: Role, name: &str, change: &Object<String, Value>) -> Result<()> {
        if self.named(name).is_ok() {
            return Err(Error::InvalidArgument(
                ["there is a node `", name, "` already"].concat(),
            ));
        }
        let to = match change.get("attachedTo") {
            Some(Value::Array(names)) => names.iter().collect(),
            Some(Value::Null) | None => vec![],
            Some(name) => vec![name],
        };
        let to: Vec<u32> = to
            .into_iter()
            .map(|name| self.named(name.as_str().unwrap_or_default()))
            .collect::<Result<_>>()?;
        let text = |field: &str| {
            change
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let kind = Some(text("type")).filter(|kind| !kind.is_empty() && role == Role::Entity);
        let node = Node {
            role,
            description: text("description").into(),
            time: parse_time(text("time").as_bytes()).map(|time| time.micros),
            ..Node::entity(kind.unwrap_or(ROLES[role as usize].0).into(), name.into())
        };
        let number = self.nodes.len() as u32;
        self.nodes.push(node);
        for other in to {
            self.link(number, other);
        }
        Ok(())
    }

    /// Those after it are counted anew.
    fn remove(&mut self, node: u32) {
        self.nodes.remove(node as usize);
        let moved = |number: u32| number - u32::from(number > node);
        self.links.retain(|(a, b)| *a != node && *b != node);
        self.members.retain(|(_, own)| *own != node);
        self.links
            .iter_mut()
            .for_each(|(a, b)| (*a, *b) = (moved(*a), moved(*b)));
        self.members
            .iter_mut()
            .for_each(|(_, own)| *own = moved(*own));
    }
}
