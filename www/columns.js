// Which columns of a log hold what: by the names that logs give them, without regard to case, dots and dashes.
const NAMES = {
  time: "timegenerated timestamp ts time timecreated timecreatedutc utctime eventtime createddatetime datetime date starttime",
  client: "clientip srcip sourceip srcipaddr sourceaddress idorigh cip client clienthost src srchost computer devicename ipaddress hostname machine",
  target: "host query desthost destinationhostname dsthost urlhost remoteurl remotehost domain dest destination dstip destip destinationip dstipaddr destinationaddress remoteip idresph serverip server url",
  user: "userprincipalname account auid user username userid subjectusername accountname accountupn uid acct targetusername",
  session: "subjectlogonid logonid ses sessionid session",
  event: "operation operationname eventname actiontype activity comm newprocessname image exe processname createdprocessname statusfailurereason category action command method eventtype eventid qtype",
  value: "bytesout bytessent sentbytes totalbytessent csbytes origbytes outbytes bytes",
  program: "newprocessname image exe folderpath createdprocessname filename process",
  command: "commandline processcommandline cmdline command",
  message: "syslogmessage message msg rendereddescription rawdata text log line",
  category: "method category qtype rcode appdisplayname clientappused action eventid eventtype actiontype operation protocol status statuserrorcode",
};

const ALL_NAMES = new Set(Object.values(NAMES).flatMap((names) => names.split(" ")));

const FITS = {
  time: ({ type }) => type === "timestamp",
  value: ({ type }) => /int|float|decimal/.test(type),
  label: ({ type }) => /^(text|bool|u?int\d*)$/.test(type),
  text: ({ type }) => type === "text",
};

const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

// Parts of the table, and their rows, that are looked at: a table may be several logs, each with columns of its own.
const [PARTS, PART_ROWS] = [32, 16];

function sampleOf(table, names) {
  const seen = table.select(names);
  const last = Math.max(0, table.numRows - PART_ROWS);
  const starts = new Set(Array.from({ length: PARTS }, (_, i) => Math.round((last * i) / (PARTS - 1))));
  const rows = [...starts].flatMap((start) => seen.rows(start, start + PART_ROWS));
  seen.free();
  return rows;
}

/** `table`'s columns: which are `known` by their names for a use, and which fit it. */
export function columnsOf(table) {
  const byName = new Map();
  for (const column of table.columns) if (!byName.has(plain(column.name))) byName.set(plain(column.name), column);
  const isNamed = ({ name }) => ALL_NAMES.has(plain(name));
  const sample = sampleOf(table, table.columns.filter((column) => isNamed(column) || FITS.time(column)).map(({ name }) => name));
  const having = (names) => sample.filter((row) => names.every((name) => row[name] !== null));

  /** Whether `name` mostly has a value where all of `others` have one. */
  const isBeside = (others) => {
    const rows = having(others);
    return (name) => rows.filter((row) => row[name] !== null).length * 2 >= rows.length;
  };

  /** Names of the columns that are usually what `use` says, the likeliest first; of the same rows as those of `beside`. */
  function known(use, beside = []) {
    const fits = FITS[use] ?? FITS.label;
    const found = NAMES[use].split(" ").flatMap((name) => (byName.has(name) && fits(byName.get(name)) ? [byName.get(name).name] : []));
    const others = beside.filter(Boolean);
    return others.length ? found.filter(isBeside(others)) : found;
  }

  /** Names of the columns whose type fits: `"time"`, `"value"`, `"label"` or `"text"`. */
  const fitting = (use) => table.columns.filter(FITS[use]).map(({ name }) => name);

  return {
    known,
    fitting,
    /** The column of times of the rows that have these columns. */
    timeOf: (...beside) => {
      const times = [...new Set([...known("time"), ...fitting("time")])];
      return times.find(isBeside(beside.filter(Boolean))) ?? times[0];
    },
    /** About how long the log is, in milliseconds. */
    spanOf(time) {
      const times = sample.map((row) => row[time]).filter((value) => value instanceof Date).map(Number);
      return times.length ? times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b)) : 0;
    },
  };
}

/** What a drop-down offers: these columns, after `none` if there may be none. */
export const options = (names, none) => [...(none === undefined ? [] : [["", none]]), ...names.map((name) => [name, name])];

/** Says that a log lacks what a tab is about. */
export function need(column, what) {
  if (!column) throw Object.assign(new Error(`This log has no column of ${what}, which this tab needs. Open another log, or one with headings.`), { isLacking: true });
}
