// A data loader: what it writes is the file that the page reads. Yours may ask Sentinel or Splunk instead.
import { makeSamples } from "../../../../../scripts/samples.mjs";

const { bytes } = makeSamples().find(({ name }) => name === "process-events.csv");
process.stdout.write(bytes);
