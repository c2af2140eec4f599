//! Columns of logs that say whose they are, by name.

use super::MaskKind;

/// Names of columns in Sentinel, Defender, Entra ID, Windows and msticpy's own tables; in any case, and without underscores.
#[rustfmt::skip]
const COLUMNS: [(MaskKind, &str); 7] = [
    (MaskKind::Uuid, "TenantId AadTenantId HomeTenantId ResourceTenantId SubscriptionId AzureSubscriptionId WorkspaceSubscriptionId \
        WorkspaceId SourceComputerId AadUserId AccountObjectId InitiatingProcessAccountObjectId UserObjectId AadDeviceId MachineId"),
    (MaskKind::Sid, "UserSid AccountSid SubjectUserSid TargetUserSid TargetSid MemberSid InitiatingProcessAccountSid"),
    (MaskKind::Account, "Account AccountName AccountUpn SubjectAccount SubjectUserName TargetAccount TargetUserName MemberName User \
        UserName UserId UserPrincipalName UserKey Caller InitiatingProcessAccountName InitiatingProcessAccountUpn SourceUserName \
        DestinationUserName TargetOutboundUserName SamAccountName MailboxOwnerUPN SenderFromAddress SenderMailFromAddress \
        RecipientEmailAddress SignInName"),
    (MaskKind::Domain, "Computer Host HostName DeviceName RemoteDeviceName DvcHostname SrcHostname DstHostname SourceHostName \
        DestinationHostName Workstation WorkstationName VMName AccountDomain SubjectDomainName TargetDomainName \
        InitiatingProcessAccountDomain TargetServerName TargetOutboundDomainName MachineName"),
    (MaskKind::Ip, "IpAddress IpAddresses ClientIP ClientIPAddress CallerIpAddress SourceIP SourceIpAddress SrcIP SrcIpAddr DestinationIP \
        DestinationIpAddress DestIP DstIpAddr LocalIP RemoteIP ComputerIP HostIP HostIPAddress VMIPAddress PublicIPs AllExtIPs \
        FileOriginIP ReportedByIP"),
    (MaskKind::Text, "AccountDisplayName UserDisplayName Identity CompromisedEntity Resource ResourceId ResourceGroup VMId \
        SubscriptionName MailboxOwner"),
    (MaskKind::Json, "Entities ExtendedProperties ExtendedLinks Authorization Claims Properties DeviceDetail AdditionalFields"),
];

/// What masks a column of this name; nothing if it is not known.
pub(super) fn kind_of(name: &str) -> Option<MaskKind> {
    let name: String = name.chars().filter(|c| *c != '_').collect();
    let is_in = |names: &str| {
        names
            .split_ascii_whitespace()
            .any(|own| own.eq_ignore_ascii_case(&name))
    };
    COLUMNS
        .iter()
        .find(|(_, names)| is_in(names))
        .map(|(kind, _)| *kind)
}
