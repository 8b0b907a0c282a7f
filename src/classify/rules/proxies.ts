// Proxies, load balancers, meshes and web servers.
import type { Family } from "./family.ts";

export const proxies: readonly Family[] = [
  {
    name: "proxy-backends",
    category: "availability",
    reason: "A proxy has no working backend for a service, or only some, or is itself away.",
    recommendations: [
      "See which backends fail their health check, and ask one of them directly.",
      "Compare with the last rollout of that service.",
    ],
    critical: `
      ALBNoHealthyHosts ALBUnhealthyHosts ApacheDown AwsAlbUnhealthyTargets BackendDown
      BigIPLowNodeAvailabilityStatus CaddyReverseProxyDown CloudflareUnhealthyPools ELBUnhealthyHosts
      EnvoyClusterCircuitBreakerTripped EnvoyClusterMembershipEmpty EnvoyDown EnvoyNoHealthyUpstream
      EnvoyServerNotLive HAProxyBackendCheckFlapping HAProxyBackendDown HAProxyDown HaproxyHasNoAliveBackends
      HAProxyServerCheckFlapping HAProxyServerDown IngressDown IstiodDown IstioIngressGatewayDown
      LoadBalancerDown NginxDown NginxIngressDown NoHealthyBackends TargetGroupUnhealthyHosts TraefikBackendDown
      TraefikDown TraefikServiceDown UpstreamDown VarnishCacheBackendUnhealthy`,
    warning: `
      EnvoyClusterHealthCheckFailures EnvoyClusterMembershipDegraded HaproxyServerHealthcheckFailure
      IstioKubernetesGatewayAvailabilityDrop`,
    info: `
      EnvoyClusterOutlierDetectionEjectionsActive`,
  },
  {
    name: "proxy-latency",
    category: "performance",
    reason: "Requests through a proxy or web server take long or run into timeouts.",
    recommendations: [
      "See whether the backend or the proxy takes the time.",
      "Look for queues: connections, workers, threads.",
    ],
    warning: `
      ALBLatencyHigh ApacheResponseTimeTooHigh ApacheTomcatAlertsHighProcessingTime AwsAlbHighTargetResponseTime
      BigIPHighConnectionQueueDepth ELBLatencyHigh EnvoyHighClusterUpstreamRequestTimeoutRate
      EnvoyHighDownstreamRequestTimeoutRate EnvoyHighLatency HAProxyHighLatency HaproxyHttpSlowingDown
      HaproxyPendingRequests HighResponseTime IngressHighLatency IngressLatencyHigh IstioHighLatency
      IstioHighRequestLatency IstioHighRequestLatencyWarning IstioLatency99Percentile
      LitellmRequestLatencyP95High MicrosoftIISRejectedAsyncIORequests NginxHighLatency NginxLatencyHigh
      TensorFlowServingHighBatchQueuingLatency TraefikHighLatency`,
  },
  {
    name: "proxy-configuration",
    category: "operations",
    reason: "A proxy does not take the configuration it was given and goes on with the old one.",
    recommendations: [
      "Look at the last change and at the error the proxy reports for it.",
      "Take the change back until it is correct.",
    ],
    critical: `
      HAProxyDroppingLogs IstioListenerConfigConflictsCritical TraefikConfigReloadFailuresIncreasing`,
    warning: `
      HAProxyReloadFailed IngressConfigReloadFailed IstioGalleyValidationFailuresWarning
      IstioXDSConfigRejectionsWarning NginxConfigReloadFailed TraefikConfigReloadFailed`,
  },
  {
    name: "proxy-limits",
    category: "resource",
    reason: "A proxy or web server has reached a limit of its connections, workers or memory.",
    recommendations: [
      "See who holds the connections or workers: slow clients, slow backends.",
      "Raise the limit, or add instances.",
    ],
    critical: `
      ApacheTomcatAlertsHighCpuUsage ApacheTomcatAlertsHighMemoryUsage
      EnvoyGlobalDownstreamConnectionsOverflowing HighRejectedSessionsForDeployment
      MicrosoftIISThreadpoolUtilization`,
    warning: `
      ApacheWorkersLoad BigIPServerSideConnectionLimit EnvoyDownstreamConnectionsOverflowing
      EnvoyHighMemoryUsage HaproxyBackendMaxActiveSession HAProxyMaxConnections HAProxySessionLimit
      HarborProjectQuataExceeded NginxConnectionsHigh NginxTooManyConnections VarnishCacheHighMemoryUsage
      VarnishCacheHighSaturation`,
  },
  {
    name: "proxy-errors",
    category: "application",
    reason: "Requests are answered with errors: 5xx is most often the service behind, 4xx a client or a broken link.",
    recommendations: [
      "Find the route and backend with most errors, and its log.",
      "Compare with the last rollout and with what that service depends on.",
    ],
    critical: `
      ApacheTomcatAlertsRequestErrors AwsAlbHigh5xxErrorRate CaddyHighHttp4xxErrorRateService
      CaddyHighHttp5xxErrorRateService CloudflareHttp5xxErrorRate DiscourseHigh5xxErrors
      EnvoyHighClusterUpstream5xxErrorRate EnvoyHighDownstreamHttp5xxErrorRate HaproxyBackendConnectionErrors
      HaproxyHighHttp4xxErrorRateBackend HaproxyHighHttp4xxErrorRateServer HaproxyHighHttp5xxErrorRateBackend
      HaproxyHighHttp5xxErrorRateServer HaproxyServerConnectionErrors HaproxyServerResponseErrors
      HighPercentageOfErrorResponses IstioHighGRPCRequestErrorsCritical IstioHighHTTPRequestErrorsCritical
      MicrosoftIIS5xxRequestErrors NginxHigh5xxRate NginxHighHttp5xxErrorRate SquidHighClientRequestErrors
      SquidHighFTPServerRequestErrors SquidHighHTTPServerRequestErrors SquidHighOtherServerRequestErrors
      TensorFlowModelRequestHighErrorRate TraefikHighHttp4xxErrorRateBackend TraefikHighHttp4xxErrorRateService
      TraefikHighHttp5xxErrorRateBackend TraefikHighHttp5xxErrorRateService`,
    warning: `
      ALBHigh5xx AwsLambdaHighErrorRate CloudflareHighHTTPErrorCodes CloudflareHttp4xxErrorRate
      DiscourseHigh4xxErrors ELB5xxHigh EnvoyHigh5xxRate EnvoyHighClusterUpstreamConnectionFailures
      EnvoyHighDownstreamHttp4xxErrorRate EnvoyListenerSslConnectionErrors HarborHighErrorRate High4xxRate
      High5xxRate HighHttp4xxRate HighHttp5xx Http5xxHigh IngressErrorRateHigh IngressHighErrorRate
      IstioHigh4xxErrorRate IstioHigh5xxErrorRate IstioHighErrorRate IstioHighHTTPErrorRate
      IstioPilotHighPushErrorRate LinkerdHighErrorRate LitellmProxyFailedRequestsRateHigh
      MicrosoftIISWorkerProcessFailures NginxHigh4xxRate NginxHighErrorRate NginxHighHttp4xxErrorRate
      NGINXTooMany400s NGINXTooMany500s`,
  },
  {
    name: "proxy-traffic",
    category: "network",
    reason: "Traffic through a proxy is unusual: retries, refused connections, or far more or less of it than before.",
    recommendations: [
      "Compare with usual traffic, and look where it comes from or goes to.",
      "Retries and refused connections point to the backend.",
    ],
    critical: `
      IstioPilotDuplicateEntry MicrosoftIISSuccessRateForWebsocket VarnishCacheHighCacheEvictionRate
      VarnishCacheSessionsDropping`,
    warning: `
      BigIPHighRequestRate CloudflareHighRequestRate HaproxyFrontendSecurityBlockedRequests HaproxyRetryHigh
      IstioHighTotalRequestRate IstioLowTotalRequestRate SquidLowCacheHitRatio VarnishCacheLowCacheHitRate`,
    info: `
      ApacheRestart`,
  },
];
