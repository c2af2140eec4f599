// Masks of tables, which say what to mask; how is in Rust (src/transform/mask). A file of its own in the package, which is
// loaded when it is first needed; all that is of the file which loads it comes in `tools`.
import { isObject, noOthers } from "./options.js";

// Columns of Sentinel, Defender, Entra ID, Windows and Linux and of ECS that say whose they are; in any case, and without underscores.
const COLUMNS = {
  uuid: `TenantId AadTenantId HomeTenantId ResourceTenantId SubscriptionId AzureSubscriptionId WorkspaceSubscriptionId
    WorkspaceId SourceComputerId AadUserId AccountObjectId InitiatingProcessAccountObjectId UserObjectId AadDeviceId
    MachineId`,
  sid: `UserSid AccountSid SubjectUserSid TargetUserSid TargetSid MemberSid InitiatingProcessAccountSid`,
  account: `Account AccountName AccountUpn SubjectAccount SubjectUserName TargetAccount TargetUserName MemberName User UserName
    UserId UserPrincipalName UserKey Caller InitiatingProcessAccountName InitiatingProcessAccountUpn SourceUserName
    DestinationUserName TargetOutboundUserName SamAccountName MailboxOwnerUPN SenderFromAddress SenderMailFromAddress
    RecipientEmailAddress SignInName user.name user.email source.user.name destination.user.name`,
  domain: `Computer Host HostName DeviceName RemoteDeviceName DvcHostname SrcHostname DstHostname SourceHostName
    DestinationHostName Workstation WorkstationName VMName AccountDomain SubjectDomainName TargetDomainName
    InitiatingProcessAccountDomain TargetServerName TargetOutboundDomainName MachineName host.name
    host.hostname agent.name agent.hostname user.domain`,
  ip: `IpAddress IpAddresses ClientIP ClientIPAddress CallerIpAddress SourceIP SourceIpAddress SrcIP SrcIpAddr DestinationIP
    DestinationIpAddress DestIP DstIpAddr LocalIP RemoteIP ComputerIP HostIP HostIPAddress VMIPAddress PublicIPs AllExtIPs
    FileOriginIP ReportedByIP source.ip destination.ip client.ip server.ip host.ip`,
  str: `AccountDisplayName UserDisplayName Identity CompromisedEntity Resource ResourceId ResourceGroup VMId SubscriptionName
    MailboxOwner`,
  dict: `Entities ExtendedProperties ExtendedLinks Authorization Claims Properties DeviceDetail AdditionalFields`,
};
const known = new Map(Object.entries(COLUMNS).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [plain(name), kind])));

function plain(name) {
  return name.replaceAll("_", "").toLowerCase();
}

/** What masks a column of this name: what is in an object is read as `object.name`. */
function kindOf(name) {
  const own = known.get(plain(name)) ?? known.get(plain(name.slice(name.lastIndexOf(".") + 1)));
  return own ?? (known.get(plain(name.split(".")[0])) === "dict" ? "auto" : undefined);
}

/** Pairs of a column and its kind; of those that are not named, the ones that are known and hold text. */
function columnsOf(table, columns, invalid) {
  if (columns == null) {
    const holdsText = ({ type }) => type.includes("text");
    return table.columns.filter((column) => holdsText(column) && kindOf(column.name)).map(({ name }) => [name, kindOf(name)]);
  }
  if (!Array.isArray(columns) && !isObject(columns)) throw invalid("maskTable: `columns` should be names, or an object such as { Account: \"account\" }");
  const pairs = Array.isArray(columns) ? columns.map((name) => [name, "auto"]) : Object.entries(columns);
  for (const pair of pairs) if (pair.some((one) => typeof one !== "string")) throw invalid("maskTable: names and kinds in `columns` should be strings");
  return pairs.map(([name, kind]) => [name, kind === "auto" ? kindOf(name) ?? kind : kind]);
}

/** `call` runs what is done on a table, `run` what is done on a text. */
export function makeMasks({ call, run, invalid }) {
  // Without a seed, masks are those of this page alone.
  let own;
  const seedOf = (fn, seed) => {
    if (seed === "" || (seed != null && typeof seed !== "string" && typeof seed !== "number")) throw invalid(`${fn}: \`seed\` should be a text or a number`);
    return String(seed ?? (own ??= crypto.getRandomValues(new Uint32Array(8)).join()));
  };
  const checked = (fn, options = {}) => {
    if (!isObject(options)) throw invalid(`${fn}: options should be an object, such as { seed: "a long random text" }`);
    return options;
  };
  return {
    async maskTable(table, options) {
      const { columns, seed, onProgress, signal, ...others } = checked("maskTable", options);
      noOthers(invalid, "maskTable", others, "columns, seed");
      return call("maskTable", table, { onProgress, signal }, [columnsOf(table, columns, invalid), seedOf("maskTable", seed)]);
    },
    async maskText(text, kind, options) {
      const { seed, ...others } = checked("maskText", options);
      noOthers(invalid, "maskText", others, "seed");
      if (typeof text !== "string") throw invalid("maskText: the text should be a string");
      if (kind != null && typeof kind !== "string") throw invalid("maskText: the kind should be a string, such as \"ip\"");
      return run({ fn: "maskText", args: [text, kind ?? "auto", seedOf("maskText", seed)] });
    },
  };
}
