//! Incidents, alerts and the entities they are about, and what the user notes of them. As msticpy's
//! `EntityGraph`, but equal entities of several alerts are one node.

mod edit;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::node_link::{Kind, NodeLink, Parts};
use super::tables::{Tables, summary};
use crate::entity::alert::Entities;
use crate::order::{pair, sort_by_number};
use crate::table::{ALERT_IDS, Column, Map, choose_time, write_text};
use crate::{Error, Result, Table};

/// How an entity graph is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EntityGraphOptions {
    /// The column of entities, JSON as Sentinel has it. Default `"Entities"`.
    pub entities_column: Option<String>,
    /// Of tables without entities, the column of one end of a link, whose values are entities.
    pub source: Option<String>,
    /// The column of the other end.
    pub target: Option<String>,
    /// What a tooltip says of the row of a node that has one row. Default what tells of an alert.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
}

/// What a node is; colours are near to msticpy's, but told apart by those who see fewer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Incident,
    Alert,
    Entity,
    Note,
}

/// Names of roles and their colours: as red, orange, green and blue as the theme has them.
const ROLES: [(&str, usize); 4] = [("Incident", 1), ("Alert", 4), ("Entity", 2), ("Note", 0)];

#[derive(Debug, Clone)]
struct Node {
    role: Role,
    /// What it is called.
    name: String,
    /// `Alert` and such, or the type of the entity.
    kind: String,
    description: String,
    /// Microseconds since 1970.
    time: Option<i64>,
}

/// What is drawn, and can be changed.
struct Model {
    nodes: Vec<Node>,
    /// Nodes of tables by what identifies them; it is not needed after these are read.
    numbers: Map<String, u32>,
    links: Vec<(u32, u32)>,
    members: Vec<(u32, u32)>,
    columns: Vec<String>,
    left_out: usize,
    tables: Tables,
}

const TITLES: [&str; 6] = [
    "AlertDisplayName",
    "AlertName",
    "DisplayName",
    "Title",
    "IncidentName",
    "Name",
];
const INCIDENT_IDS: [&str; 3] = ["IncidentName", "IncidentNumber", "IncidentId"];
const TELLING: [&str; 7] = [
    "AlertName",
    "AlertSeverity",
    "Severity",
    "Status",
    "ProductName",
    "Tactics",
    "IncidentNumber",
];

/// The graph of one or more tables: of alerts, which have a column of entities; of incidents, which
/// have a column `AlertIds`; or of links, of which options name the columns.
///
/// # Errors
///
/// `ColumnNotFound` for a column; `InvalidArgument` for a table that is none of those.
pub fn entity_graph(tables: Tables, options: &EntityGraphOptions) -> Result<NodeLink> {
    let mut columns = options.source_columns.clone();
    for column in &columns {
        let missing = tables.main.iter().map(|(_, table)| table.column(column));
        missing.reduce(Result::or).transpose()?;
    }
    if columns.is_empty() {
        columns = owned(&TELLING);
    }
    let mut model = Model {
        nodes: vec![],
        numbers: Map::default(),
        links: vec![],
        members: vec![],
        columns,
        left_out: 0,
        tables,
    };
    let mut before = 0;
    for place in 0..model.tables.main.len() {
        let table = model.tables.main[place].1.clone();
        model.add_table(&table, before, options)?;
        before += table.num_rows();
    }
    model.numbers = Map::default();
    let parts = model.parts()?;
    Ok(NodeLink::new(parts).with_edits(Box::new(model)))
}

#[inline(never)]
fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The texts of a column, whole.
#[inline(never)]
fn texts(table: &Table, column: &str) -> Result<Vec<String>> {
    let array = table.column(column)?;
    let column = Column::of(array.as_ref());
    let text = |row| {
        let mut bytes = Vec::new();
        write_text(&column.get(row), &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok((0..table.num_rows()).map(text).collect())
}

/// The first of some columns that is there; texts that are empty if none is.
fn first_of(table: &Table, columns: &[&str]) -> Vec<String> {
    let found = columns.iter().find_map(|column| texts(table, column).ok());
    found.unwrap_or_else(|| vec![String::new(); table.num_rows()])
}

impl Model {
    fn add_table(
        &mut self,
        table: &Table,
        before: usize,
        options: &EntityGraphOptions,
    ) -> Result<()> {
        let entities = options.entities_column.as_deref().unwrap_or("Entities");
        if let Ok(ids) = texts(table, "AlertIds") {
            return self.add_incidents(table, before, &ids);
        }
        if let (Some(source), Some(target)) = (&options.source, &options.target) {
            return self.add_links(table, before, [source, target]);
        }
        if options.entities_column.is_none() && table.column(entities).is_err() {
            return Err(Error::InvalidArgument(
                "a table has neither `Entities`, as alerts have, nor `AlertIds`, as incidents have; name a column with entitiesColumn, or two that are linked with source and target".into(),
            ));
        }
        self.add_alerts(table, before, &texts(table, entities)?)
    }

    /// The node that `key` identifies, which is new if there is none.
    fn node(&mut self, key: String, node: Node) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.nodes.push(node);
        }
        number
    }

    fn link(&mut self, a: u32, b: u32) {
        if a != b {
            self.links.push((a.min(b), a.max(b)));
        }
    }

    /// A node for each id of a table, with what its last row says.
    fn add_rows(&mut self, table: &Table, before: usize, role: Role, ids: &[&str]) -> Vec<u32> {
        let ids = first_of(table, ids);
        let (titles, descriptions) = (first_of(table, &TITLES), first_of(table, &["Description"]));
        let times = choose_time(table, None).and_then(|column| table.time_us(column));
        let times: Vec<Option<i64>> = times.map_or(vec![], |times| times.iter().collect());
        let kind = ROLES[role as usize].0;
        let mut numbers = Vec::new();
        for (row, (id, title)) in ids.into_iter().zip(titles).enumerate() {
            let mut place = itoa::Buffer::new();
            let id = if id.is_empty() {
                place.format(before + row).to_owned()
            } else {
                id
            };
            let name = if title.is_empty() {
                [kind, " ", &id].concat()
            } else {
                title
            };
            let node = Node {
                role,
                name,
                kind: kind.into(),
                description: descriptions[row].clone(),
                time: times.get(row).copied().flatten(),
            };
            let number = self.node([kind, "|", &id].concat(), node.clone());
            self.nodes[number as usize] = node;
            self.members.push(((before + row) as u32, number));
            numbers.push(number);
        }
        numbers
    }

    fn add_alerts(&mut self, table: &Table, before: usize, entities: &[String]) -> Result<()> {
        let alerts = self.add_rows(table, before, Role::Alert, &ALERT_IDS);
        for ((row, text), alert) in (before as u32..).zip(entities).zip(alerts) {
            let Ok(value) = serde_json::from_str::<Value>(text) else {
                self.left_out += usize::from(!text.is_empty());
                continue;
            };
            let found = Entities::of(&value);
            let numbers: Vec<u32> = found
                .all
                .into_iter()
                .map(|entity| self.node(entity.key, Node::entity(entity.kind, entity.name)))
                .collect();
            for &number in &numbers {
                self.members.push((row, number));
                self.link(alert, number);
            }
            for (a, b) in found.links {
                self.link(numbers[a as usize], numbers[b as usize]);
            }
        }
        Ok(())
    }

    fn add_incidents(&mut self, table: &Table, before: usize, ids: &[String]) -> Result<()> {
        let incidents = self.add_rows(table, before, Role::Incident, &INCIDENT_IDS);
        for ((row, ids), incident) in (before as u32..).zip(ids).zip(incidents) {
            let marks = ['[', ']', '"', '\'', ',', ';', ' '];
            for id in ids.split(marks).filter(|id| !id.is_empty()) {
                let alert = Node {
                    role: Role::Alert,
                    kind: "Alert".into(),
                    ..Node::entity(String::new(), ["Alert ", id].concat())
                };
                let alert = self.node(["Alert|", id].concat(), alert);
                self.members.push((row, alert));
                self.link(incident, alert);
            }
        }
        Ok(())
    }

    fn add_links(&mut self, table: &Table, before: usize, columns: [&String; 2]) -> Result<()> {
        let ends = [texts(table, columns[0])?, texts(table, columns[1])?];
        for (row, (a, b)) in (before as u32..).zip(ends[0].iter().zip(&ends[1])) {
            if a.is_empty() || b.is_empty() {
                self.left_out += 1;
                continue;
            }
            let ends = [a, b].map(|name| {
                self.node(
                    ["entity|", name].concat(),
                    Node::entity("Entity".into(), name.clone()),
                )
            });
            self.members.extend(ends.map(|node| (row, node)));
            self.link(ends[0], ends[1]);
        }
        Ok(())
    }

    /// What is drawn of it.
    fn parts(&mut self) -> Result<Parts> {
        for pairs in [&mut self.members, &mut self.links] {
            sort_by_number(pairs, |(first, second)| pair(*first, *second));
            pairs.dedup();
        }
        let mut edges = vec![String::new(); self.nodes.len()];
        for &(a, b) in &self.links {
            for (own, other) in [(a, b), (b, a)] {
                let edges = &mut edges[own as usize];
                edges.push_str(if edges.is_empty() { "" } else { ", " });
                edges.push_str(&self.nodes[other as usize].name);
            }
        }
        let all = &self.nodes;
        let texts = vec![
            ("Name", all.iter().map(|node| node.name.as_str()).collect()),
            ("Type", all.iter().map(|node| node.kind.as_str()).collect()),
            (
                "Description",
                all.iter().map(|node| node.description.as_str()).collect(),
            ),
            ("Edges", edges.iter().map(String::as_str).collect()),
        ];
        let times = all.iter().map(|node| node.time).collect();
        let nodes = summary(texts, vec![], vec![("TimeGenerated", times)])?;
        let mut kinds = Vec::new();
        for (name, color) in ROLES {
            let name = name.to_owned();
            kinds.push(Kind { name, color });
        }
        Ok(Parts {
            what: "Entity graph",
            names: self.nodes.iter().map(|node| node.name.clone()).collect(),
            kind_of: self.nodes.iter().map(|node| node.role as u32).collect(),
            kinds,
            edges: self.links.clone(),
            weights: None,
            members: self.members.clone(),
            node_columns: owned(&["Type", "Description", "TimeGenerated"]),
            links: nodes.slice(0, 0),
            link_columns: vec![],
            nodes,
            row_columns: self.columns.clone(),
            tables: Tables {
                main: self.tables.main.clone(),
                ..Tables::default()
            },
            left_out: self.left_out,
        })
    }
}

impl Node {
    fn entity(kind: String, name: String) -> Self {
        Self {
            role: Role::Entity,
            name,
            kind,
            description: String::new(),
            time: None,
        }
    }
}
