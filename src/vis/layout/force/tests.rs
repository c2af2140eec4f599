use super::*;

type Edges = Vec<(u32, u32)>;

fn laid_out(nodes: usize, edges: &[(u32, u32)]) -> Vec<[f32; 2]> {
    let mut layout = ForceLayout::new(nodes, edges, None);
    assert_eq!(layout.step(1000), 0.0);
    layout.positions().to_vec()
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

fn grid(side: u32) -> Edges {
    let all = 0..side * side;
    let right = all
        .clone()
        .filter(|i| i % side + 1 < side)
        .map(|i| (i, i + 1));
    right
        .chain(
            all.filter(|i| i + side < side * side)
                .map(|i| (i, i + side)),
        )
        .collect()
}

fn tree(nodes: u32) -> Edges {
    (1..nodes).map(|i| ((i - 1) / 2, i)).collect()
}

/// Each of `count` clusters has 15 nodes with 45 edges, and one edge to the next.
fn clusters(count: u32) -> Edges {
    let mut random = Random::new(1, 0);
    let mut edges = Vec::new();
    for first in (0..count).map(|cluster| cluster * 15) {
        edges.extend((0..45).map(|_| {
            (
                first + random.below(15) as u32,
                first + random.below(15) as u32,
            )
        }));
        edges.push((first, (first + 15) % (count * 15)));
    }
    edges
}

fn star(leaves: u32) -> Edges {
    (1..=leaves).map(|leaf| (0, leaf)).collect()
}

#[test]
fn neighbours_are_near() {
    // How long an edge is on average, as a part of the distance of any two nodes.
    for (name, nodes, edges, most) in [
        ("grid; a perfect one has 0.19", 100, grid(10), 0.24),
        ("tree", 127, tree(127), 0.20),
        ("clusters", 75, clusters(5), 0.30),
        (
            "ring",
            40,
            (0..40).map(|i| (i, (i + 1) % 40)).collect(),
            0.20,
        ),
    ] {
        let places = laid_out(nodes, &edges);
        let between = |(a, b): (u32, u32)| distance(places[a as usize], places[b as usize]);
        let mean = |lengths: Vec<f32>| lengths.iter().sum::<f32>() / lengths.len() as f32;
        let pairs = (0..nodes as u32).flat_map(|b| (0..b).map(move |a| (a, b)));
        let part =
            mean(edges.iter().copied().map(between).collect()) / mean(pairs.map(between).collect());
        assert!(part < most, "{name}: {part}");
    }
}

#[test]
fn nodes_do_not_cover_each_other() {
    for (name, nodes, edges) in [
        ("grid", 100, grid(10)),
        ("tree", 127, tree(127)),
        ("hub", 301, star(300)),
        ("pairs", 100, (0..50).map(|i| (i * 2, i * 2 + 1)).collect()),
        ("no edges", 100, Vec::new()),
    ] {
        let places = laid_out(nodes, &edges);
        let near = |i: usize| {
            let others = (0..nodes).filter(|&other| other != i);
            others
                .map(|other| distance(places[i], places[other]))
                .fold(f32::MAX, f32::min)
        };
        let least = (0..nodes).map(near).fold(f32::MAX, f32::min);
        assert!(least > 0.25 * LENGTH, "{name}: {least}");
    }
}

#[test]
fn a_hub_is_in_the_middle_of_its_leaves() {
    let places = laid_out(301, &star(300));
    let mut far: Vec<f32> = places[1..]
        .iter()
        .map(|leaf| distance(*leaf, places[0]))
        .collect();
    far.sort_by(f32::total_cmp);
    assert!(far[0] > 0.7 * LENGTH && far[299] < 9.0 * LENGTH, "{far:?}");
    // A disc, not a ring: half of them are in two thirds of its radius.
    assert!(far[150] < 0.8 * far[299], "{far:?}");
}

#[test]
fn parts_and_single_nodes_stay_together() {
    let mut edges = grid(8);
    edges.extend((32..40).map(|i| (i * 2, i * 2 + 1)));
    let places = laid_out(100, &edges);
    let middle = [0.0, 0.0];
    let reach = |nodes: std::ops::Range<usize>| {
        places[nodes]
            .iter()
            .map(|place| distance(*place, middle))
            .fold(0.0, f32::max)
    };
    let (part, pairs, alone) = (reach(0..64), reach(64..80), reach(80..100));
    assert!(pairs < 2.0 * part, "{pairs} {part}");
    assert!(alone < part.max(pairs) + 2.0 * LENGTH, "{alone}");
    let nearest = places[80..]
        .iter()
        .map(|place| distance(*place, middle))
        .fold(f32::MAX, f32::min);
    assert!(nearest >= part.max(pairs), "{nearest}");
}

#[test]
fn the_same_on_each_run_and_in_any_slices() {
    let edges = clusters(5);
    let whole = laid_out(80, &edges);
    let mut layout = ForceLayout::new(80, &edges, None);
    let mut left = 1.0;
    while left > 0.0 {
        let after = layout.step(7);
        assert!(after < left);
        left = after;
    }
    assert_eq!(layout.positions(), whole);
}

#[test]
fn odd_input_does_no_harm() {
    let places = laid_out(4, &[(0, 0), (0, 1), (1, 0), (0, 1), (9, 1), (1, u32::MAX)]);
    assert!(
        (0.7..2.0).contains(&(distance(places[0], places[1]) / LENGTH)),
        "{places:?}"
    );
    assert!(laid_out(0, &[(0, 1)]).is_empty());
    assert_eq!(laid_out(1, &[]), [[0.0, 0.0]]);
    let weights = [f32::NAN, f32::INFINITY, -1.0, 0.0, f32::MAX];
    let mut layout = ForceLayout::new(20, &tree(20), Some(&weights));
    layout.step(300);
    assert!(
        layout
            .positions()
            .iter()
            .flatten()
            .all(|place| place.abs() < 1e4)
    );
}

#[test]
fn heavy_edges_are_shorter() {
    let weights: Vec<f32> = (0..30)
        .map(|i| if i % 3 == 0 { 20.0 } else { 1.0 })
        .collect();
    let edges: Edges = (0..30)
        .map(|i| (i, (i * 7 + 11) % 30))
        .filter(|(a, b)| a != b)
        .collect();
    let mut layout = ForceLayout::new(30, &edges, Some(&weights[..edges.len()]));
    layout.step(300);
    let places = layout.positions();
    let mean = |heavy: bool| {
        let chosen = edges
            .iter()
            .zip(&weights)
            .filter(|(_, weight)| (**weight > 1.0) == heavy);
        let lengths: Vec<f32> = chosen
            .map(|((a, b), _)| distance(places[*a as usize], places[*b as usize]))
            .collect();
        lengths.iter().sum::<f32>() / lengths.len() as f32
    };
    assert!(mean(true) < mean(false), "{} {}", mean(true), mean(false));
}

#[test]
fn a_pinned_node_stays_and_draws_its_neighbours() {
    let mut layout = ForceLayout::new(102, &grid(10), None);
    layout.step(300);
    let before = layout.positions()[1];
    layout.pin(0, Some([900.0, 900.0]));
    layout.pin(101, Some([f32::MAX, 5.0]));
    layout.pin(7, Some([f32::NAN, 0.0]));
    layout.pin(500, Some([0.0, 0.0]));
    assert_eq!(layout.positions()[0], [900.0, 900.0], "at once");
    assert!(layout.step(300) == 0.0);
    let places = layout.positions();
    assert_eq!((places[0], places[101]), ([900.0, 900.0], [FAR, 5.0]));
    assert!(distance(places[1], places[0]) < distance(before, places[0]));
    layout.pin(0, None);
    layout.step(300);
    assert!(distance(layout.positions()[0], [0.0, 0.0]) < 700.0);
}

#[test]
fn nodes_in_one_place_part() {
    let mut layout = ForceLayout::new(41, &star(40), None);
    for node in 0..41 {
        layout.pin(node, Some([5.0, 5.0]));
    }
    layout.step(1);
    for node in 0..41 {
        layout.pin(node, None);
    }
    layout.step(300);
    let places = layout.positions();
    assert!(places.iter().flatten().all(|place| place.is_finite()));
    let least = (1..41)
        .flat_map(|b| (0..b).map(move |a| (a, b)))
        .map(|(a, b)| distance(places[a], places[b]));
    assert!(least.fold(f32::MAX, f32::min) > 1.0);
}
