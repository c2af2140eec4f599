// syslog.log: what the Linux machines and the proxy told the log server (RFC 3164).

import { LINUX_KEEP, LINUX_LOGIN, LINUX_PATH, LINUX_SHA256, LINUX_URL, LURE_SENDER, PATIENT, SPRAY_FROM } from "./story.mjs";
import { at, moments, SERVERS, USERS } from "./world.mjs";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function line(time, host, program, text) {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} ${host} ${program}: ${text}`;
}

/** Normal messages: [weight, hosts, program, text]. */
const MESSAGES = [
  [14, ["web01", "db01"], "CRON[{pid}]", "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)"],
  [12, ["web01", "db01", "prx01"], "systemd[1]", "Started {unit}."],
  [10, ["web01", "db01", "prx01"], "systemd[1]", "{unit}: Deactivated successfully."],
  [9, ["web01"], "nginx", "{ip} - - \"GET /track/{int100000-999999} HTTP/2.0\" 200 {int800-9000} \"-\" \"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\""],
  [9, ["prx01"], "named[{pid2}]", "client @0x{hex12} {lan}#{int30000-60000} (wpad.larkfield.example.com): query: wpad.larkfield.example.com IN A + (10.20.0.5)"],
  [8, ["dc01"], "dhcpd[811]", "DHCPACK on {lan} to 52:54:00:{mac} (WS-{int101-124}) via ens18"],
  [8, ["web01", "prx01"], "kernel", "[{int10000-99999}.{int100000-999999}] [UFW BLOCK] IN=ens18 OUT= MAC=52:54:00:{mac}:52:54:00:aa:10:01:08:00 SRC={scanner} DST=192.0.2.10 LEN=40 TOS=0x00 PREC=0x00 TTL={int38-244} ID={int1000-60000} PROTO=TCP SPT={int30000-60000} DPT={port} WINDOW=1024 RES=0x00 SYN URGP=0"],
  [7, ["web01", "db01"], "sshd[{pid}]", "Accepted publickey for deploy from 10.20.10.{admin} port {int40000-60000} ssh2: ED25519 SHA256:{hex16}{hex16}"],
  [6, ["web01", "db01"], "sshd[{pid}]", "pam_unix(sshd:session): session closed for user deploy"],
  [6, ["prx01"], "postfix/smtpd[{pid}]", "{hex10}: client=mail-out.seabridge.example.net[198.18.40.25], sasl_method=PLAIN, sasl_username={upn}"],
  [6, ["prx01"], "postfix/qmgr[1190]", "{hex10}: from=<{upn}>, size={int2000-90000}, nrcpt=1 (queue active)"],
  [4, ["db01"], "postgres[{pid}]", "[{int1-90}-1] LOG:  checkpoint complete: wrote {int10-900} buffers (0.{int1-9}%); write={int1-40}.{int100-999} s"],
  [3, ["web01"], "sudo", "  deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx"],
  [2, ["web01"], "sshd[{pid}]", "Failed password for invalid user {guess} from {scanner} port {int30000-60000} ssh2"],
];
const UNITS = ["apt-daily.service", "logrotate.service", "phpsessionclean.service", "fstrim.service", "man-db.service", "user@1001.service"];
const GUESSES = ["admin", "oracle", "test", "ubuntu", "postgres", "git", "pi"];

function normal(random, time) {
  const [hosts, program, text] = random.weighted(MESSAGES.map(([weight, ...rest]) => [rest, weight]));
  const values = {
    unit: random.pick(UNITS), guess: random.pick(GUESSES), upn: random.pick(USERS).upn, pid: String(random.int(900, 32000)),
    ip: `198.18.${random.int(0, 255)}.${random.int(1, 254)}`, scanner: `198.19.${random.int(0, 63)}.${random.int(1, 254)}`,
    lan: random.pick(USERS).host.ip, admin: random.pick(["107", "108"]), port: random.pick(["22", "23", "445", "3389", "8080"]),
    mac: Array.from({ length: 3 }, () => random.hex(2)).join(":"), pid2: "702",
  };
  return { time, line: line(time, random.pick(hosts), random.fill(program, values), random.fill(text, values)) };
}

function attack() {
  const ssh = (time, text, plants) => ({ time, plants, line: line(time, SERVERS.web.name, "sshd[20418]", text) });
  const ip = PATIENT.host.ip;
  const mail = at(1, "11:20:05");
  return [
    ssh(at(1, "04:40:10"), `Failed password for root from ${SPRAY_FROM[1]} port 51514 ssh2`, [["ipv4", SPRAY_FROM[1]]]),
    ssh(at(1, "04:40:14"), `Connection closed by authenticating user root ${SPRAY_FROM[1]} port 51514 [preauth]`, [["ipv4", SPRAY_FROM[1]]]),
    {
      time: mail, plants: [["email", LURE_SENDER], ["email", PATIENT.upn]],
      line: line(mail, "prx01", "postfix/qmgr[1190]", `4F1C09A2B7: from=<${LURE_SENDER}>, to=<${PATIENT.upn}>, size=18211, nrcpt=1 (queue active)`),
    },
    ssh(LINUX_LOGIN, `Accepted publickey for root from ${ip} port 49822 ssh2: RSA SHA256:9fT0qkXb2VwYpLr7uEoN4dZcGm1sHjA`, [["ipv4", ip]]),
    {
      time: LINUX_LOGIN + 44_000, plants: [["url", LINUX_URL]],
      line: line(LINUX_LOGIN + 44_000, SERVERS.web.name, "edr[611]", `download url=${LINUX_URL} user=root program=/usr/bin/curl`),
    },
    { time: LINUX_LOGIN + 117_000, line: line(LINUX_LOGIN + 117_000, SERVERS.web.name, "CRON[20977]", `(root) CMD (${LINUX_KEEP})`) },
    {
      time: LINUX_LOGIN + 76_000, plants: [["sha256_hash", LINUX_SHA256], ["linux_path", LINUX_PATH]],
      line: line(LINUX_LOGIN + 76_000, SERVERS.web.name, "edr[611]", `new executable path=${LINUX_PATH} sha256=${LINUX_SHA256} user=root verdict=unknown`),
    },
  ];
}

export function syslog(random) {
  return { name: "syslog.log", records: [...moments(random, 13_000, 0.6).map((time) => normal(random, time)), ...attack()] };
}
