// Every widget, as gallery.js shows it: what is shown is the function that runs.
import * as hb from "../pkg/index.js";

export const WIDGETS = {
  queryTime: ["A range of time around an alert: by sliders, or typed, also as -2d or now.", async () => {
    return hb.queryTime({
      label: "Around the first encoded PowerShell",
      originTime: "2026-03-10T13:47:12Z",
      before: 2,
      after: 4,
      units: "hour",
    });
  }],
  lookback: ["How far back to look.", async () => {
    return hb.lookback({ label: "Sign-ins of the last days", units: "day", default: 7 });
  }],
  selectItem: ["One of a list, filtered by what is typed. What the action returns is shown below.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    return hb.selectItem({
      label: "Processes of an account",
      items: processes.column("Account"),
      action: (account) => {
        const own = processes.filter({ column: "Account", eq: account });
        return hb.tableView(own, { columns: ["TimeGenerated", "Computer", "CommandLine"], height: 180 });
      },
    });
  }],
  selectSubset: ["Some of a list: a double click or Enter moves an item.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    return hb.selectSubset({
      label: "Columns of a report",
      items: signIns.columns.map(({ name }) => name),
      default: ["createdDateTime", "userPrincipalName", "ipAddress"],
    });
  }],
  selectAlert: ["One of a table of alerts, with all that the table has of it.", async () => {
    const alerts = await hb.Table.fromRows([
      {
        TimeGenerated: new Date("2026-03-10T13:47:12Z"),
        AlertName: "Encoded PowerShell",
        AlertSeverity: "High",
        CompromisedEntity: "WS-107",
        SystemAlertId: "a1",
        Entities: JSON.stringify([{ Type: "host", HostName: "WS-107" }, { Type: "account", Name: "m.nowak" }]),
      },
      {
        TimeGenerated: new Date("2026-03-10T14:02:00Z"),
        AlertName: "Beacon to a rare address",
        AlertSeverity: "Medium",
        CompromisedEntity: "WS-107",
        SystemAlertId: "a2",
      },
    ]);
    return hb.selectAlert(alerts, { default: "a1" });
  }],
  optionButtons: ["A question with a default that is taken when time is up.", async () => {
    const ask = hb.optionButtons({
      label: "Look up 1,200 addresses?",
      options: ["Look up", "Only public ones", "Cancel"],
      default: "Cancel",
      timeout: 60,
    });
    ask.chosen.then((answer) => console.debug(answer));
    return ask;
  }],
  getText: ["A text; with password: true what is typed is hidden, and never kept.", async () => {
    return hb.getText({ prompt: "Host", default: "WS-107" });
  }],
  progress: ["How far work is. The button stops those who were given the signal.", async () => {
    const bar = hb.progress({ label: "Finding indicators" });
    // A job would set it: hb.extractIocs(log, { onProgress: (part) => (bar.value = part), signal: bar.signal })
    bar.value = 0.4;
    bar.signal.addEventListener("abort", () => console.debug("cancelled"));
    return bar;
  }],
  fileInput: ["A file, chosen or dropped. It is read where it is.", async () => {
    const input = hb.fileInput({ label: "A log", accept: ".csv,.json,.log,.txt" });
    input.addEventListener("input", async () => {
      if (!input.value) return;
      const log = await hb.read(input.value);
      input.after(hb.tableView(log, { height: 180 }));
    });
    return input;
  }],
  mordorBrowser: ["Recorded attacks by tactic and technique; of a copy here, where the real one asks GitHub.", async () => {
    const at = "https://raw.githubusercontent.com/OTRF/Security-Datasets/master/datasets/atomic/windows";
    const dataset = (title, technique, tactic, file) => JSON.stringify({
      title,
      id: technique,
      platform: ["Windows"],
      attack_mappings: [{ technique, tactics: [tactic] }],
      files: [{ type: "Host", link: `${at}/${file}` }],
    });
    const files = {
      "_metadata/a.yaml": dataset("Encoded PowerShell", "T1059", "TA0002", "encoded.zip"),
      "_metadata/b.yaml": dataset("LSASS dump", "T1003", "TA0006", "lsass.zip"),
      "_metadata/c.yaml": dataset("Rundll32 start", "T1218", "TA0005", "rundll32.zip"),
    };
    return hb.mordorBrowser({ connect: { files } });
  }],
};
