//! What messages of sudo, su, sshd, cron and PAM say.
//!
//! The forms are those that the programs print: sudoers(5) "LOG FORMAT", OpenSSH's
//! `auth.c`, cronie's and Debian's cron, Linux-PAM's `pam_unix`.

/// What a message says; all texts are parts of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Meaning<'a> {
    /// What happened, such as `session_opened`.
    pub(super) action: Option<&'static str>,
    /// `success` or `failure`, where there is one.
    pub(super) result: Option<&'static str>,
    /// Who did it.
    pub(super) user: Option<&'a [u8]>,
    /// As whom.
    pub(super) target: Option<&'a [u8]>,
    pub(super) address: Option<&'a [u8]>,
    pub(super) port: Option<u16>,
    /// How, such as `publickey`; the service of PAM's messages.
    pub(super) method: Option<&'a [u8]>,
    pub(super) terminal: Option<&'a [u8]>,
    pub(super) directory: Option<&'a [u8]>,
    pub(super) command: Option<&'a [u8]>,
}

const SUCCESS: Option<&str> = Some("success");
const FAILURE: Option<&str> = Some("failure");

/// Reads the message of `process`; a default is one that says nothing of these.
pub(super) fn read<'a>(process: Option<&[u8]>, message: &'a [u8]) -> Meaning<'a> {
    let message = once(message);
    if let Some(pam) = pam(message) {
        return pam;
    }
    let process = process.unwrap_or_default();
    let found = match process {
        b"sudo" => sudo(message),
        b"su" => su(message),
        _ if process.starts_with(b"sshd") => sshd(message),
        _ if process.eq_ignore_ascii_case(b"cron") || process.eq_ignore_ascii_case(b"crond") => {
            cron(message)
        }
        _ => None,
    };
    found.unwrap_or_default()
}

/// What rsyslog puts into `message repeated 2 times: [ … ]`; else all.
fn once(message: &[u8]) -> &[u8] {
    let repeated = || {
        let rest = message.strip_prefix(b"message repeated ")?;
        let (_, rest) = cut(rest, b" times: [ ")?;
        rest.strip_suffix(b"]")
    };
    repeated().unwrap_or(message)
}

/// The text before and after the first `separator`.
fn cut<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memchr::memmem::find(text, separator)?;
    Some((&text[..at], &text[at + separator.len()..]))
}

fn word(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    &text[..end]
}

/// A word if there is one.
fn some(text: &[u8]) -> Option<&[u8]> {
    (!text.is_empty()).then_some(text)
}

/// `pam_unix(sshd:session): session opened for user bob(uid=1) by root(uid=0)`.
fn pam(message: &[u8]) -> Option<Meaning<'_>> {
    let rest = message.strip_prefix(b"pam_")?;
    let (_, rest) = cut(rest, b"(")?;
    let (service, rest) = cut(rest, b":")?;
    let (_, rest) = cut(rest, b"): ")?;
    let method = some(service);
    if let Some(rest) = rest.strip_prefix(b"session opened for user ") {
        let (target, by) = cut(rest, b" by ").unwrap_or((rest, b""));
        return Some(Meaning {
            action: Some("session_opened"),
            result: SUCCESS,
            user: some(account(by)),
            target: some(account(target)),
            method,
            ..Meaning::default()
        });
    }
    if let Some(target) = rest.strip_prefix(b"session closed for user ") {
        return Some(Meaning {
            action: Some("session_closed"),
            target: some(account(target)),
            method,
            ..Meaning::default()
        });
    }
    if rest.starts_with(b"authentication failure;") {
        return Some(Meaning {
            action: Some("authentication"),
            result: FAILURE,
            user: value(rest, b" ruser=").or_else(|| value(rest, b" logname=")),
            target: value(rest, b" user="),
            address: value(rest, b" rhost="),
            terminal: value(rest, b" tty="),
            method,
            ..Meaning::default()
        });
    }
    None
}

/// `root(uid=0)` and `(uid=0)` without what is in brackets.
fn account(text: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'(', b' ', text).unwrap_or(text.len());
    &text[..end]
}

/// The value after ` key=`, up to a blank; none if it is empty.
fn value<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    some(word(cut(text, key)?.1))
}

/// `  bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id`; before `TTY`
/// may stand why it was refused. Log Analytics has blanks for semicolons.
fn sudo(message: &[u8]) -> Option<Meaning<'_>> {
    let (user, mut rest) = cut(message.trim_ascii_start(), b" : ")?;
    let mut meaning = Meaning {
        action: Some("sudo_command"),
        result: SUCCESS,
        user: some(user),
        ..Meaning::default()
    };
    // Part by part, as a directory or variable may be named `USER=root`; the command is
    // last and may hold anything.
    let mut is_command = false;
    while !rest.is_empty() {
        rest = rest.trim_ascii_start();
        if let Some(command) = rest.strip_prefix(b"COMMAND=") {
            meaning.command = some(command.trim_ascii());
            return Some(meaning);
        }
        let end = |separator: &[u8]| memchr::memmem::find(rest, separator).unwrap_or(rest.len());
        let (semicolon, blanks) = (end(b" ; "), end(b"   "));
        let part = &rest[..semicolon.min(blanks)];
        rest = rest.get(part.len() + 3..).unwrap_or_default();
        let value = |key: &[u8]| {
            part.strip_prefix(key)
                .map(|value: &[u8]| some(value.trim_ascii()))
        };
        if let Some(terminal) = value(b"TTY=") {
            (meaning.terminal, is_command) = (terminal, true);
        } else if let Some(directory) = value(b"PWD=") {
            (meaning.directory, is_command) = (directory, true);
        } else if let Some(target) = value(b"USER=") {
            meaning.target = target;
        } else if !is_command {
            meaning.result = FAILURE;
        }
    }
    is_command.then_some(meaning)
}

/// `(to root) bob on pts/0`, and the same after `FAILED SU`.
fn su(message: &[u8]) -> Option<Meaning<'_>> {
    let failed = message.strip_prefix(b"FAILED SU ");
    let rest = failed.unwrap_or(message).strip_prefix(b"(to ")?;
    let (target, rest) = cut(rest, b") ")?;
    let (user, terminal) = cut(rest, b" on ")?;
    Some(Meaning {
        action: Some("su"),
        result: if failed.is_some() { FAILURE } else { SUCCESS },
        user: some(user),
        target: some(target),
        terminal: some(word(terminal)),
        ..Meaning::default()
    })
}

/// `Accepted publickey for bob from 10.0.0.1 port 22 ssh2: …` and its kin.
fn sshd(message: &[u8]) -> Option<Meaning<'_>> {
    let with = |action, result, user, rest| {
        let (address, port) = endpoint(rest);
        Meaning {
            action: Some(action),
            result,
            target: some(user),
            address,
            port,
            ..Meaning::default()
        }
    };
    let attempt = message
        .strip_prefix(b"Accepted ")
        .map(|rest| (SUCCESS, rest));
    let attempt = attempt.or_else(|| Some((FAILURE, message.strip_prefix(b"Failed ")?)));
    if let Some((result, rest)) = attempt {
        let (method, rest) = cut(rest, b" for ")?;
        let rest = rest.strip_prefix(b"invalid user ").unwrap_or(rest);
        // A name may hold anything, even " from ".
        let at = memchr::memmem::rfind(rest, b" from ")?;
        return Some(Meaning {
            method: some(method),
            ..with("logon", result, &rest[..at], &rest[at + 6..])
        });
    }
    if let Some(rest) = message.strip_prefix(b"Invalid user ") {
        let at = memchr::memmem::rfind(rest, b" from ")
            .or_else(|| rest.strip_prefix(b"from ").map(|_| 0))?;
        let address = rest[at..].trim_ascii_start().strip_prefix(b"from ")?;
        return Some(with("invalid_user", FAILURE, &rest[..at], address));
    }
    let closed = [
        &b"Disconnected from "[..],
        b"Connection closed by ",
        b"Connection reset by ",
    ];
    let rest = closed.iter().find_map(|begin| message.strip_prefix(*begin));
    if let Some(rest) = rest {
        let named = [&b"user "[..], b"invalid user ", b"authenticating user "];
        let Some(name) = named.iter().find_map(|begin| rest.strip_prefix(*begin)) else {
            return Some(with("disconnected", None, b"", rest));
        };
        let (user, address) = cut(name, b" ")?;
        return Some(with("disconnected", None, user, address));
    }
    let rest = message.strip_prefix(b"Received disconnect from ")?;
    Some(with("disconnected", None, b"", rest))
}

/// The address and port of `10.0.0.1 port 22 …`.
fn endpoint(text: &[u8]) -> (Option<&[u8]>, Option<u16>) {
    let address = word(text);
    let address = address.strip_suffix(b":").unwrap_or(address);
    let port = text[address.len()..]
        .strip_prefix(b" port ")
        .and_then(|port| {
            let digits = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
            std::str::from_utf8(&port[..digits]).ok()?.parse().ok()
        });
    (some(address), port)
}

/// `(root) CMD (   run-parts /etc/cron.hourly)`.
fn cron(message: &[u8]) -> Option<Meaning<'_>> {
    let (user, rest) = cut(message.strip_prefix(b"(")?, b") ")?;
    let command = rest.strip_prefix(b"CMD (")?;
    let command = command.strip_suffix(b")").unwrap_or(command);
    Some(Meaning {
        action: Some("cron_command"),
        user: some(user),
        command: some(command.trim_ascii()),
        ..Meaning::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        for (process, message, expected) in [
            (
                "sudo",
                "  bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/sh -c 'a ; b'",
                "sudo_command success user=bob target=root tty=pts/0 dir=/home/bob cmd=/bin/sh -c 'a ; b'",
            ),
            (
                "sudo",
                "peteb : TTY=pts/0   PWD=/home/peteb   USER=root   COMMAND=/usr/sbin/squid -NCd1",
                "sudo_command success user=peteb target=root tty=pts/0 dir=/home/peteb cmd=/usr/sbin/squid -NCd1",
            ),
            (
                "sudo",
                "eve : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/ls",
                "sudo_command failure user=eve target=root tty=pts/1 dir=/ cmd=/bin/ls",
            ),
            (
                "sudo",
                "pam_unix(sudo:session): session opened for user root by peteb(uid=0)",
                "session_opened success user=peteb target=root method=sudo",
            ),
            (
                "sshd",
                "pam_unix(sshd:session): session opened for user bob(uid=1001) by (uid=0)",
                "session_opened success target=bob method=sshd",
            ),
            (
                "CRON",
                "pam_unix(cron:session): session closed for user root",
                "session_closed target=root method=cron",
            ),
            (
                "sshd",
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1  user=root",
                "authentication failure target=root ip=10.0.0.1 method=sshd tty=ssh",
            ),
            (
                "sshd",
                "Accepted publickey for bob from 10.0.0.1 port 50000 ssh2: RSA SHA256:x",
                "logon success target=bob ip=10.0.0.1:50000 method=publickey",
            ),
            (
                "sshd",
                "Failed password for invalid user a from b from 2001:db8::1 port 22 ssh2",
                "logon failure target=a from b ip=2001:db8::1:22 method=password",
            ),
            (
                "sshd",
                "Invalid user admin from 10.0.0.1",
                "invalid_user failure target=admin ip=10.0.0.1",
            ),
            (
                "sshd",
                "Invalid user  from 10.0.0.1 port 5",
                "invalid_user failure ip=10.0.0.1:5",
            ),
            (
                "sshd",
                "Connection closed by authenticating user root 10.0.0.1 port 5 [preauth]",
                "disconnected target=root ip=10.0.0.1:5",
            ),
            (
                "sshd",
                "Connection closed by 10.0.0.1 port 5",
                "disconnected ip=10.0.0.1:5",
            ),
            (
                "sshd",
                "Received disconnect from 10.0.0.1: 11: bye",
                "disconnected ip=10.0.0.1",
            ),
            (
                "CRON",
                "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)",
                "cron_command user=root cmd=cd / && run-parts --report /etc/cron.hourly",
            ),
            (
                "su",
                "(to root) bob on pts/0",
                "su success user=bob target=root tty=pts/0",
            ),
            (
                "su",
                "FAILED SU (to root) bob on pts/0",
                "su failure user=bob target=root tty=pts/0",
            ),
            (
                "sudo",
                "bob : TTY=pts/0 ; PWD=/tmp/USER=eve ; USER=root ; ENV=COMMAND=/bin/true ; COMMAND=/bin/sh",
                "sudo_command success user=bob target=root tty=pts/0 dir=/tmp/USER=eve cmd=/bin/sh",
            ),
            (
                "sudo",
                "bob : PWD=/ ; USER=root ; COMMAND=/bin/sh -c 'TTY=x ; USER=y'",
                "sudo_command success user=bob target=root dir=/ cmd=/bin/sh -c 'TTY=x ; USER=y'",
            ),
            (
                "sshd",
                "message repeated 2 times: [ Failed password for root from 10.0.0.1 port 5 ssh2]",
                "logon failure target=root ip=10.0.0.1:5 method=password",
            ),
            ("kernel", "Accepted x for y from z", ""),
            ("sshd", "Server listening on 0.0.0.0 port 22.", ""),
            ("sudo", "bob : no terminal", ""),
        ] {
            let found = read(Some(process.as_bytes()), message.as_bytes());
            let text = |name: &str, value: Option<&[u8]>| match value {
                Some(value) => format!("{name}={} ", String::from_utf8_lossy(value)),
                None => String::new(),
            };
            let port = found.port.map_or(String::new(), |port| format!(":{port}"));
            let address = text("ip", found.address).trim_end().to_string();
            let address = if address.is_empty() {
                address
            } else {
                format!("{address}{port} ")
            };
            let shown = format!(
                "{} {} {}{}{address}{}{}{}{}",
                found.action.unwrap_or_default(),
                found.result.unwrap_or_default(),
                text("user", found.user),
                text("target", found.target),
                text("method", found.method),
                text("tty", found.terminal),
                text("dir", found.directory),
                text("cmd", found.command),
            );
            assert_eq!(shown.replace("  ", " ").trim(), expected, "{message}");
        }
    }
}
