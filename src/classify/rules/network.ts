// The network, and what is seen from outside: probes, certificates, devices, DNS, the pod network.
import type { Family } from "./family.ts";

export const network: readonly Family[] = [
  {
    name: "blackbox-probes",
    category: "availability",
    reason: "A probe from outside gets no good answer: users most likely see the same.",
    recommendations: [
      "Open the address yourself, from another network too.",
      "Look at the service behind it, then at DNS, load balancer and certificate.",
    ],
    critical: `
      BlackboxProbeDown BlackboxProbeFailed BlackboxProbeHttpFailure HttpProbeFailed HttpStatusCode ProbeDown
      SiteDown UrlDown WebsiteDown`,
    warning: `
      ProbeFailing`,
    info: `
      BlackboxLowUptime30d`,
  },
  {
    name: "blackbox-slow",
    category: "performance",
    reason: "A probe from outside is answered, but slowly.",
    recommendations: [
      "Compare its phases: name lookup, connect, TLS, processing.",
      "Check the load of the service and the network between.",
    ],
    warning: `
      BlackboxProbeSlowHttp BlackboxProbeSlowPing BlackboxSlowPing BlackboxSlowProbe ProbeSlow SlowProbe
      SpeedtestSlowInternetDownload SpeedtestSlowInternetUpload`,
  },
  {
    name: "certificates",
    category: "security",
    reason: "A certificate runs out, has run out, or cannot be issued; clients then refuse to connect.",
    recommendations: [
      "Find out which certificate it is, when it ends and what renews it.",
      "Look at the last errors of the renewal: challenge, rate limit, permissions.",
      "Renew it by hand if time is short.",
    ],
    critical: `
      BlackboxSslCertificateExpired BlackboxSslCertificateWillExpireVerySoon CephCertificateError
      Cert-managerAbsent Cert-managerHittingAcmeRateLimits CertExpired CertificateExpired
      CertManagerCertNotReady CertManagerHittingRateLimits EnvoySslCertificateExpired SSLCertExpired
      SSLCertificateExpired SslCertificateProbeFailed SslCertificateRevoked TLSCertificateExpired
      TraefikTLSCertificatesExpiring`,
    warning: `
      BlackboxSslCertificateWillExpireSoon CephCertificateWarning CertExpiry CertificateExpiring
      CertificateExpiringSoon CertificateRenewalFailed CertificateWillExpireSoon CertManagerCertExpirySoon
      CertManagerCertificateExpiringSoon CertManagerCertificateNotReady EnvoySslCertificateExpiringSoon
      IngressCertificateExpiry SSLCertExpiringSoon SSLCertificateExpiringSoon SSLCertificateExpiry
      SslCertificateOcspStatusUnknown TLSCertificateExpiringSoon TLSCertificateExpiry
      TraefikTLSCertificatesExpiringSoon X509CertificateExpiration X509CertificateRenewal`,
  },
  {
    name: "host-network",
    category: "network",
    reason: "A network interface loses packets, is saturated or changes its state, or a connection table is full.",
    recommendations: [
      "Look at the counters of the interface and of the switch port it is plugged into.",
      "Check cable, optics, duplex, MTU and driver.",
      "For a full connection table find who opens so many.",
    ],
    critical: `
      CiliumAgentConntrackTableFull NetworkDown NetworkFailed`,
    warning: `
      CephNodeInconsistentMTU CephNodeNetworkBondDegraded CephNodeNetworkPacketDrops CephNodeNetworkPacketErrors
      CephOSDTimeoutsClusterNetwork CephOSDTimeoutsPublicNetwork CiliumAgentConntrackFailedGarbageCollection
      ConntrackTableFull HighNetworkTraffic HostConntrackLimit HostNetworkBondDegraded
      HostNetworkInterfaceSaturated HostNetworkReceiveErrors HostNetworkTransmitErrors
      HostUnusualNetworkThroughputIn HostUnusualNetworkThroughputOut NetworkDegraded NetworkInterfaceDown
      NetworkInterfaceErrors NetworkPacketDrops NetworkTrafficHigh NodeBondingDegraded NodeConntrackTableFull
      NodeHighNumberConntrackEntriesUsed NodeNetworkBondDegraded NodeNetworkInterfaceDown
      NodeNetworkInterfaceFlapping NodeNetworkReceiveDrops NodeNetworkReceiveErrs NodeNetworkTransmitErrs
      NVMeoFInterfaceDown NVMeoFInterfaceDuplex`,
    info: `
      CiliumAgentContainerNetworkInterfaceApiErrorEndpointCreate`,
  },
  {
    name: "network-devices",
    category: "network",
    reason: "The network does not carry or resolve as it should: a device, a link, a tunnel, the pod network or DNS.",
    recommendations: [
      "See which side of the connection is affected, and whether a second path carries the load.",
      "Look at the device's or component's own log.",
      "Compare with recent changes of configuration and policy.",
    ],
    critical: `
      BgpNeighborDown BGPPeerDown CalicoNodeDown CiliumAgentNatTableFull CiliumAgentRemoteClusterFailing
      CiliumAgentRemoteClusterNotReady CiliumClustermeshRemoteClusterFailing
      CiliumClustermeshRemoteClusterNotReady CiliumKvstoremeshErrors CiliumKvstoremeshRemoteClusterFailing
      CiliumKvstoremeshRemoteClusterNotReady CiliumKvstoremeshSyncErrors CiliumOperatorEniIpamErrors
      CiliumOperatorExhaustedIpamIps ConnectivityLoss CoreDNSDown CoreDNSErrorsHigh CoreDNSForwardErrorsHigh
      CoreDNSForwardLatencyHigh CoreDNSLatencyHigh CorednsPanicCount DNSDown DNSLookupFailure
      DNSResolutionFailure FirewallDown HighPacketLoss InternetDown JuniperCriticalBandwidthUsage1gib
      JuniperSwitchDown LinkDown OSPFNeighborDown PacketLoss PacketLossHigh RouterDown RouterUnreachable
      SnmpInterfaceDown SnmpTargetDown SwitchDown TunnelDown VPNDown VPNTunnelDown
      WireguardPeerHandshakeNeverEstablished`,
    warning: `
      BandwidthHigh BgpFlapping CalicoDatapaneFailuresHigh CalicoErrorLogMessageHigh CalicoIpsetErrorsHigh
      CalicoIptableRestoreErrorsHigh CalicoIptableSaveErrorsHigh CiliumAgentApiEndpointErrors
      CiliumAgentApiErrors CiliumAgentBpfMapPressure CiliumAgentConnTrackFailedGarbageCollectorRuns
      CiliumAgentEndpointFailures CiliumAgentEndpointRegenerationFailures CiliumAgentEndpointUpdateFailure
      CiliumAgentFailingControllers CiliumAgentHighDropRate CiliumAgentMapOperationFailures
      CiliumAgentPolicyImplementationDelay CiliumAgentPolicyImportErrors CiliumAgentPolicyMapPressure
      CiliumAgentUnreachableHealthEndpoints CiliumAgentUnreachableNodes CiliumClusterHighIdentityAllocation
      CiliumHubbleHighDnsErrorRate CiliumHubbleLostEvents CiliumNode-localHighIdentityAllocation
      CiliumOperatorIpamInterfaceCreationFailures CiliumOperatorLowAvailableIpamIps
      CoreDNSForwardHealthcheckBrokenCount CoreDNSForwardHealthcheckFailureCount DHCPScopeFull DNSErrors
      DNSErrorsHigh DNSLatencyHigh HighBandwidthUsage InterfaceDiscards InterfaceErrors InterfaceFlapping
      InterfaceUtilizationHigh JuniperWarningBandwidthUsage1gib KubeDNSDown MetalLBAddressPoolExhausted
      MetalLBBGPSessionDown NodeLocalDNSDown RunningOutOfCiliumClusterIdentities SNMPInterfaceDrops
      SNMPInterfaceErrors SNMPInterfaceFCerrors SnmpInterfaceHighBandwidthUsageInbound
      SnmpInterfaceHighBandwidthUsageOutbound SnmpInterfaceHighInboundErrorRate
      SnmpInterfaceHighOutboundErrorRate SNMPInterfaceIsFlapping SNMPNodeCPUHighUsage WireguardNoTrafficOnPeer
      WireguardPeerHandshakeTooOld`,
    info: `
      CiliumAgentApiHighErrorRate CiliumAgentEndpointCreateFailure CiliumAgentHighDeniedRate
      CiliumAgentKubernetesClientErrors CiliumUnreachableNodes SNMPNodeMemoryUtilization`,
  },
];
