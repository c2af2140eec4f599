use super::*;

#[test]
fn dump() {
    for (name, nodes, edges) in graphs() {
        let t = std::time::Instant::now();
        let mut layout = ForceLayout::new(nodes, &edges, None);
        let t1 = t.elapsed();
        if std::env::var("START").is_err() {
            while layout.step(10) > 0.0 {}
        }
        println!(
            "{name}: {nodes} {} new {t1:?} all {:?}",
            edges.len(),
            t.elapsed()
        );
        let p = layout.positions();
        let (mut lo, mut hi) = ([f32::MAX; 2], [f32::MIN; 2]);
        for q in p {
            for k in 0..2 {
                lo[k] = lo[k].min(q[k]);
                hi[k] = hi[k].max(q[k]);
            }
        }
        let s = 780.0 / (hi[0] - lo[0]).max(hi[1] - lo[1]);
        let t = |q: [f32; 2]| [(q[0] - lo[0]) * s + 10.0, (q[1] - lo[1]) * s + 10.0];
        let mut o = format!(
            "<svg width=800 height=820><text x=10 y=815>{name} {:?}</text><path stroke=#0007 stroke-width=.5 fill=none d='",
            hi
        );
        for &(a, b) in &edges {
            let (a, b) = (t(p[a as usize]), t(p[b as usize]));
            o += &format!("M{:.1},{:.1}L{:.1},{:.1}", a[0], a[1], b[0], b[1]);
        }
        o += "'/>";
        let r = (s * 6.0).clamp(0.8, 5.0);
        for q in p {
            let q = t(*q);
            o += &format!("<circle cx={:.1} cy={:.1} r={r} fill=#c33 />", q[0], q[1]);
        }
        std::fs::write(format!("/tmp/g-{name}.html"), o + "</svg>").unwrap();
    }
}

fn graphs() -> Vec<(&'static str, usize, Vec<(u32, u32)>)> {
    let mut r = Random::new(7, 1);
    let mut v = vec![];
    let mut grid = vec![];
    for i in 0..400 {
        if i % 20 < 19 {
            grid.push((i, i + 1));
        }
        if i < 380 {
            grid.push((i, i + 20));
        }
    }
    v.push(("grid", 400, grid));
    v.push(("tree", 511, (1..511).map(|i| ((i - 1) / 2, i)).collect()));
    let mut c = vec![];
    for k in 0..6_u32 {
        for _ in 0..150 {
            c.push((k * 50 + r.below(50) as u32, k * 50 + r.below(50) as u32));
        }
    }
    for _ in 0..12 {
        c.push((r.below(300) as u32, r.below(300) as u32));
    }
    v.push(("clusters", 300, c));
    let mut h = vec![];
    for i in 0..300 {
        h.push((0, 10 + i));
    }
    for i in 300..400 {
        h.push((1, 10 + i));
    }
    for i in 400..430 {
        h.push((2, 10 + i));
    }
    for i in 0..9 {
        h.push((i, i + 1));
    }
    for i in 440..500 {
        h.push((i % 3, i));
        h.push((i % 7, i));
    }
    for i in 500..520 {
        h.push((i * 2 - 500, i * 2 - 499));
    }
    v.push(("hubs", 580, h));
    let mut m = vec![];
    for i in 0..150_u32 {
        m.push((i * 3, i * 3 + 1));
        if i % 3 == 0 {
            m.push((i * 3, i * 3 + 2));
        }
    }
    v.push(("many", 500, m));
    let n = 10_000;
    let mut big = vec![];
    for i in 1..n as u32 {
        let a = r.below(i as usize) as u32;
        big.push((a / 3, i));
    }
    for _ in 0..10_000 {
        let a = r.below(n) as u32;
        big.push((a, (a + 1 + r.below(30) as u32) % n as u32));
    }
    v.push(("big", n, big));
    let mut e = vec![];
    for _ in 0..50_000 {
        let a = r.below(n);
        e.push((a as u32, (r.below(a + 1) / 2) as u32));
    }
    v.push(("edges50k", n, e));
    v.push(("path", 1000, (1..1000).map(|i| (i - 1, i)).collect()));
    v
}
