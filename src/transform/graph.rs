//! Who is connected with whom: a table as nodes and edges.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray, UInt32Array};

use crate::order::{pair, sort_by_number};
use crate::table::{Cell, Column, Map, Progress, take, write_text};
use crate::{Error, Result, Table};

/// Which columns are the ends of an edge, and what to keep of the rest.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GraphOptions {
    /// Columns that say more of a source; each node has the value of its first row.
    pub source_attributes: Vec<String>,
    /// The same for targets.
    pub target_attributes: Vec<String>,
    /// Columns that say more of an edge; each edge has the value of its first row.
    pub edge_attributes: Vec<String>,
    /// Whether `a → b` and `b → a` are two edges. Default `false`.
    pub directed: bool,
}

/// Nodes and edges.
#[derive(Debug, Clone)]
pub struct Graph {
    /// `Node`, `NodeRole` (`source`, `target` or `both`), `Count` (rows),
    /// `Degree` (edges; a loop counts once), `InDegree`, `OutDegree` (edges by the
    /// direction that the rows give), `Component` (0 is the largest), and the
    /// attributes.
    pub nodes: Table,
    /// `Source`, `Target`, `Count` (rows), and the attributes.
    pub edges: Table,
    /// The ends of each edge, as rows of `nodes`.
    pub(crate) ends: Vec<(u32, u32)>,
    /// The edge of each row; [`NO_EDGE`] of those that are passed over.
    pub(crate) edge_of: Vec<u32>,
}

/// What a row has without source or target.
pub(crate) const NO_EDGE: u32 = u32::MAX;

/// Rows between two reports of progress.
const ROWS: usize = 1 << 16;

struct Edge {
    source: u32,
    target: u32,
    count: i64,
    /// The first row that has it, whichever way.
    row: u32,
    /// Whether rows go from source to target, and the other way.
    ways: (bool, bool),
}

#[derive(Clone)]
struct Node {
    /// The first row that has it as source, and as target.
    rows: [Option<u32>; 2],
    count: i64,
}

/// The graph whose edges are the rows of a table, each from the value in `source`
/// to the value in `target`; equal edges become one. Values that are no text are
/// written as in CSV; rows where either is absent are passed over. Nodes and
/// edges come in the order of their first rows. O(rows).
///
/// # Errors
///
/// `ColumnNotFound`; `InvalidArgument` for an attribute named as another column
/// of the result; `Cancelled` from `progress`.
pub fn to_graph(
    table: &Table,
    source: &str,
    target: &str,
    options: &GraphOptions,
    progress: &mut Progress<'_>,
) -> Result<Graph> {
    let mut names = Names::default();
    let ends = [names.column(table, source)?, names.column(table, target)?];
    let mut nodes = vec![
        Node {
            rows: [None; 2],
            count: 0
        };
        names.values.len()
    ];
    let mut edges: Vec<Edge> = Vec::new();
    let mut places: Map<(u32, u32), usize> = Map::default();
    let mut edge_of = vec![NO_EDGE; table.num_rows()];
    for (row, (&from, &to)) in ends[0].iter().zip(&ends[1]).enumerate() {
        if row % ROWS == 0 {
            progress.at(row, table.num_rows())?;
        }
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let row = row as u32;
        for (role, node) in [from, to].into_iter().enumerate() {
            let node = &mut nodes[node as usize];
            node.rows[role].get_or_insert(row);
            node.count += i64::from(role == 0 || from != to);
        }
        let turned = !options.directed && from > to;
        let key = if turned { (to, from) } else { (from, to) };
        let place = *places.entry(key).or_insert_with(|| {
            edges.push(Edge {
                source: from,
                target: to,
                count: 0,
                row,
                ways: (false, false),
            });
            edges.len() - 1
        });
        edge_of[row as usize] = place as u32;
        let edge = &mut edges[place];
        edge.count += 1;
        if edge.source == from {
            edge.ways.0 = true;
        } else {
            edge.ways.1 = true;
        }
    }
    let shown = in_order(&nodes);
    let mut rows = vec![0; nodes.len()];
    for (row, &node) in (0..).zip(&shown) {
        rows[node as usize] = row;
    }
    let ends = |edge: &Edge| (rows[edge.source as usize], rows[edge.target as usize]);
    Ok(Graph {
        nodes: node_table(table, &names, (&nodes, &shown), &edges, options)?,
        edges: edge_table(table, &names, &edges, options)?,
        ends: edges.iter().map(ends).collect(),
        edge_of,
    })
}

/// The different values of two columns, each with a number.
#[derive(Default)]
struct Names {
    numbers: Map<Box<[u8]>, u32>,
    values: Vec<Box<[u8]>>,
}

impl Names {
    fn column(&mut self, table: &Table, name: &str) -> Result<Vec<Option<u32>>> {
        let array = table.column(name)?;
        let column = Column::of(array.as_ref());
        let mut written = Vec::new();
        let numbers = (0..table.num_rows()).map(|row| match column.get(row) {
            Cell::Null => None,
            Cell::Text(text) => Some(self.number(text.as_bytes())),
            cell => {
                written.clear();
                write_text(&cell, &mut written);
                Some(self.number(&written))
            }
        });
        Ok(numbers.collect())
    }

    fn number(&mut self, value: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.numbers.insert(value.into(), number);
        self.values.push(value.into());
        number
    }

    fn texts(&self, numbers: impl Iterator<Item = u32>) -> ArrayRef {
        let texts = numbers.map(|number| String::from_utf8_lossy(&self.values[number as usize]));
        Arc::new(StringArray::from_iter_values(texts))
    }
}

fn node_table(
    table: &Table,
    names: &Names,
    (nodes, shown): (&[Node], &[u32]),
    edges: &[Edge],
    options: &GraphOptions,
) -> Result<Table> {
    let integers = |values: &[i64]| {
        let values = shown.iter().map(|&node| values[node as usize]);
        Arc::new(Int64Array::from_iter_values(values)) as ArrayRef
    };
    let [degree, inward, outward] = degrees(nodes.len(), edges);
    let role = |node: u32| match nodes[node as usize].rows {
        [Some(_), Some(_)] => "both",
        [Some(_), None] => "source",
        _ => "target",
    };
    let counts: Vec<i64> = nodes.iter().map(|node| node.count).collect();
    let roles = shown.iter().map(|&node| role(node));
    let mut columns = vec![
        ("Node", names.texts(shown.iter().copied())),
        (
            "NodeRole",
            Arc::new(StringArray::from_iter_values(roles)) as ArrayRef,
        ),
        ("Count", integers(&counts)),
        ("Degree", integers(&degree)),
        ("InDegree", integers(&inward)),
        ("OutDegree", integers(&outward)),
        ("Component", integers(&components(nodes, edges))),
    ];
    for (role, wanted) in [&options.source_attributes, &options.target_attributes]
        .into_iter()
        .enumerate()
    {
        let rows: UInt32Array = shown
            .iter()
            .map(|&node| nodes[node as usize].rows[role])
            .collect();
        add_attributes(&mut columns, table, wanted, &rows)?;
    }
    Table::new(columns)
}

fn edge_table(
    table: &Table,
    names: &Names,
    edges: &[Edge],
    options: &GraphOptions,
) -> Result<Table> {
    let counts = edges.iter().map(|edge| edge.count);
    let mut columns = vec![
        ("Source", names.texts(edges.iter().map(|edge| edge.source))),
        ("Target", names.texts(edges.iter().map(|edge| edge.target))),
        (
            "Count",
            Arc::new(Int64Array::from_iter_values(counts)) as ArrayRef,
        ),
    ];
    let rows = UInt32Array::from_iter_values(edges.iter().map(|edge| edge.row));
    add_attributes(&mut columns, table, &options.edge_attributes, &rows)?;
    Table::new(columns)
}

fn add_attributes<'a>(
    columns: &mut Vec<(&'a str, ArrayRef)>,
    table: &Table,
    wanted: &'a [String],
    rows: &UInt32Array,
) -> Result<()> {
    for name in wanted {
        if columns.iter().any(|(other, _)| other == name) {
            return Err(Error::InvalidArgument(format!(
                "attribute `{name}` has the name of another column of the result; rename it first"
            )));
        }
        columns.push((name, take(table.column(name)?.as_ref(), rows)?));
    }
    Ok(())
}

/// Numbers of the nodes that an edge has, by their first rows.
fn in_order(nodes: &[Node]) -> Vec<u32> {
    let first = |node: &Node| node.rows.iter().flatten().min().copied();
    let mut shown: Vec<(u64, u32)> = (0..nodes.len() as u32)
        .filter_map(|number| {
            let node = &nodes[number as usize];
            // Of one row the source comes first.
            let row = first(node)?;
            let is_target = u32::from(node.rows[0] != Some(row));
            Some((pair(row, is_target), number))
        })
        .collect();
    sort_by_number(&mut shown, |node| node.0);
    shown.into_iter().map(|(_, number)| number).collect()
}

/// For each node the number of its edges, of those to it, and of those from it.
fn degrees(nodes: usize, edges: &[Edge]) -> [Vec<i64>; 3] {
    let mut degrees = [vec![0; nodes], vec![0; nodes], vec![0; nodes]];
    for edge in edges {
        let (source, target) = (edge.source as usize, edge.target as usize);
        degrees[0][source] += 1;
        degrees[0][target] += i64::from(source != target);
        let (there, back) = edge.ways;
        degrees[1][target] += i64::from(there);
        degrees[2][source] += i64::from(there);
        degrees[1][source] += i64::from(back);
        degrees[2][target] += i64::from(back);
    }
    degrees
}

/// For each node the number of its connected component; the largest is 0.
/// Union by size with halved paths (Tarjan and van Leeuwen 1984).
fn components(nodes: &[Node], edges: &[Edge]) -> Vec<i64> {
    let mut parents: Vec<u32> = (0..nodes.len() as u32).collect();
    let mut sizes = vec![1u32; nodes.len()];
    fn root(parents: &mut [u32], mut node: u32) -> u32 {
        while parents[node as usize] != node {
            let above = parents[parents[node as usize] as usize];
            parents[node as usize] = above;
            node = above;
        }
        node
    }
    for edge in edges {
        let (a, b) = (
            root(&mut parents, edge.source),
            root(&mut parents, edge.target),
        );
        let (large, small) = if sizes[a as usize] >= sizes[b as usize] {
            (a, b)
        } else {
            (b, a)
        };
        if large != small {
            parents[small as usize] = large;
            sizes[large as usize] += sizes[small as usize];
        }
    }
    let roots: Vec<u32> = (0..nodes.len() as u32)
        .map(|node| root(&mut parents, node))
        .collect();
    let mut order: Vec<u32> = (0..nodes.len() as u32)
        .filter(|&node| roots[node as usize] == node)
        .collect();
    sort_by_number(&mut order, |&root| (!sizes[root as usize]).into());
    let mut numbers = vec![0; nodes.len()];
    for (number, root) in order.into_iter().enumerate() {
        numbers[root as usize] = number as i64;
    }
    roots
        .into_iter()
        .map(|root| numbers[root as usize])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::{ReadOptions, read};

    fn graph(csv: &str, options: &GraphOptions) -> (String, String) {
        let table =
            read(csv.into(), &ReadOptions::default(), &mut Progress::none()).expect("reads");
        let graph =
            to_graph(&table, "from", "to", options, &mut Progress::none()).expect("a graph");
        let csv = |table: &Table| {
            let csv = table.to_csv(&Default::default()).expect("writes");
            String::from_utf8(csv).expect("UTF-8").replace("\r\n", "\n")
        };
        (csv(&graph.nodes), csv(&graph.edges))
    }

    const CSV: &str = "from,to,port,os\na,b,1,win\nb,a,2,lin\nb,c,3,lin\nc,c,4,win\n,d,5,win\nx,y,6,mac\na,b,7,old\n";

    #[test]
    fn rows_become_edges() {
        let options = GraphOptions {
            source_attributes: vec!["os".into()],
            edge_attributes: vec!["port".into()],
            ..GraphOptions::default()
        };
        let (nodes, edges) = graph(CSV, &options);
        assert_eq!(
            nodes,
            "Node,NodeRole,Count,Degree,InDegree,OutDegree,Component,os
a,both,3,1,1,1,0,win
b,both,4,2,1,2,0,lin
c,both,2,2,2,1,0,win
x,source,1,1,0,1,1,mac
y,target,1,1,1,0,1,
"
        );
        assert_eq!(
            edges,
            "Source,Target,Count,port\na,b,3,1\nb,c,1,3\nc,c,1,4\nx,y,1,6\n"
        );
    }

    #[test]
    fn directed_edges_have_a_way() {
        let options = GraphOptions {
            directed: true,
            ..GraphOptions::default()
        };
        let (_, edges) = graph(CSV, &options);
        assert_eq!(
            edges,
            "Source,Target,Count\na,b,2\nb,a,1\nb,c,1\nc,c,1\nx,y,1\n"
        );
    }

    #[test]
    fn numbers_and_absent_values() {
        let (nodes, edges) = graph("from,to\n1,2\n2,1\n3,\n", &GraphOptions::default());
        assert!(
            nodes.starts_with(
                "Node,NodeRole,Count,Degree,InDegree,OutDegree,Component\n1,both,2,1,1,1,0\n2,"
            ),
            "{nodes}"
        );
        assert_eq!(edges, "Source,Target,Count\n1,2,2\n");
    }

    #[test]
    fn attributes_with_a_taken_name_are_refused() {
        let table = read(
            "from,to,Node\na,b,c\n".into(),
            &ReadOptions::default(),
            &mut Progress::none(),
        )
        .expect("reads");
        let options = GraphOptions {
            source_attributes: vec!["Node".into()],
            ..GraphOptions::default()
        };
        let error =
            to_graph(&table, "from", "to", &options, &mut Progress::none()).expect_err("taken");
        assert_eq!(error.code(), "invalidArgument");
    }
}
