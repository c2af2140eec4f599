//! The outline of the land, so that a map shows where its points are without asking anyone.

/// Made by `scripts/world.mjs` of Natural Earth's 1:110m land (public domain).
static WORLD: &str = include_str!("world.txt");

/// As in the script.
const STEPS: f32 = 5.0;

/// The land's rings of longitude and latitude in degrees: a point is on land if an odd number
/// of rings is around it. The last point of a ring is joined to the first. None crosses
/// the date line.
pub(crate) fn outline() -> Vec<Vec<[f32; 2]>> {
    let mut place = [0_i32; 2];
    let lines = WORLD.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| ring(line, &mut place)).collect()
}

/// The format: <https://developers.google.com/maps/documentation/utilities/polylinealgorithm>.
fn ring(line: &str, place: &mut [i32; 2]) -> Vec<[f32; 2]> {
    let mut points = Vec::new();
    let (mut axis, mut number, mut shift) = (0, 0_i32, 0);
    for digit in line.bytes().map(|byte| i32::from(byte) - 63) {
        number |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 != 0 {
            continue;
        }
        place[axis] += (number >> 1) ^ -(number & 1);
        if axis == 1 {
            points.push(place.map(|steps| steps as f32 / STEPS));
        }
        (axis, number, shift) = (1 - axis, 0, 0);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a line to the east crosses an odd number of edges.
    fn on_land(lon: f32, lat: f32) -> bool {
        let mut inside = false;
        for ring in outline() {
            let mut from = ring[ring.len() - 1];
            for to in ring {
                if (from[1] > lat) != (to[1] > lat) {
                    let crossing =
                        from[0] + (to[0] - from[0]) * (lat - from[1]) / (to[1] - from[1]);
                    inside ^= crossing > lon;
                }
                from = to;
            }
        }
        inside
    }

    #[test]
    fn land_is_where_it_is() {
        for (name, lon, lat, expected) in [
            ("Rome", 12.5, 41.9, true),
            ("Nairobi", 36.8, -1.3, true),
            ("Alice Springs", 133.9, -23.7, true),
            ("Tokyo", 139.4, 35.8, true),
            ("Reykjavik", -21.0, 64.3, true),
            ("east of the date line", -172.0, 66.0, true),
            ("west of the date line", 179.0, 67.5, true),
            ("the South Pole", 0.0, -89.0, true),
            ("mid-Atlantic", -35.0, 30.0, false),
            ("Lake Caspian", 51.0, 42.0, false),
            ("the Mediterranean", 18.0, 35.0, false),
            ("the Pacific at the date line", 179.9, 0.0, false),
            ("Bering Sea", -178.0, 58.0, false),
            ("the North Pole", 0.0, 89.0, false),
        ] {
            assert_eq!(on_land(lon, lat), expected, "{name}");
        }
    }

    #[test]
    fn rings_are_sound() {
        let rings = outline();
        assert_eq!(
            (rings.len(), rings.iter().map(Vec::len).sum::<usize>()),
            (116, 3602)
        );
        for ring in &rings {
            assert!(ring.len() > 2);
            for [lon, lat] in ring {
                assert!((-180.0..=180.0).contains(lon) && (-90.0..=84.0).contains(lat));
            }
        }
        // No edge runs over the map, but along the South Pole.
        let long = rings.iter().flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter()
                .zip(next)
                .filter(|(a, b)| (a[0] - b[0]).abs() > 30.0)
        });
        for (from, to) in long {
            assert_eq!((from[1], to[1]), (-90.0, -90.0));
        }
    }
}
