// sign-ins.ndjson: cloud sign-ins, nested as Microsoft Entra exports them, one object a line.

import { MAILBOX_FROM, SPRAY_FROM, SPRAY_HIT, SPRAY_START, VICTIM } from "./story.mjs";
import { at, fqdn, iso, moments, OFFICE_EGRESS, TENANT, USERS } from "./world.mjs";

const APPS = [
  ["Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"], ["Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"],
  ["Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"], ["Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"],
  ["Windows Sign In", "38aa3b87-a06d-4817-b275-7a316988d93b"],
];
const BROWSERS = ["Edge 133.0.0", "Chrome 133.0.0", "Firefox 135.0", "Mobile Safari 18.3", ""];
const FAILURES = {
  0: "Other.", 50126: "Error validating credentials due to invalid username or password.",
  50053: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  50074: "Strong Authentication is required.", 50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
};
const STEPS = { 0: "MFA requirement satisfied by claim in the token", 50074: "User did not pass the MFA challenge." };
const FAR_AWAY = ["Reykjavík", "IS", 64.15, -21.94];

function signIn(random, who, time, { ip, error = 0, place = who.city, client = "Browser", app, managed = true, risk = "none" }) {
  const [appDisplayName, appId] = app ?? random.popular(APPS);
  const [city, country, latitude, longitude] = place;
  return {
    id: random.uuid(), createdDateTime: iso(time), tenantId: TENANT, userDisplayName: who.name, userPrincipalName: who.upn,
    userId: who.userId, appId, appDisplayName, ipAddress: ip, clientAppUsed: client, correlationId: random.uuid(),
    conditionalAccessStatus: error === 0 ? "success" : "notApplied", isInteractive: client === "Browser",
    riskDetail: "none", riskLevelDuringSignIn: risk, riskState: risk === "none" ? "none" : "atRisk",
    resourceDisplayName: appDisplayName,
    status: { errorCode: error, failureReason: FAILURES[error], additionalDetails: STEPS[error] ?? null },
    deviceDetail: managed
      ? { deviceId: `${who.host.name.toLowerCase()}-${who.userId.slice(0, 8)}`, displayName: fqdn(who.host), operatingSystem: "Windows11", browser: random.popular(BROWSERS), isCompliant: true, isManaged: true, trustType: "Hybrid Azure AD joined" }
      : { deviceId: "", displayName: "", operatingSystem: "Linux", browser: "Firefox 128.0", isCompliant: false, isManaged: false, trustType: "" },
    location: { city, state: null, countryOrRegion: country, geoCoordinates: { latitude, longitude } },
    appliedConditionalAccessPolicies: error === 0 ? [{ displayName: "Require MFA outside the office", result: ip === OFFICE_EGRESS ? "notApplied" : "success" }] : [],
  };
}

/** A person's ordinary sign-in: mostly from the office, with a mistyped password now and then. */
function normal(random, time) {
  const who = random.pick(USERS);
  const ip = random.chance(0.72) ? OFFICE_EGRESS : random.chance(0.9) ? who.home : `2001:db8:${random.hex(4)}::${random.int(2, 254).toString(16)}`;
  const error = random.weighted([[0, 93], [50126, 3], [50140, 2], [50074, 2]]);
  return { time, fields: signIn(random, who, time, { ip, error, client: random.weighted([["Browser", 7], ["Mobile Apps and Desktop clients", 3]]) }) };
}

/** The spray: everyone gets a guess about every 25 minutes, from changing addresses, until one fits. */
function spray(random) {
  const records = [];
  for (let time = SPRAY_START, turn = 0; time < SPRAY_HIT - 60_000; time += random.int(52_000, 74_000), turn++) {
    const who = USERS[turn % USERS.length];
    const ip = SPRAY_FROM[turn % 2];
    const error = who === VICTIM && turn > 200 ? 50053 : 50126;
    records.push({
      time, plants: [["ipv4", ip], ["email", who.upn]],
      fields: signIn(random, who, time, { ip, error, place: FAR_AWAY, client: "Authenticated SMTP", app: APPS[0], managed: false }),
    });
  }
  const hit = { ip: SPRAY_FROM[0], place: FAR_AWAY, client: "Authenticated SMTP", app: APPS[0], managed: false, risk: "medium" };
  records.push({ time: SPRAY_HIT, plants: [["ipv4", SPRAY_FROM[0]], ["email", VICTIM.upn]], fields: signIn(random, VICTIM, SPRAY_HIT, hit) });
  for (const time of [at(1, "10:31:07"), at(1, "12:58:44"), at(2, "06:12:19"), at(3, "00:47:33")]) {
    const fields = signIn(random, VICTIM, time, { ip: MAILBOX_FROM, place: FAR_AWAY, app: APPS[0], managed: false, risk: "high" });
    records.push({ time, plants: [["ipv4", MAILBOX_FROM], ["email", VICTIM.upn]], fields });
  }
  return records;
}

export function signins(random) {
  const records = [...moments(random, 2_600, 0.1).map((time) => normal(random, time)), ...spray(random)];
  return { name: "sign-ins.ndjson", records };
}
