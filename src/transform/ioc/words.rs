//! Words that tell domains and addresses from names of files, code and versions.

/// Top-level domains that are also endings of files or attributes of objects,
/// far more often so in logs and reports than domains.
#[rustfmt::skip]
pub(super) const DOUBTFUL: &[&str] = &[
    "as", "call", "data", "do", "events", "final", "foo", "gdn", "id", "java", "lc", "ls", "map",
    "md", "ml", "mm", "mo", "mov", "ms", "mt", "name", "new", "now", "open", "pm", "prof",
    "properties", "ps", "pub", "py", "rs", "run", "save", "sb", "sc", "select", "sh", "so", "st",
    "target", "tf", "vi", "zip", "cab",
];

/// As doubtful, but common enough as domains that the name decides.
#[rustfmt::skip]
pub(super) const HALF_DOUBTFUL: &[&str] = &[
    "ai", "am", "app", "bz", "cc", "group", "host", "in", "ink", "is", "it", "kr", "la", "link", "lk",
    "me", "no", "page", "pl", "to", "top", "ws",
];

/// Top-level domains that are hardly ever a word of code.
#[rustfmt::skip]
pub(super) const PLAIN: &[&str] = &[
    "com", "net", "org", "edu", "gov", "mil", "int", "biz", "arpa", "example", "test",
];

/// First labels of reversed names such as `com.example.Tool`.
#[rustfmt::skip]
pub(super) const REVERSED: &[&str] = &[
    "com", "org", "net", "edu", "java", "javax", "sun", "android", "androidx", "kotlin", "system",
    "microsoft", "windows", "spring",
];

/// First labels of code, however many follow: `this.cache.is`.
#[rustfmt::skip]
pub(super) const OBJECTS: &[&str] = &[
    "this", "self", "obj", "object", "el", "args", "arg", "ctx", "req", "res", "request",
    "response", "window", "document", "cfg", "conn", "props", "options", "opts", "params",
    "wscript", "scripting", "shell",
];

/// Names of products that would be domains.
pub(super) const PRODUCTS: &[&str] = &["asp.net", "vb.net", "ado.net"];

/// First labels of code with one more: `user.name`.
#[rustfmt::skip]
pub(super) const CODE: &[&str] = &[
    "event", "process", "user", "file", "log", "source", "destination", "agent", "node", "os",
    "sys", "math", "item", "data", "result", "config", "state", "row", "module", "app", "list",
];

/// Words after which a name is a domain whatever it looks like.
#[rustfmt::skip]
pub(super) const SPEAKS_FOR: &[&str] = &[
    "domain", "domains", "host", "hostname", "fqdn", "dns", "query", "site", "website", "server",
    "sni", "queryname", "cname", "dnsname", "remotehost", "resolved", "lookup",
];

/// Words after which a name is a file.
pub(super) const SPEAKS_AGAINST: &[&str] =
    &["image", "script", "module", "python", "perl", "bash", "key"];

/// Usual names of files, without their endings.
#[rustfmt::skip]
pub(super) const FILES: &[&str] = &[
    "main", "index", "readme", "setup", "install", "license", "makefile", "changelog", "__init__",
    "test", "kernel32", "ntdll", "user32",
];

/// Words after which four numbers are a version.
#[rustfmt::skip]
pub(super) const VERSION: &[&str] = &[
    "version", "ver", "v", "release", "build", "oid", "fileversion", "productversion", "revision",
    "rev", "firmware",
];

/// Words before a slash that are no product, unlike `Chrome/120.0.0.0`.
#[rustfmt::skip]
pub(super) const NOT_A_PRODUCT: &[&str] = &[
    "tcp", "udp", "ip", "src", "dst", "addr", "from", "to", "host", "icmp", "inet", "peer",
    "direct", "none",
];

/// Words that a hyphen joins to an address, unlike `mirror-1.35.0.80`.
pub(super) const JOINED: &[&str] = &["ip", "addr", "address", "host", "src", "dst"];
