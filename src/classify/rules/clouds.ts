// Cloud providers.
import type { Family } from "./family.ts";

export const clouds: readonly Family[] = [
  {
    name: "cloud-databases",
    category: "database",
    reason: "A managed database is short of CPU, space or connections, or down.",
    recommendations: [
      "Look at the provider's metrics for it and at the slowest statements.",
      "Enlarge storage before it is full: it then refuses writes.",
    ],
    critical: `
      CloudSQLDown DigitaloceanDatabaseDown RDSDown RDSStorageFull`,
    warning: `
      AuroraReplicaLag AwsRdsHighCpuUtilization AwsRdsHighDatabaseConnections AwsRdsLowFreeStorageSpace
      CloudSQLDiskUsage CloudSQLHighCPU RDSConnectionsHigh RDSCPUUtilizationHigh RDSHighConnections RDSHighCPU
      RDSLowFreeableMemory RDSReplicaLag`,
  },
  {
    name: "cloud-limits",
    category: "resource",
    reason: "A limit or quota of the cloud provider is nearly used up, or a machine's CPU is.",
    recommendations: ["Ask for a higher limit in time, or use less.", "See which project or service uses it up."],
    warning: `
      AwsEc2HighCpuUtilization AWSServiceQuotaNearLimit AzureApiReadRateLimitApproaching
      AzureApiWriteRateLimitApproaching DigitaloceanDropletLimitApproaching EC2CPUUtilizationHigh EC2HighCPU
      LambdaConcurrencyLimit LambdaThrottles QuotaExceeded QuotaUsageHigh ServiceQuotaHigh`,
  },
  {
    name: "cloud-services",
    category: "availability",
    reason: "A service or resource of the cloud provider is down or not assigned.",
    recommendations: ["Look at the provider's status page and at the resource's events."],
    critical: `
      AWSHealthEvent DigitaloceanAccountNotActive DigitaloceanKubernetesClusterDown DigitaloceanLoadBalancerDown`,
    warning: `
      DigitaloceanActiveIncidents DigitaloceanFloatingIpNotAssigned DigitaloceanLoadBalancerNoBackends`,
  },
  {
    name: "cloud-functions",
    category: "application",
    reason: "A function or service in the cloud answers with errors.",
    recommendations: ["Look at its log for the error that is new, and at its last deployment."],
    warning: `
      ApiGateway5xx CloudFunctionErrors LambdaErrorRate LambdaHighErrorRate StepFunctionFailed`,
  },
  {
    name: "cloud-spending",
    category: "operations",
    reason: "More is spent than planned.",
    recommendations: ["See which service and which project the money goes to."],
    warning: `
      BillingAlert CostBudgetExceeded`,
    info: `
      CostAnomaly CostAnomalyDetected KubecostBudget`,
  },
];
