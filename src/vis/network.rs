//! Who is connected with whom: the values of two columns as nodes, their rows as edges. As
//! msticpy's `df.mp_plot.network`.

use super::categories::Categories;
use super::node_link::{Kind, NodeLink, Parts};
use super::tables::{Tables, cell_text, known};
use crate::table::{Column, Progress};
use crate::transform::graph::{Graph, GraphOptions, NO_EDGE, to_graph};
use crate::{Error, Result, Table};

/// How a network is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkOptions {
    /// The column that edges come from, such as `"SrcIp"`.
    pub source: String,
    /// The column that they go to.
    pub target: String,
    /// Columns that say more of a source; each node has the value of its first row.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_attributes: Vec<String>,
    /// The same for targets.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub target_attributes: Vec<String>,
    /// Columns that say more of an edge; each edge has the value of its first row.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub edge_attributes: Vec<String>,
    /// A column of numbers, whose sum makes an edge wide and short. Default all are equal.
    pub weight_column: Option<String>,
    /// Whether `a → b` and `b → a` are two edges, drawn as arrows if there are no more than 3000.
    /// Default `false`.
    pub directed: bool,
    /// What colours tell apart: `"NodeRole"`, `"Component"` or an attribute. Default `"NodeRole"`.
    pub color_by: Option<String>,
    /// What a tooltip says of the row of a node that has one row. Default nothing.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
}

/// The graph of one table; rows without source or target are left out.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option.
pub fn network(tables: Tables, options: &NetworkOptions) -> Result<NodeLink> {
    let table = tables.only()?;
    for (option, column) in [("source", &options.source), ("target", &options.target)] {
        if column.is_empty() {
            let problem = format!("option `{option}` should name a column");
            return Err(Error::InvalidArgument(problem));
        }
    }
    known(table, &options.source_columns)?;
    let wanted = GraphOptions {
        source_attributes: options.source_attributes.clone(),
        target_attributes: options.target_attributes.clone(),
        edge_attributes: options.edge_attributes.clone(),
        directed: options.directed,
    };
    let graph = to_graph(
        table,
        &options.source,
        &options.target,
        &wanted,
        &mut Progress::none(),
    )?;
    let by = options.color_by.as_deref().unwrap_or("NodeRole");
    let categories = Categories::of(&graph.nodes, by)?;
    let kind = |(color, name): (usize, String)| Kind {
        // A number alone says nothing in a legend.
        name: match by {
            "Component" if name != "others" => ["component ", &name].concat(),
            _ => name,
        },
        color,
    };
    let kinds = categories.names.into_iter().enumerate().map(kind).collect();
    let weights = match &options.weight_column {
        Some(column) => Some(weights(table, column, &graph)?),
        None => None,
    };
    let mut members = Vec::with_capacity(graph.edge_of.len() * 2);
    for (row, &edge) in (0..).zip(&graph.edge_of) {
        if let Some(&(a, b)) = graph.ends.get(edge as usize) {
            members.push((row, a));
            if a != b {
                members.push((row, b));
            }
        }
    }
    let left_out = graph
        .edge_of
        .iter()
        .filter(|edge| **edge == NO_EDGE)
        .count();
    let columns = |table: &Table, from: usize| {
        table.names()[from..]
            .iter()
            .map(|name| (*name).to_owned())
            .collect()
    };
    Ok(NodeLink::new(Parts {
        what: if options.directed {
            "Directed network"
        } else {
            "Network"
        },
        names: texts(&graph.nodes, "Node", &tables)?,
        kind_of: categories.of_rows,
        kinds,
        weights,
        members,
        node_columns: columns(&graph.nodes, 1),
        link_columns: columns(&graph.edges, 2),
        nodes: graph.nodes,
        links: graph.edges,
        edges: graph.ends,
        directed: options.directed,
        times: None,
        row_columns: options.source_columns.clone(),
        tables,
        left_out,
    }))
}

/// What the cells of a column say.
fn texts(table: &Table, column: &str, tables: &Tables) -> Result<Vec<String>> {
    let array = table.column(column)?;
    let column = Column::of(array.as_ref());
    let text = |row| cell_text(&column.get(row), &tables.zone);
    Ok((0..table.num_rows()).map(text).collect())
}

/// The sum of a column for each edge; what is absent or below 0 counts as 0.
fn weights(table: &Table, column: &str, graph: &Graph) -> Result<Vec<f32>> {
    let mut sums = vec![0.0_f64; graph.ends.len()];
    for (&edge, value) in graph.edge_of.iter().zip(&table.f64(column)?) {
        if let (Some(sum), Some(value)) = (
            sums.get_mut(edge as usize),
            value.filter(|value| value.is_finite()),
        ) {
            *sum += value.max(0.0);
        }
    }
    Ok(sums.into_iter().map(|sum| sum as f32).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may fail so

    use super::*;
    use crate::vis::chart::{Chart, Selection};
    use crate::vis::node_link::edges::HEAD_WIDTH;
    use crate::vis::node_link::tests::{figure, of_csv, picture};

    const FLOWS: &str = "src,dst,port,bytes,os
a,b,1,10,win
b,a,2,5,lin
b,c,3,1,lin
c,c,4,,lin
,d,5,1,win
x,y,6,7,mac
";

    fn options() -> NetworkOptions {
        NetworkOptions {
            source: "src".into(),
            target: "dst".into(),
            ..NetworkOptions::default()
        }
    }

    fn named(chart: &NodeLink, field: &str, name: &str) -> u32 {
        let value = [(field.to_owned(), name.into())].into_iter().collect();
        chart.find(&value).unwrap()
    }

    #[test]
    fn a_node_has_the_rows_that_name_it() {
        let chart = network(of_csv(FLOWS), &options()).unwrap();
        for (name, node, rows) in [
            ("source and target", "a", vec![0, 1]),
            ("a loop once", "c", vec![2, 3]),
            ("apart", "y", vec![5]),
        ] {
            let node = named(&chart, "node", node);
            assert_eq!(chart.rows(&Selection::Item(node)), rows, "{name}");
        }
        let value = serde_json::json!({ "source": "a", "target": "b" });
        let edge = chart.find(value.as_object().unwrap()).unwrap();
        assert_eq!(chart.rows(&Selection::Item(edge)), [0, 1], "both ways");
        assert_eq!(serde_json::Value::Object(chart.fields(edge)), value);
        let all = Selection::Range([-1e9, 1e9], [-1e9, 1e9]);
        assert_eq!(chart.rows(&all), [0, 1, 2, 3, 5]);
        let said = chart.describe(&crate::vis::Zone::utc());
        assert_eq!(
            said,
            "Network of 5 nodes and 4 edges; rows that are left out: 1"
        );
    }

    #[test]
    fn a_star_has_a_hub_and_leaves() {
        // As many as in msticpy's az_net_flows.
        let rows = (0..84).map(|at| format!("10.0.3.5,203.0.113.{at}\n"));
        let csv = std::iter::once("src,dst\n".to_owned())
            .chain(rows)
            .collect::<String>();
        let chart = network(of_csv(&csv), &options()).unwrap();
        let said = chart.describe(&crate::vis::Zone::utc());
        assert_eq!(said, "Network of 85 nodes and 84 edges");
        let names: Vec<_> = chart
            .legend(&crate::vis::theme::LIGHT)
            .into_iter()
            .map(|entry| entry.name)
            .collect();
        assert_eq!(names, ["target", "source"]);
    }

    #[test]
    fn colours_tell_kinds_apart() {
        let rows: String = (0..30)
            .map(|at| format!("h{at},t,{},1,os{}\n", at, at % 12))
            .collect();
        let many = ["src,dst,port,bytes,os\n", &rows].concat();
        for (name, csv, by, expected) in [
            ("roles", FLOWS, None, vec!["both", "source", "target"]),
            (
                "parts",
                FLOWS,
                Some("Component"),
                vec!["component 0", "component 1"],
            ),
            (
                "an attribute",
                FLOWS,
                Some("os"),
                vec!["lin", "win", "mac", "(none)"],
            ),
            (
                "more than there are colours",
                &many,
                Some("os"),
                vec!["os0", "os1", "os2", "os3", "os4", "os5", "os6", "others"],
            ),
        ] {
            let options = NetworkOptions {
                color_by: by.map(Into::into),
                source_attributes: vec!["os".into()],
                ..options()
            };
            let chart = network(of_csv(csv), &options).unwrap();
            let legend = chart.legend(&crate::vis::theme::LIGHT);
            let names: Vec<_> = legend.iter().map(|entry| entry.name.as_str()).collect();
            assert_eq!(names, expected, "{name}");
        }
    }

    #[test]
    fn weights_are_sums_for_each_edge() {
        let options = NetworkOptions {
            weight_column: Some("bytes".into()),
            ..options()
        };
        let chart = network(of_csv(FLOWS), &options).unwrap();
        let wide: Vec<f64> = picture(&figure(chart)).widths();
        assert_eq!(
            wide,
            [2.0, 3.0, 4.0],
            "1, 7 and 15 bytes; the loop is not drawn"
        );
    }

    #[test]
    fn directed_edges_have_their_rows_and_arrows() {
        let heads = |options: &NetworkOptions| {
            let widths = picture(&figure(network(of_csv(FLOWS), options).unwrap())).widths();
            widths.iter().filter(|width| **width == HEAD_WIDTH).count()
        };
        assert_eq!(heads(&options()), 0);
        let options = NetworkOptions {
            directed: true,
            ..options()
        };
        assert_eq!(heads(&options), 1);
        let chart = network(of_csv(FLOWS), &options).unwrap();
        for (source, target, rows) in [("a", "b", [0]), ("b", "a", [1]), ("c", "c", [3])] {
            let value = serde_json::json!({ "source": source, "target": target });
            let edge = chart.find(value.as_object().unwrap()).unwrap();
            assert_eq!(
                chart.rows(&Selection::Item(edge)),
                rows,
                "{source} to {target}"
            );
        }
        let said = chart.describe(&crate::vis::Zone::utc());
        assert!(
            said.starts_with("Directed network of 5 nodes and 5 edges"),
            "{said}"
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, options, code) in [
            (
                "no source",
                NetworkOptions {
                    source: String::new(),
                    ..options()
                },
                "invalidArgument",
            ),
            (
                "no such column",
                NetworkOptions {
                    target: "dest".into(),
                    ..options()
                },
                "columnNotFound",
            ),
            (
                "weights of text",
                NetworkOptions {
                    weight_column: Some("os".into()),
                    ..options()
                },
                "columnType",
            ),
            (
                "no such attribute",
                NetworkOptions {
                    color_by: Some("os".into()),
                    ..options()
                },
                "columnNotFound",
            ),
            (
                "no such column of rows",
                NetworkOptions {
                    source_columns: vec!["none".into()],
                    ..options()
                },
                "columnNotFound",
            ),
        ] {
            let error = network(of_csv(FLOWS), &options).err().unwrap();
            assert_eq!(error.code(), code, "{name}");
        }
    }
}
