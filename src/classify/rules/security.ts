// Secrets, identities, intrusion, weaknesses.
import type { Family } from "./family.ts";

export const security: readonly Family[] = [
  {
    name: "cloud-threats",
    category: "security",
    reason: "Far more attacks than usual are seen at the edge.",
    recommendations: [
      "See where they come from and what they are aimed at.",
      "Check that what must not be public is not.",
    ],
    critical: `
      CloudflareHighThreatCount`,
  },
  {
    name: "secrets",
    category: "security",
    reason: "The store of secrets is sealed, unhealthy or filling up with tokens; what needs a secret cannot start.",
    recommendations: [
      "Unseal it, and find out why it was sealed: a restart, or somebody.",
      "Find the client that makes the tokens.",
    ],
    critical: `
      VaultAuditLogFailure VaultClusterDown VaultClusterHealth VaultDown VaultNoLeader VaultSealed VaultUnsealed`,
    warning: `
      APIKeyExpiring ExternalSecretNotReady ExternalSecretSyncError PasswordExpiring SealedSecretsUnsealError
      SealedSecretsUnsealErrorHigh SecretExpiring SecretExpiringSoon TokenExpiringSoon VaultLeadershipLoss
      VaultLeaseCountHigh VaultSecretExpiring VaultTokenExpiring VaultTooManyInfinityTokens
      VaultTooManyPendingTokens`,
  },
  {
    name: "identity",
    category: "security",
    reason: "People or services cannot log in, or somebody tries to.",
    recommendations: [
      "Compare failed with successful logins, and look where they come from.",
      "Check directory, clock and certificates behind the login.",
    ],
    critical: `
      ActiveDirectoryDown KeycloakDown KeycloakNoSuccessfulLogins LDAPDown SSODown`,
    warning: `
      AccountLocked AccountLockouts AuthenticationFailures FailedLoginAttempts HighAuthFailureRate
      HighLoginFailureRate KeycloakHighCode-to-tokenExchangeErrorRate KeycloakHighLoginFailureRate
      KeycloakHighRegistrationFailureRate KeycloakHighTokenRefreshErrorRate KeycloakSlowRequestResponseTime
      LoginFailuresHigh OpenLDAPBindFailureRateIncrease OpenLDAPConnectionSpike OpenLDAPDialFailures
      OpenLDAPHighSearchOperationRateSpike RootLogin RootLoginDetected SSHFailedLogins SSHLoginDetected
      SudoUsage TooManyFailedLogins`,
  },
  {
    name: "intrusion",
    category: "security",
    reason: "Something happened that looks like an attack or a break-in.",
    recommendations: [
      "Keep the evidence: do not restart or delete what is affected.",
      "Cut the source or the account off.",
      "Tell the people who are responsible for security.",
    ],
    critical: `
      BruteForce BruteForceAttackDetected BruteForceDetected CryptominerDetected CryptoMiningDetected
      DataExfiltration DDoSAttack DDoSDetected FalcoAlertEventsRateVeryHigh FalcoCriticalEvent
      FalcoCriticalEventsRateHigh FalcoEmergencyEventsRateVeryHigh IntrusionDetected MalwareDetected
      PrivilegeEscalation RansomwareDetected ReverseShell RootkitDetected SecurityBreach SecurityViolation
      SSHBruteForce SuspiciousProcess UnauthorizedAccess UnauthorizedAccessDetected`,
    warning: `
      FalcoAlert FalcoErrorEventsRateHigh FalcoExporterAbsent FalcoWarningEventsRateHigh PolicyViolation
      PortScanDetected SuspiciousActivity SuspiciousLogin WAFBlockedRequests`,
    info: `
      FalcoEvent FalcoNotice`,
  },
  {
    name: "weaknesses",
    category: "security",
    reason: "A weakness or a breach of policy was found; it is not yet an attack.",
    recommendations: ["Judge whether it can be reached from outside.", "Update or reconfigure what is affected."],
    warning: `
      AideCheckFailed ComplianceCheckFailed CriticalVulnerability CriticalVulnerabilityFound CVEDetected
      CVEFound GatekeeperAuditErrors GatekeeperViolations HostSecurityUpdates ImageCriticalVulnerabilities
      ImageVulnerabilities KyvernoPolicyViolation NodeSecurityUpdates OPAPolicyViolation SecurityUpdatesPending
      VulnerabilityDetected`,
  },
];
