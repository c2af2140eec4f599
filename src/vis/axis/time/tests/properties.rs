use proptest::prelude::*;

use super::*;

/// Spans from a microsecond to 300 years, near changes of the clocks and far from them.
fn spans() -> impl Strategy<Value = (f64, f64)> {
    let anchors = prop_oneof![
        Just(micros("2026-03-29T01:00:00Z")),
        Just(micros("2026-10-25T01:00:00Z")),
        Just(micros("2026-04-04T15:00:00Z")),
        Just(micros("2011-12-30T10:00:00Z")),
        (-2e15..4e15),
    ];
    (anchors, 0.0..16_f64, 0.0..1_f64).prop_map(|(anchor, log, before)| {
        let span = 10_f64.powf(log).min(300.0 * 365.25 * 86_400e6).round();
        let start = (anchor - span * before).round();
        (start, start + span)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn labels_have_room((start, end) in spans(), width in 100.0..4000_f64, font in 8.0..20_f64, zone_name in 0..ZONES.len()) {
        let axis = time_axis(start, end, width, font, &zone(ZONES[zone_name]));
        let x = |tick: &Tick| (tick.at - start) / (end - start) * width;
        let text = |tick: &Tick| text::width(&tick.label, font);
        for pair in axis.ticks.windows(2) {
            let gap = (x(&pair[1]) - text(&pair[1]) / 2.0) - (x(&pair[0]) + text(&pair[0]) / 2.0);
            prop_assert!(gap >= GAP - 1e-6, "{pair:?} {gap}");
        }
        let begin = |tick: &Tick| x(tick).min(width - text(tick)).max(0.0);
        for pair in axis.contexts.windows(2) {
            let gap = begin(&pair[1]) - begin(&pair[0]) - text(&pair[0]);
            prop_assert!(gap >= GAP - 1e-6, "{pair:?} {gap}");
        }
    }

    #[test]
    fn ticks_are_in_order_and_inside((start, end) in spans(), width in 100.0..4000_f64, zone_name in 0..ZONES.len()) {
        let zone = zone(ZONES[zone_name]);
        let axis = time_axis(start, end, width, FONT, &zone);
        for ticks in [&axis.ticks, &axis.contexts] {
            prop_assert!(ticks.is_sorted_by(|a, b| a.at < b.at));
            prop_assert!(ticks.iter().all(|tick| (start..=end).contains(&tick.at)));
            prop_assert!(ticks.iter().all(|tick| !tick.label.is_empty()));
        }
        if width >= 200.0 {
            prop_assert!(axis.ticks.len() >= 2, "{axis:?}");
        }
        prop_assert!(axis.ticks.len() as f64 <= width / 18.0 + 2.0, "{}", axis.ticks.len());
    }

    /// What a label shows is what the clock shows, to the microsecond: what it leaves out is 0.
    #[test]
    fn labels_are_the_whole_truth((start, end) in spans(), width in 100.0..4000_f64, zone_name in 0..ZONES.len()) {
        let zone = zone(ZONES[zone_name]);
        for tick in time_axis(start, end, width, FONT, &zone).ticks {
            let time = format_time(tick.at, 6, &zone);
            let label = &tick.label[..];
            if label.contains(':') {
                let shown = &time[if label.starts_with(':') { 16 } else { 11 }..];
                prop_assert!(shown.starts_with(label), "{label} {time}");
                let rest = &shown[label.len()..];
                prop_assert!(rest.trim_matches([':', '.', '0']).is_empty(), "{label} {time}");
            } else {
                // The first moment of its day, which the one before was not in.
                let before = format_time(tick.at - 1000.0, 6, &zone);
                prop_assert_ne!(&time[..10], &before[..10]);
            }
        }
    }

    /// Each multiple of a step that a clock shows has its tick, and is there once.
    #[test]
    fn no_tick_is_missing((start, end) in spans(), width in 300.0..4000_f64, zone_name in 0..ZONES.len()) {
        let zone = zone(ZONES[zone_name]);
        let ticks = time_axis(start, end, width, FONT, &zone).ticks;
        let local: Vec<f64> = ticks.iter().map(|tick| zone.local(tick.at)).collect();
        let clock = ticks.iter().all(|tick| tick.label.contains(':'));
        let step = local.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|&step| step > 0.0).fold(f64::MAX, f64::min);
        if clock && step < f64::MAX {
            for pair in ticks.windows(2) {
                // Between two ticks, no clock shows a multiple of the step.
                let missing = (1..20)
                    .map(|i| pair[0].at + f64::from(i) * step)
                    .take_while(|&at| at < pair[1].at)
                    .filter(|&at| zone.local(at).rem_euclid(step) == 0.0 && step <= 3600e6);
                prop_assert_eq!(missing.count(), 0, "{:?}", pair);
            }
        }
    }

    #[test]
    fn the_left_edge_has_its_context((start, end) in spans(), width in 100.0..4000_f64, zone_name in 0..ZONES.len()) {
        let axis = time_axis(start, end, width, FONT, &zone(ZONES[zone_name]));
        if let Some(first) = axis.contexts.first() {
            // If it is not there, the next is so close that it had no room.
            let x = (first.at - start) / (end - start) * width;
            let right = width - text::width(&first.label, FONT);
            prop_assert!(x.min(right) < text::width("20 May 2026 20:20", FONT) + GAP);
        } else {
            prop_assert!(axis.ticks.iter().all(|tick| tick.label.len() == 4), "only years need none");
        }
    }

    #[test]
    fn any_numbers_are_fine(start in any::<f64>(), span in any::<f64>(), width in any::<f64>(), font in any::<f64>()) {
        time_axis(start, start + span, width, font, &zone("Europe/Berlin"));
        time_axis(0.0, span, 400.0, FONT, &zone("Europe/Berlin"));
    }
}
