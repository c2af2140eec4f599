//! Web Mercator, in which map tiles are drawn: <https://epsg.io/3857>.
//!
//! The world is a square of side 1 with (0, 0) at 180° west, 85.05° north. It repeats to
//! the east and west.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Where the square ends, in degrees.
pub(crate) const MOST_LATITUDE: f64 = 85.051_128_779_806_59;

/// The place of a longitude and latitude in degrees, 0 ≤ x < 1 and 0 ≤ y ≤ 1; what is beyond
/// the square's north or south is at its edge.
pub(crate) fn project(lon: f64, lat: f64) -> (f64, f64) {
    let x = lon / 360.0 + 0.5;
    let sin = lat.clamp(-MOST_LATITUDE, MOST_LATITUDE).to_radians().sin();
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (2.0 * TAU);
    (wrap(x), y.clamp(0.0, 1.0))
}

/// The longitude and latitude of a place, -180 ≤ longitude < 180, in any of the worlds.
pub(crate) fn unproject(x: f64, y: f64) -> (f64, f64) {
    let lat = 2.0 * ((0.5 - y) * TAU).exp().atan() - FRAC_PI_2;
    ((wrap(x) - 0.5) * 360.0, lat * 180.0 / PI)
}

/// The `x` of that place which is nearest to `centre`, so at most half a world from it.
pub(crate) fn nearest(x: f64, centre: f64) -> f64 {
    // In WebAssembly round() is a call.
    x - (x - centre + 0.5).floor()
}

/// 0 ≤ x < 1.
fn wrap(x: f64) -> f64 {
    let x = x - x.floor();
    // Just below 0 is rounded to 1.
    if x < 1.0 { x } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_where_tiles_have_them() {
        for (name, lon, lat, (x, y)) in [
            ("centre", 0.0, 0.0, (0.5, 0.5)),
            ("north-west corner", -180.0, MOST_LATITUDE, (0.0, 0.0)),
            ("the date line is the west edge", 180.0, 0.0, (0.0, 0.5)),
            ("beyond the date line", 190.0, 0.0, (10.0 / 360.0, 0.5)),
            ("poles are at the edge", 0.0, -90.0, (0.5, 1.0)),
            // EPSG guidance note 7-2: 100°20' W, 24°22'54.433" N is at -11169055.58, 2800000.00 m.
            (
                "EPSG's example",
                -(100.0 + 20.0 / 60.0),
                24.0 + 22.0 / 60.0 + 54.433 / 3600.0,
                (
                    0.5 - 11_169_055.58 / (TAU * 6_378_137.0),
                    0.5 - 2_800_000.0 / (TAU * 6_378_137.0),
                ),
            ),
        ] {
            let found = project(lon, lat);
            assert!(
                (found.0 - x).abs() < 1e-9 && (found.1 - y).abs() < 1e-9,
                "{name}: {found:?}"
            );
        }
    }

    #[test]
    fn nearest_crosses_the_date_line() {
        let fiji = project(178.0, -17.0).0;
        let samoa = project(-172.0, -13.0).0;
        assert!((nearest(samoa, fiji) - fiji - 10.0 / 360.0).abs() < 1e-12);
        assert!((nearest(fiji, 5.5) - 5.5).abs() <= 0.5);
    }

    proptest! {
        #[test]
        fn there_and_back(lon in -180.0..180.0, lat in -85.0..85.0) {
            let (x, y) = project(lon, lat);
            prop_assert!((0.0..1.0).contains(&x) && (0.0..=1.0).contains(&y));
            let (lon2, lat2) = unproject(x + 3.0, y);
            prop_assert!((lon - lon2).abs() < 1e-9 && (lat - lat2).abs() < 1e-9);
        }

        #[test]
        fn no_number_panics(lon: f64, lat: f64) {
            let (x, y) = project(lon, lat);
            unproject(x, y);
        }
    }
}
