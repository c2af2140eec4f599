//! What the user did to a figure, as numbers: it can be freed, and be as it was when it is made again.

use super::Figure;
use crate::vis::chart::Selection;
use crate::vis::stage::View;

/// Numbers of the figure itself; those of the legend and of the chart follow.
const OWN: usize = 13;

impl Figure {
    /// What is shown, chosen, hidden and folded. What was searched for is not in it.
    pub fn state(&self) -> Vec<f64> {
        let [x, y] = [self.asked.x, self.asked.y];
        let (kind, [a, b], [c, d]) = match self.selection {
            None => (0.0, [0.0; 2], [0.0; 2]),
            Some(Selection::Item(index)) => (1.0, [index.into(), 0.0], [0.0; 2]),
            Some(Selection::Range(x, y)) => (2.0, x, y),
        };
        let moved = f64::from(u8::from(self.moved));
        let focus = self.focus.map_or(-1.0, f64::from);
        let legend = self.legend();
        let mut state = vec![moved, x[0], x[1], y[0], y[1], focus, kind, a, b, c, d];
        state.extend([self.width, legend.len() as f64]);
        state.extend(legend.iter().map(|entry| f64::from(u8::from(entry.shown))));
        state.extend(self.chart.state());
        state
    }

    /// Does again what [`Figure::state`] of a figure of the same data tells.
    pub fn restore(&mut self, state: &[f64]) {
        let Some((own, rest)) = state.split_first_chunk::<OWN>() else {
            return;
        };
        let [
            moved,
            x0,
            x1,
            y0,
            y1,
            focus,
            kind,
            a,
            b,
            c,
            d,
            width,
            entries,
        ] = *own;
        let (legend, chart) = rest.split_at((entries as usize).min(rest.len()));
        for (entry, shown) in legend.iter().enumerate() {
            // Of some, others change with it.
            let is = self.legend().get(entry).map(|entry| entry.shown);
            if is.is_some_and(|is| is != (*shown > 0.0)) {
                self.chart.toggle(entry);
            }
        }
        self.chart.restore(chart);
        self.selection = match kind as u8 {
            0 => None,
            1 => Some(Selection::Item(a as u32)),
            _ => Some(Selection::Range([a, b], [c, d])),
        };
        self.focus = (focus >= 0.0).then_some(focus as u32);
        (self.width, self.moved) = (width, moved > 0.0);
        self.asked = View {
            x: [x0, x1],
            y: [y0, y1],
        };
        self.settle();
    }
}
