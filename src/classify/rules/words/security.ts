import type { WordRule } from "./word-rule.ts";
import { FAILED } from "./vocabulary.ts";

const CERTIFICATE =
  "cert|certs|certificate*|ssl|tls|x509|letsencrypt|acme|zertifikat*|certificat|certificats|certificado*|" +
  "certificato|certificati|certyfikat*|sertifika*|сертификат*|证书|証明書|인증서";
const READ = [
  "Find out which certificate it is, when it ends and what renews it.",
  "Renew it by hand if time is short.",
];

export const securityByWords: readonly WordRule[] = [
  {
    name: "certificate-expired",
    category: "security",
    severity: "critical",
    confidence: 0.75,
    words: [`${CERTIFICATE} expired|revoked|abgelaufen|expire|caducado|scaduto|истек !soon|days|in|expiring|expires`],
    reason: "A certificate is no longer valid; clients refuse to connect.",
    recommendations: READ,
  },
  {
    name: "certificate",
    category: "security",
    severity: "warning",
    confidence: 0.75,
    words: [`${CERTIFICATE} !galera*`],
    reason: "A certificate needs attention before clients refuse to connect.",
    recommendations: READ,
  },
  {
    name: "attack",
    category: "security",
    severity: "critical",
    confidence: 0.75,
    words: [
      "bruteforce*|brute intrusion*|attack*|force|forced|detected|login*|ssh",
      "bruteforce*|intrusion*|intruder*|malware*|ransomware*|rootkit*|exfiltrat*|dataexfil*|cryptomin*|" +
        "coinminer|reverseshell|backdoor|webshell|ddos*|hacked|compromised",
      "unauthorized|unauthorised|illegal|illicit access*|login*|logon|use|attempt*|root|entry",
      "privilege*|container escalat*|escape|breakout",
      "security|data violation|violations|breach|breached|incident|leak|leaked",
      "attack|attacks|attacker",
      "mfa|2fa|twofactor|antivirus|edr|selinux|auditd|auditlog disabled|off|bypassed|removed|stopped|deactivated",
      "rootshell|shellspawned|shell container",
    ],
    reason: "By its name it looks like an attack, or like a protection that was taken away.",
    recommendations: [
      "Keep the evidence: do not restart or delete what is affected.",
      "Cut the source or the account off, and tell the people who are responsible for security.",
    ],
  },
  {
    name: "vault-down",
    category: "security",
    severity: "critical",
    confidence: 0.7,
    words: ["vault*|keycloak|ldap|sso|idp|activedirectory sealed|down|unavailable|unreachable|offline|outage|noleader"],
    reason: "A store of secrets or identities is away; nobody can log in or start.",
    recommendations: ["Look at its own status and log; unseal or restart it."],
  },
  {
    name: "security",
    category: "security",
    severity: "warning",
    confidence: 0.7,
    words: [
      "vulnerab*|cve|cves|exploit*|outdatedpackages|securityupdate*|patch missing|pending|security",
      "vulnerabilit*|cve|cves|exploit*",
      "waf|ids|ips|siem|falco*|kyverno*|gatekeeper*|opa|crowdsec*|fail2ban*|suricata*|wazuh*|snort|clamav|ossec|" +
        "crowdstrike|trivy*|antivirus|edr|tetragon|rkhunter*|chkrootkit|lynis*|tripwire|aide|teleport*|keyholder*|" +
        "dex",
      `login|logins|logon|signin|auth|authentication|ssh|sudo|password ${FAILED}|anomal*|suspicious|unusual|` +
        "root|denied|foreign|impossible|invalid",
      "rootlogin*|sudo|privileged container|pod|user|access",
      "suspicious*|portscan*|scan|phishing*|spam|tor|botnet !vulnerabilityscan|collection",
      "policy violat*|breach*|nonconform*",
      "compliance|noncompliant|hardening",
      "secret|secrets|token|tokens|apikey|apikeys|password|passwords|credential|credentials|key|keys expir*|" +
        "leak*|rotat*|stale|exposed|old|revok*|changed|modified|unexpected",
      "mfa|2fa|twofactor",
      "iam|rbac|permission|permissions|role !switch|replica",
      "account|accounts|user|users locked|lockout*|blocked|disabled|banned",
      "banned|ban",
      "firewall|acl denied|deny|blocked|rulechanged",
      "security|vault|sealedsecret*|externalsecret*|keycloak|oauth*|oidc|saml|kerberos",
      "sicherheit*|securite|seguridad|seguranca|sicurezza|beveiliging|безопасност*|взлом|安全|攻击|セキュリティ|不正アクセス|보안",
    ],
    reason: "By its name it is about access, secrets, weaknesses or a protection at work.",
    recommendations: [
      "See who or what it is about, and whether it is expected.",
      "Compare with what is usual for that account, address or system.",
    ],
  },
];
