// The floor: what a loop over typed arrays and one putImageData cost, without axes, text or hover.
import { END, LANES, START } from "./data.mjs";

const [WIDTH, HEIGHT] = [900, 400];
const MARK = 6;
const COLOUR = 0xffb4771f;

/** The first index whose value is `limit` or more. */
function firstFrom(values, limit) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A canvas that `paint(pixels, first, end, start, scale)` fills with the events of a window: `scale` is pixels per millisecond. */
function canvas(times, paint) {
  let context;
  let image;
  const show = ([start, end]) => {
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    paint(pixels, firstFrom(times, start), firstFrom(times, end), start, WIDTH / (end - start));
    context.putImageData(image, 0, 0);
  };
  const draw = (host) => {
    const element = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
    host.append(element);
    context = element.getContext("2d");
    image = context.createImageData(WIDTH, HEIGHT);
    show([START, END]);
  };
  return { draw, show };
}

/** One square for each lane and pixel that has an event. */
export function rawTimeline({ times, lanes }) {
  const laneHeight = HEIGHT / LANES.length;
  const seen = new Uint8Array(LANES.length * WIDTH);
  return canvas(times, (pixels, first, end, start, scale) => {
    seen.fill(0);
    for (let i = first; i < end; i++) {
      const x = Math.floor((times[i] - start) * scale);
      const cell = lanes[i] * WIDTH + x;
      if (seen[cell]) continue;
      seen[cell] = 1;
      const top = Math.floor((LANES.length - lanes[i] - 0.5) * laneHeight) - MARK / 2;
      const [left, right] = [Math.max(0, x - MARK / 2), Math.min(WIDTH, x + MARK / 2)];
      for (let y = top; y < top + MARK; y++) pixels.fill(COLOUR, y * WIDTH + left, y * WIDTH + right);
    }
  });
}

/** From the least to the greatest value of each pixel, and on to the next one's. */
export function rawLine({ times, values }) {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const rowOf = (value) => Math.round(((high - value) / (high - low)) * (HEIGHT - 1));
  return canvas(times, (pixels, first, end, start, scale) => {
    let last = values[first];
    for (let x = 0, i = first; x < WIDTH; x++) {
      const limit = start + (x + 1) / scale;
      let [least, most] = [last, last];
      for (; i < end && times[i] < limit; i++) {
        last = values[i];
        if (last < least) least = last;
        if (last > most) most = last;
      }
      for (let y = rowOf(most); y <= rowOf(least); y++) pixels[y * WIDTH + x] = COLOUR;
    }
  });
}
