//! The types of indicators.

use crate::{Error, Result};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+) => {
        /// A type of indicator. Names are msticpy's where it has one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IocType {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl IocType {
            /// Every type.
            pub const ALL: &'static [IocType] = &[$(Self::$kind,)+];

            /// The name in column `IoCType`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }
        }
    };
}

kinds! {
    /// IPv4 address in dotted decimal, each part 0 to 255.
    Ipv4 = "ipv4",
    /// IPv6 address, with its zone if it has one.
    Ipv6 = "ipv6",
    /// URL with scheme and host.
    Url = "url",
    /// Domain name under a known top-level domain.
    Dns = "dns",
    /// E-mail address.
    Email = "email",
    /// 32 hex digits.
    Md5 = "md5_hash",
    /// 40 hex digits.
    Sha1 = "sha1_hash",
    /// 64 hex digits.
    Sha256 = "sha256_hash",
    /// 128 hex digits.
    Sha512 = "sha512_hash",
    /// Windows path: drive, UNC or relative.
    WindowsPath = "windows_path",
    /// Absolute or relative path of Unix.
    LinuxPath = "linux_path",
    /// Windows registry key, with its value if one is named.
    RegistryKey = "registry_key",
    /// Number of a known vulnerability, such as `CVE-2021-44228`.
    Cve = "cve",
    /// Autonomous system number, such as `AS13335`.
    Asn = "asn",
    /// Bitcoin address whose checksum is right.
    Bitcoin = "bitcoin",
    /// Ethereum address; its checksum is right if it has one.
    Ethereum = "ethereum",
    /// Hardware address of a network card; only when asked for.
    Mac = "mac_address",
}

impl IocType {
    /// Whether a program might make a link of it, so that defanging changes it.
    pub fn is_host_like(self) -> bool {
        matches!(
            self,
            Self::Ipv4 | Self::Ipv6 | Self::Url | Self::Dns | Self::Email
        )
    }

    /// The type of that name.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, which lists the names there are.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|kind| kind.name() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
            Error::InvalidArgument(format!(
                "types: there is no type `{name}` (there are: {})",
                names.join(", ")
            ))
        })
    }
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Kinds {
    pub(super) fn of(kinds: &[IocType]) -> Self {
        Self(kinds.iter().fold(0, |set, &kind| set | 1 << kind as u32))
    }

    #[inline]
    pub(super) fn has(self, kind: IocType) -> bool {
        self.0 & 1 << kind as u32 != 0
    }
}
