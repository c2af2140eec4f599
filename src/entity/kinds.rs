//! The kinds of entities, in one table.
//!
//! Names and fields are those of msticpy 3.0.2 (`datamodel/entities`), which has them from
//! <https://learn.microsoft.com/azure/sentinel/entities-reference>. Its defects are not copied: each id
//! property is a field here, and `Sha256Ac` and `AdditionalData` are written alike everywhere.

use std::sync::LazyLock;

/// A kind of entity.
#[derive(Debug)]
pub struct Kind {
    /// Its name, such as `IpAddress`.
    pub name: &'static str,
    /// What an alert calls it, such as `ip`.
    pub type_name: &'static str,
    /// Other words for it.
    aliases: Vec<&'static str>,
    /// What tells two of them apart.
    pub(super) ids: Vec<Id>,
    /// Names of its fields.
    pub fields: Vec<Field>,
}

/// Fields that together tell entities apart.
#[derive(Debug)]
pub(super) struct Id {
    pub(super) fields: Vec<&'static str>,
    /// Looked at only where both entities have no other id in common.
    pub(super) is_weak: bool,
}

/// A field of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The kind of entity it holds, or holds a list of.
    pub kind: Option<&'static str>,
    /// Whether it names the entity, if none before it does.
    pub(super) names: bool,
    /// Whether a plain value is this field.
    pub(super) plain: bool,
}

/// Name, then what alerts call it, then other words | ids, `+` between the fields of one and `?` after
/// a weak one | fields that name it, of which `=` marks what a plain value is, unless that is the first
/// / all others, with the kind of those that are entities.
const ROWS: [&str; 30] = [
    "Account account user|Sid AadUserId PUID ObjectGuid QualifiedName?|Name DisplayName Upn Sid AadUserId PUID ObjectGuid/NTDomain UPNSuffix Host:Host LogonId AadTenantId IsDomainJoined",
    "Alert alert alerts|SystemAlertId|AlertDisplayName AlertType =SystemAlertId ProviderAlertId/Count StartTimeUtc EndTimeUtc Severity VendorName ProviderName Entities ProductName ProductComponentName ProductVersion ProcessingEndTime Status ProviderAlertStatus ConfidenceLevel ConfidenceScore ConfidenceScoreStatus ConfidenceReasons Intent Techniques SubTechniques IsIncident IsPreview CorrelationKey InvestigationIds ResourceIdentifiers CompromisedEntity Description DescriptionArguments SupportingEvidence RemediationSteps ExtendedProperties ExtendedLinks Metadata Edges AlertUri Anomaly AlertPolicy",
    "AzureResource azure-resource|ResourceId|ResourceId/ResourceIdParts",
    "CloudApplication cloud-application|AppId+InstanceName Name?|Name/AppId InstanceName",
    "CloudLogonSession cloud-logon-session|SessionId|SessionId/Account UserAgent",
    "Dns dns dnsresolve dnsresolution|DomainName|DomainName/IpAddresses:IpAddress DnsServerIp:IpAddress HostIpAddress:IpAddress",
    "File file|FullPath Sha1 Sha256 Sha256Ac Md5|Name FullPath Sha256 Sha256Ac Sha1 Md5/Directory Host:Host FileHashes:FileHash",
    "FileHash filehash|Value|Value/Algorithm",
    "GeoLocation geolocation location|Longitude+Latitude+City+State+CountryCode|City State =CountryOrRegionName CountryCode/Longitude Latitude Asn",
    "Host host machine|AzureID OMSAgentID DeviceId fqdn?|HostName NetBiosName DeviceName AzureID OMSAgentID DeviceId/DnsDomain NTDomain OSFamily IsDomainJoined",
    "HostLogonSession host-logon-session|Account+Host+SessionId|SessionId/Account:Account Host:Host StartTimeUtc EndTimeUtc",
    "Incident incident|IncidentID|DisplayName =IncidentID/Severity Status Owner Classification Labels Alerts:Alert Entities AdditionalData",
    "IoTDevice iotdevice|IoTHub+DeviceId|DeviceName =DeviceId/IoTHub IoTSecurityAgentId DeviceType Source SourceRef Manufacturer Model OperatingSystem IpAddress:IpAddress MacAddress Protocols SerialNumber",
    "IpAddress ip|Address|Address/Location:GeoLocation ThreatIntelligence:Threatintelligence",
    "Mailbox mailbox|MailboxPrimaryAddress|MailboxPrimaryAddress DisplayName Upn/ExternalDirectoryObjectId RiskLevel",
    "MailboxConfiguration mailboxconfiguration|MailboxPrimaryAddress|MailboxPrimaryAddress DisplayName Upn/ExternalDirectoryObjectId RiskLevel",
    "MailCluster mail-cluster|Query+Source|Query/Source NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats QueryTime MailCount IsVolumeAnomaly ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup",
    "MailMessage mail-message|NetworkMessageId+Recipient|NetworkMessageId Recipient/Files:File Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain ReceivedDate InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
    "Malware malware|Name|Name/Category File:File Files:File Processes:Process",
    "NetworkConnection network-connection|SourceAddress+SourcePort+DestinationAddress+DestinationPort|SourceAddress:IpAddress DestinationAddress:IpAddress/SourcePort DestinationPort Protocol",
    "OAuthApplication oauthapplication|OAuthAppId OAuthObjectId|OAuthAppId OAuthObjectId/TenantId PublisherName Risk Permissions RedirectURLs AuthorizedBy",
    "Process process|ProcessId+ImageFile+CreationTimeUtc+CommandLine|ImageFile:File CommandLine/ProcessId ElevationToken CreationTimeUtc Account:Account ParentProcess:Process Host:Host LogonSession:HostLogonSession",
    "RegistryKey registry-key|Hive+Key|Key/Hive",
    "RegistryValue registry-value|Key+Name+Value|Name/Key:RegistryKey Value ValueType",
    "SecurityGroup security-group|DistinguishedName SID ObjectGuid|DistinguishedName SID ObjectGuid/",
    "ServicePrincipal serviceprincipal|ServicePrincipalObjectId AppId|ServicePrincipalName ServicePrincipalObjectId AppId/AppOwnerTenantId TenantId ServicePrincipalType",
    "SubmissionMail submissionmail|NetworkMessageId+Recipient|NetworkMessageId Recipient/SubmissionId SubmissionDate Submitter Timestamp Sender SenderIp Subject ReportType",
    "Threatintelligence threatintelligence|ProviderName+ThreatName+ReportLink|ThreatName ProviderName/ThreatType Confidence ReportLink ThreatDescription",
    "UnknownEntity unknown||Name DisplayName Upn QualifiedName FullPath Key Sid AadUserId PUID ObjectGuid CommandLine Sha256/",
    "Url url|Url|Url/DetonationVerdict",
];

/// Fields that every kind has.
pub(super) const COMMON: [&str; 4] = ["TimeGenerated", "StartTime", "EndTime", "AdditionalData"];

static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| ROWS.iter().map(|row| Kind::of(row)).collect());

/// Every kind, in the order of their names.
pub fn kinds() -> &'static [Kind] {
    &KINDS
}

impl Kind {
    fn of(row: &'static str) -> Self {
        let mut parts = row.split('|');
        let mut part = || parts.next().unwrap_or_default();
        let mut words = part().split(' ');
        let mut word = || words.next().unwrap_or_default();
        let (name, type_name) = (word(), word());
        let ids = part().split(' ').filter(|id| !id.is_empty());
        let ids = ids.map(|id| Id {
            is_weak: id.ends_with('?'),
            fields: id.trim_end_matches('?').split('+').collect(),
        });
        let ids = ids.collect();
        let text = part();
        let naming = text.find('/').unwrap_or_default();
        let mut fields = Vec::new();
        let mut at = 0;
        for token in text.split([' ', '/']).filter(|token| !token.is_empty()) {
            let word = token.trim_start_matches('=');
            let (name, kind) = match word.split_once(':') {
                Some((name, kind)) => (name, Some(kind)),
                None => (word, None),
            };
            fields.push(Field {
                name,
                kind,
                names: at < naming,
                plain: word != token || fields.is_empty() && !text.contains('='),
            });
            at += token.len() + 1;
        }
        Self {
            name,
            type_name,
            aliases: words.collect(),
            ids,
            fields,
        }
    }

    /// The kind of this name, in any case and with or without hyphens; also by what alerts call it.
    pub fn named(name: &str) -> Option<&'static Self> {
        kinds()
            .iter()
            .find(|kind| kind.words().any(|word| same(word, name)))
    }

    /// The fields that tell two of them apart.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.ids.iter().flat_map(|id| id.fields.iter().copied())
    }

    /// Everything it is called.
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        [self.name, self.type_name]
            .into_iter()
            .chain(self.aliases.iter().copied())
    }

    /// The field that a plain value is.
    pub fn plain(&self) -> &'static str {
        let field = self.fields.iter().find(|field| field.plain);
        field.map_or("", |field| field.name)
    }

    /// Its field of this name, in any case.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

/// Whether two words are the same but for case and hyphens.
fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

fn letters(word: &str) -> impl Iterator<Item = u8> + '_ {
    let letters = word
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b' '));
    letters.map(|byte| byte.to_ascii_lowercase())
}
