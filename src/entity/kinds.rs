//! The kinds of entities, in one table.
//!
//! Names and fields are those of msticpy 3.0.2 (`datamodel/entities`), which has them from
//! <https://learn.microsoft.com/azure/sentinel/entities-reference>. Its defects are not copied: each id
//! property is a field here, and `Sha256Ac` and `AdditionalData` are written alike everywhere.

/// A kind of entity: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(&'static str);

/// Name, then what alerts call it, then other words | ids, `+` between the fields of one and `?` after
/// a weak one | the field that a plain value is | fields that name it, the first that is there | all
/// others. After `:` is the kind of entity that a field holds.
const ROWS: [&str; 30] = [
    "Account account user|Sid AadUserId PUID ObjectGuid QualifiedName?|Name|Name DisplayName Upn Sid AadUserId PUID ObjectGuid|NTDomain UPNSuffix Host:Host LogonId AadTenantId IsDomainJoined",
    "Alert alert alerts|SystemAlertId|SystemAlertId|AlertDisplayName AlertType SystemAlertId ProviderAlertId|Count StartTimeUtc EndTimeUtc Severity VendorName ProviderName Entities ProductName ProductComponentName ProductVersion ProcessingEndTime Status ProviderAlertStatus ConfidenceLevel ConfidenceScore ConfidenceScoreStatus ConfidenceReasons Intent Techniques SubTechniques IsIncident IsPreview CorrelationKey InvestigationIds ResourceIdentifiers CompromisedEntity Description DescriptionArguments SupportingEvidence RemediationSteps ExtendedProperties ExtendedLinks Metadata Edges AlertUri Anomaly AlertPolicy",
    "AzureResource azure-resource|ResourceId|ResourceId|ResourceId|ResourceIdParts",
    "CloudApplication cloud-application|AppId+InstanceName Name?|Name|Name|AppId InstanceName",
    "CloudLogonSession cloud-logon-session|SessionId|SessionId|SessionId|Account UserAgent",
    "Dns dns dnsresolve dnsresolution|DomainName|DomainName|DomainName|IpAddresses:IpAddress DnsServerIp:IpAddress HostIpAddress:IpAddress",
    "File file|FullPath Sha1 Sha256 Sha256Ac Md5|Name|Name FullPath Sha256 Sha256Ac Sha1 Md5|Directory Host:Host FileHashes:FileHash",
    "FileHash filehash|Value|Value|Value|Algorithm",
    "GeoLocation geolocation location|Longitude+Latitude+City+State+CountryCode|CountryOrRegionName|City State CountryOrRegionName CountryCode|Longitude Latitude Asn",
    "Host host machine|AzureID OMSAgentID DeviceId fqdn?|HostName|HostName NetBiosName DeviceName AzureID OMSAgentID DeviceId|DnsDomain NTDomain OSFamily IsDomainJoined",
    "HostLogonSession host-logon-session|Account+Host+SessionId|SessionId|SessionId|Account:Account Host:Host StartTimeUtc EndTimeUtc",
    "Incident incident|IncidentID|IncidentID|DisplayName IncidentID|Severity Status Owner Classification Labels Alerts:Alert Entities AdditionalData",
    "IoTDevice iotdevice|IoTHub+DeviceId|DeviceId|DeviceName DeviceId|IoTHub IoTSecurityAgentId DeviceType Source SourceRef Manufacturer Model OperatingSystem IpAddress:IpAddress MacAddress Protocols SerialNumber",
    "IpAddress ip|Address|Address|Address|Location:GeoLocation ThreatIntelligence:Threatintelligence",
    "Mailbox mailbox|MailboxPrimaryAddress|MailboxPrimaryAddress|MailboxPrimaryAddress DisplayName Upn|ExternalDirectoryObjectId RiskLevel",
    "MailboxConfiguration mailboxconfiguration|MailboxPrimaryAddress|MailboxPrimaryAddress|MailboxPrimaryAddress DisplayName Upn|ExternalDirectoryObjectId RiskLevel",
    "MailCluster mail-cluster|Query+Source|Query|Query|Source NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats QueryTime MailCount IsVolumeAnomaly ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup",
    "MailMessage mail-message|NetworkMessageId+Recipient|NetworkMessageId|NetworkMessageId Recipient|Files:File Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain ReceivedDate InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
    "Malware malware|Name|Name|Name|Category File:File Files:File Processes:Process",
    "NetworkConnection network-connection|SourceAddress+SourcePort+DestinationAddress+DestinationPort|SourceAddress|SourceAddress:IpAddress DestinationAddress:IpAddress|SourcePort DestinationPort Protocol",
    "OAuthApplication oauthapplication|OAuthAppId OAuthObjectId|OAuthAppId|OAuthAppId OAuthObjectId|TenantId PublisherName Risk Permissions RedirectURLs AuthorizedBy",
    "Process process|ProcessId+ImageFile+CreationTimeUtc+CommandLine|ImageFile|ImageFile:File CommandLine|ProcessId ElevationToken CreationTimeUtc Account:Account ParentProcess:Process Host:Host LogonSession:HostLogonSession",
    "RegistryKey registry-key|Hive+Key|Key|Key|Hive",
    "RegistryValue registry-value|Key+Name+Value|Name|Name|Key:RegistryKey Value ValueType",
    "SecurityGroup security-group|DistinguishedName SID ObjectGuid|DistinguishedName|DistinguishedName SID ObjectGuid|",
    "ServicePrincipal serviceprincipal|ServicePrincipalObjectId AppId|ServicePrincipalName|ServicePrincipalName ServicePrincipalObjectId AppId|AppOwnerTenantId TenantId ServicePrincipalType",
    "SubmissionMail submissionmail|NetworkMessageId+Recipient|NetworkMessageId|NetworkMessageId Recipient|SubmissionId SubmissionDate Submitter Timestamp Sender SenderIp Subject ReportType",
    "Threatintelligence threatintelligence|ProviderName+ThreatName+ReportLink|ThreatName|ThreatName ProviderName|ThreatType Confidence ReportLink ThreatDescription",
    "UnknownEntity unknown||Name|Name DisplayName Upn QualifiedName FullPath Key Sid AadUserId PUID ObjectGuid CommandLine Sha256|",
    "Url url|Url|Url|Url|DetonationVerdict",
];

/// Every kind, in the order of their names.
pub fn kinds() -> impl Iterator<Item = Kind> {
    ROWS.iter().map(|row| Kind(row))
}

/// The words of a text.
fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(' ').filter(|word| !word.is_empty())
}

impl Kind {
    #[inline(never)]
    fn part(self, number: usize) -> &'static str {
        self.0.split('|').nth(number).unwrap_or_default()
    }

    /// The kind of this name, in any case and with or without hyphens; also by what alerts call it.
    pub fn named(name: &str) -> Option<Self> {
        kinds().find(|kind| kind.words().any(|word| same(word, name)))
    }

    /// Everything it is called.
    pub(super) fn words(self) -> impl Iterator<Item = &'static str> {
        words(self.part(0))
    }

    /// Its name, such as `IpAddress`.
    #[inline(never)]
    pub fn name(self) -> &'static str {
        self.words().next().unwrap_or_default()
    }

    /// Its row of the table.
    pub fn row(self) -> &'static str {
        self.0
    }

    /// The fields that name it, the first that is there.
    pub(super) fn naming(self) -> impl Iterator<Item = &'static str> {
        words(self.part(3)).map(|field| field.split(':').next().unwrap_or_default())
    }
}

/// Whether two words are the same but for case and hyphens.
#[inline(never)]
fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

fn letters(word: &str) -> impl Iterator<Item = u8> + '_ {
    let letters = word
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b' '));
    letters.map(|byte| byte.to_ascii_lowercase())
}
