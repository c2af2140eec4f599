// Linux and mail: auditd, sshd, cron, systemd, the kernel, package managers, postfix.
import { syslogTime } from "./network.mjs";
import { trap } from "./traps.mjs";

const stamp = (c) => `audit(${c.int(1.76e9, 1.79e9)}.${c.int(100, 999)}:${c.int(1, 99999)})`;
const auditSyscall = (c) => `type=SYSCALL msg=${stamp(c)}: arch=c000003e syscall=59 success=yes exit=0 a0=${c.random.hex(12)} a1=${c.random.hex(12)} a2=${c.random.hex(12)} a3=8 items=2 ppid=${c.int(1, 32000)} pid=${c.int(1, 32000)} auid=4294967295 uid=0 gid=0 euid=0 tty=(none) ses=4294967295 comm="${c.word()}" exe="${c.one("linux_path")}" subj=unconfined key="exec"`;
const auditPath = (c) => `type=PATH msg=${stamp(c)}: item=0 name="${c.one("linux_path")}" inode=${c.int(1000, 900000)} dev=fe:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0`;
const auditExec = (c) => `type=EXECVE msg=${stamp(c)}: argc=3 a0="${c.word()}" a1="${c.one("linux_path")}" a2="${c.random.chance(0.5) ? c.one("url") : trap(c, "file")}"`;
const auditTitle = (c) => `type=PROCTITLE msg=${stamp(c)}: proctitle=${c.trap("no hash", Buffer.from(`${c.word()}\0-${c.name()}\0${c.word()}\0${c.random.hex(c.int(9, 20))}!`).toString("hex").toUpperCase())}`;
const auditUser = (c) => { const ip = c.one("ipv4"); return `type=USER_AUTH msg=${stamp(c)}: pid=${c.int(1, 32000)} uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication acct="${c.name()}" exe="${c.plant("linux_path", "/usr/sbin/sshd")}" hostname=${ip} addr=${ip} terminal=ssh res=failed'`; };
const host = (c) => `${c.word()}${c.int(1, 20)}`;
const sshd = (c) => `${syslogTime(c)} ${host(c)} sshd[${c.int(300, 32000)}]: ${c.pick([
  () => `Failed password for invalid user ${c.name()} from ${c.one("ipv4")} port ${c.int(1025, 65000)} ssh2`,
  () => `Accepted publickey for ${c.name()} from ${c.random.chance(0.3) ? c.one("ipv6", 0.3) : c.one("ipv4")} port ${c.int(1025, 65000)} ssh2: RSA SHA256:${c.trap("base64", Buffer.from(c.random.hex(64), "hex").toString("base64").slice(0, 43))}`,
  () => `Received disconnect from ${c.one("ipv4")} port ${c.int(1025, 65000)}:11: Bye Bye [preauth]`,
  () => `reverse mapping checking getaddrinfo for ${c.one("dns")} [${c.one("ipv4")}] failed.`,
])()}`;
const cron = (c) => `${syslogTime(c)} ${host(c)} CRON[${c.int(300, 32000)}]: (root) CMD (${c.one("linux_path")} --quiet >> ${c.one("linux_path")} 2>&1)`;
const sudo = (c) => `${syslogTime(c)} ${host(c)} sudo: ${c.name()} : TTY=pts/${c.int(0, 9)} ; PWD=${c.one("linux_path")} ; USER=root ; COMMAND=${c.one("linux_path")} -v ${c.one("linux_path")}`;
const systemd = (c) => `${syslogTime(c)} ${host(c)} systemd[1]: ${c.pick([
  () => `Started ${trap(c, "unit")} - ${c.word()} ${c.word()}.`, () => `${trap(c, "unit")}: Deactivated successfully.`, () => `${trap(c, "unit")}: Main process exited, code=exited, status=1/FAILURE`,
  () => `Reached target ${trap(c, "unit")}`, () => `Starting ${trap(c, "unit")}...`, () => `dbus-daemon: Activating service name='${trap(c, "unit")}' requested by ':1.${c.int(1, 99)}'`,
])()}`;
const kernel = (c) => `${syslogTime(c)} ${host(c)} kernel: [${c.int(1, 99999)}.${c.int(100000, 999999)}] ${c.pick([
  () => `pci ${trap(c, "pci")}: BAR 0: assigned [mem 0x${c.random.hex(8)}-0x${c.random.hex(8)}]`, () => `e1000e ${trap(c, "pci")} eth0: renamed from ${c.word()}, MAC ${trap(c, "mac")}`,
  () => `${c.word()}[${c.int(1, 9999)}]: segfault at ${c.int(0, 99)} ip 0000${c.random.hex(12)} sp 0000${c.random.hex(12)} error 4 in ${trap(c, "file")}[7f${c.random.hex(10)}+1a000]`,
  () => `IPv6: ADDRCONF(NETDEV_CHANGE): wlan0: associate with ${trap(c, "mac")} (try 1/3)`, () => `usb 1-${c.int(1, 9)}: SerialNumber: ${trap(c, "no hash")}`, () => `${trap(c, "setting")} = ${c.int(0, 9)}`,
])()}`;
const dhcp = (c) => `${syslogTime(c)} ${host(c)} dhcpd[${c.int(300, 9000)}]: DHCPACK on ${c.one("ipv4")} to ${trap(c, "mac")} (${host(c)}) via eth0`;
const dpkg = (c) => `2026-03-${c.int(10, 28)} ${trap(c, "clock")} ${c.pick([
  () => `upgrade ${c.word()}:amd64 ${c.int(1, 9)}.${c.int(1, 30)}-${c.int(1, 9)} ${c.int(1, 9)}.${c.int(1, 30)}-${c.int(1, 9)}`, () => `Preparing to unpack .../${trap(c, "package")} ...`, () => `Get:${c.int(1, 99)} ${c.one("url")} bookworm/main amd64 ${trap(c, "package")}`,
  () => `Unpacking ${trap(c, "package")} over (${c.int(1, 9)}.${c.int(1, 9)}) ...`, () => `Installed: ${trap(c, "package")}`, () => `Setting up ${trap(c, "package")} ...`,
])()}`;
const rsync = (c) => `${syslogTime(c)} ${host(c)} rsyncd[${c.int(300, 9000)}]: rsync to backup/ from ${c.one("dns")} (${c.one("ipv4")}): ${trap(c, "file")}, ${trap(c, "file")} (${c.int(1, 99)}.${c.int(1, 99)}% done)`;
const apparmor = (c) => `${syslogTime(c)} ${host(c)} kernel: audit: type=1400 ${stamp(c)}: apparmor="DENIED" operation="open" profile="${c.one("linux_path")}" name="${c.one("linux_path")}" pid=${c.int(1, 32000)} comm="${c.word()}" requested_mask="r" denied_mask="r" fsuid=0 ouid=0`;
const yum = (c) => `${syslogTime(c)} ${host(c)} dnf[${c.int(300, 9000)}]: Upgraded: ${trap(c, "package")}, ${trap(c, "package")}; sha256 ${c.one("sha256_hash")}`;
const clamav = (c) => `${syslogTime(c)} ${host(c)} clamd[${c.int(300, 9000)}]: ${c.one("linux_path")}: Unix.Trojan.${c.name()}-${c.int(1e6, 9e6)}-0(${c.one("md5_hash", 0.3)}:${c.int(100, 90000)}) FOUND`;
const k8s = (c) => `I0314 ${trap(c, "clock")}.${c.int(100000, 999999)} ${c.int(1, 9)} ${c.trap("file", `${c.word()}.go`)}:${c.int(10, 900)}] "SyncLoop ADD" pod="kube-system/${c.word()}-${c.random.hex(5)}" podUID=${trap(c, "uuid")} image="sha256:${c.one("sha256_hash", 0.2)}" ip="${c.one("ipv4")}"`;
const aws = (c) => `{"eventTime":"${c.int(2025, 2026)}-03-${c.int(10, 28)}T${trap(c, "clock")}Z","eventSource":"${c.either("dns", `${c.pick(["s3", "iam", "sts", "ec2"])}.amazonaws.com`)}","awsRegion":"eu-west-${c.int(1, 3)}","sourceIPAddress":"${c.one("ipv4")}","userAgent":"aws-cli/2.${c.int(1, 15)}.${c.int(1, 30)} Python/3.11.${c.int(1, 9)}","userIdentity":{"arn":"${trap(c, "arn")}","accountId":"${c.int(1e11, 9e11)}"},"requestID":"${trap(c, "uuid")}","requestParameters":{"bucketName":"${c.word()}-${c.word()}","key":"${trap(c, "file")}"}}`;

const postfix = (c) => `${syslogTime(c)} mx${c.int(1, 3)} postfix/${c.pick([
  () => `smtpd[${c.int(300, 32000)}]: connect from ${c.one("dns")}[${c.one("ipv4")}]`,
  () => `qmgr[${c.int(300, 32000)}]: ${c.random.hex(10).toUpperCase()}: from=<${c.one("email", 0.35)}>, size=${c.int(500, 90000)}, nrcpt=1 (queue active)`,
  () => `smtp[${c.int(300, 32000)}]: ${c.random.hex(10).toUpperCase()}: to=<${c.one("email", 0.35)}>, relay=${c.one("dns")}[${c.one("ipv4")}]:25, delay=${c.int(0, 9)}.${c.int(0, 99)}, delays=0.${c.int(1, 99)}/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 OK)`,
  () => `cleanup[${c.int(300, 32000)}]: ${c.random.hex(10).toUpperCase()}: message-id=<${messageId(c)}>`,
  () => `smtpd[${c.int(300, 32000)}]: NOQUEUE: reject: RCPT from unknown[${c.one("ipv4")}]: 554 5.7.1 <${c.one("email", 0.35)}>: Relay access denied; from=<${c.one("email", 0.35)}> to=<${c.one("email", 0.35)}> proto=ESMTP helo=<${c.one("dns")}>`,
])()}`;
/** Spelt like an address, but nobody's; the host in it is real. */
const messageId = (c) => { const domain = c.one("dns"); return c.either("email", `${c.int(1e13, 9e13)}.${c.random.hex(8)}@${domain}`); };
const header = (c) => c.pick([
  () => `Received: from ${c.one("dns")} (${c.one("dns")} [${c.one("ipv4")}]) by ${c.one("dns", 0.05)} with ESMTPS id ${c.random.hex(12)} for <${c.one("email", 0.35)}>; Tue, 10 Mar 2026 ${trap(c, "clock")} +0000`,
  () => `From: "${c.name()} ${c.name()}" <${c.one("email", 0.4)}>`, () => `Return-Path: <${c.one("email", 0.4)}>`, () => `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${c.one("dns")}; s=s${c.int(1, 9)}; bh=${trap(c, "base64")};`,
  () => `X-Originating-IP: [${c.one("ipv4")}]`, () => `Content-Type: application/zip; name="${trap(c, "file")}"`, () => `Subject: ${c.word()} ${trap(c, "number")} and ${trap(c, "date")} (${trap(c, "file")})`,
  () => `<img src="cid:${trap(c, "image")}"> <a href="${c.one("url", 0.5)}">${c.word()}</a>${trap(c, "tag")}`,
])();
const idNames = (c) => `${syslogTime(c)} ${host(c)} named[${c.int(300, 900)}]: zone ${c.one("dns")}/IN: notify from ${c.one("ipv4")}#53: serial 20260${c.int(100, 999)}; SRV ${c.plant("dns", `_ldap._tcp.${c.word()}.${c.name()}.com`, undefined, "labels with _")}`;

export const LINES = [
  [22, auditSyscall], [26, auditPath], [14, auditExec], [10, auditTitle], [16, auditUser], [40, sshd], [18, cron], [10, sudo], [26, systemd], [26, kernel],
  [12, dhcp], [22, dpkg], [8, rsync], [10, apparmor], [6, yum], [6, clamav], [12, k8s], [16, aws], [40, postfix], [24, header], [1, idNames],
];
