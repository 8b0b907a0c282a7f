// Machines, physical and virtual: the node-exporter mixin, awesome-prometheus-alerts, hardware exporters.
import type { Family } from "./family.ts";

export const hosts: readonly Family[] = [
  {
    name: "host-hardware",
    category: "infrastructure",
    reason: "A machine reports trouble with its hardware: heat, power, fans, memory or another part.",
    recommendations: [
      "Read the management controller's event log.",
      "If redundancy is lost, replace the part now; otherwise plan it.",
      "For heat look at fans, airflow and the room.",
    ],
    critical: `
      ApcUpsBatteryNearlyEmpty ApcUpsLessThan15MinutesOfBatteryTimeRemaining CoolingFailed FanFailed
      HardwareFailure HostNodeOvertemperatureAlarm IpmiChassisCoolingFault IpmiChassisPowerOff
      IpmiCurrentSensorCritical IpmiFanSpeedSensorCritical IpmiFanSpeedZero IpmiGenericSensorCritical
      IpmiPowerSensorCritical IpmiTemperatureSensorCritical IpmiVoltageSensorCritical MemoryFailed
      NvidiaGPUFallenOffBus PowerSupplyFailed PowerSupplyFailure ProcessorFailed PSUFailed PSUFailure
      SmartDeviceTemperatureCritical SmartDeviceTemperatureOverTripValue TemperatureCritical UPSBatteryLow
      UPSOnBattery`,
    warning: `
      ApcUpsAcInputOutage ApcUpsHighLoad ApcUpsHighTemperature ApcUpsLowBatteryVoltage CoolingDegraded
      CPUTemperatureHigh DCGMXidErrors DIMMTemperatureHigh FanFailure GPUTemperatureHigh GPUXidError
      HardwareError HighTemperature HostEdacUncorrectableErrorsDetected HostHighTemperature
      HostPhysicalComponentTooHot IpmiCurrentSensorWarning IpmiFanSpeedSensorWarning IpmiPowerSensorWarning
      IpmiSelAlmostFull IPMITemperatureHigh IpmiTemperatureSensorWarning IpmiVoltageSensorWarning MemoryDegraded
      MemoryECCErrors MotherboardTemperatureHigh NodeEDACErrors NodeHighTemperature NvidiaXidError
      NVMeTemperatureHigh PowerSupplyDegraded ProcessorDegraded ProcessorTemperatureHigh
      SmartDeviceTemperatureNearingTripValue SmartDeviceTemperatureWarning SNMPFRUComponentProblem
      TemperatureHigh`,
    info: `
      HostEdacCorrectableErrorsDetected`,
  },
  {
    name: "drives",
    category: "storage",
    reason: "A drive, array or pool has failed or announces that it will; redundancy is lost or will be.",
    recommendations: [
      "Identify the device and replace it.",
      "Check that backups are recent before anything is rebuilt.",
      "Watch the rebuild until it is complete.",
    ],
    critical: `
      DiskFailure DriveFailed FilesystemReadOnly HostFilesystemDeviceError HostFilesystemReadOnly
      HostSoftwareRaidInsufficientDrives IpmiChassisDriveFault MDRaidDegraded MegaRAIDDegraded
      NodeFilesystemReadOnly NodeRAIDDegraded NVMeDriveFailed PveStorageAlmostFull RAIDArrayDegraded
      RAIDDegraded SmartDeviceFailure SmartStatus WindowsDiskDriveNotHealthy ZfsOfflinePool ZFSPoolDegraded
      ZfsPoolFaulted ZfsPoolUnhealthy`,
    warning: `
      DiskPredictedFailure HostSoftwareRaidDiskFailure NetdataDiskCurrentPendingSector
      NetdataMdMismatchCntUnsynchronizedBlocks NetdataReportedUncorrectableDiskSectors NodeRAIDDiskFailure
      NVMeDriveDegraded NVMeWearout PveStorageFillingUp SmartCriticalWarning SmartDeviceWarning SmartMediaErrors
      SmartReallocatedSectors SmartWearoutIndicator SSDWearout ZfsPoolOutOfSpace`,
    info: `
      NetdataDiskReallocatedSectors`,
  },
  {
    name: "host-disk-space",
    category: "storage",
    reason: "A file system runs out of space or inodes; what writes to it will fail.",
    recommendations: [
      "Find what takes the space and what grew last.",
      "Remove or move what is not needed, enlarge the file system, shorten retention.",
      "At a few percent left act now: databases and logs fail hard.",
    ],
    critical: `
      ApacheMesosHighDiskUsage DiskAlmostFull DiskFull DiskSpaceCritical DiskSpaceExhausted FilesystemFull
      HostOutOfDiskSpace HostOutOfInode LowDiskSpaceCritical NodeDiskFull NodeFilesystemAlmostOutOfFiles
      NodeFilesystemAlmostOutOfSpace NodeFilesystemFilesFillingUp NodeFilesystemFull NodeFilesystemOutOfSpace
      NodeFilesystemSpaceFillingUp NodeOutOfDiskSpace OutOfDiskSpace RootFilesystemFull
      WindowsDiskAlmostOutOfSpace WindowsServerDiskSpaceUsage`,
    warning: `
      DiskFillingUp DiskPressure DiskSpaceLow DiskSpaceWarning DiskWillFillIn24Hours DiskWillFillIn4Hours
      FilesystemFillingUp HighDiskUsage HostDiskMayFillIn24Hours HostDiskWillFillIn24Hours
      HostInodesMayFillIn24Hours HostOutOfInodes InodesLow InodeUsageHigh LowDiskSpace NetdataLowDiskSpace
      NetdataPredictedDiskFull NodeDiskPressure NodeDiskRunningFull NodeDiskUsageHigh NodeFilesystemUsage
      OpenstackHypervisorHighDiskUsage`,
  },
  {
    name: "host-disk-io",
    category: "performance",
    reason: "Disks cannot keep up, so what waits for them is slow.",
    recommendations: [
      "Find the process that reads or writes most.",
      "Look at the latency of the device itself: a failing or throttled disk looks the same.",
    ],
    warning: `
      DiskIOHigh DiskIOSaturation DiskLatencyHigh DiskReadLatencyHigh DiskWriteLatencyHigh HighDiskIO
      HighDiskLatency HighIO HostCpuHighIowait HostDiskIoUtilizationHigh HostUnusualDiskIo
      HostUnusualDiskReadLatency HostUnusualDiskWriteLatency NodeDiskIOHigh NodeDiskIOSaturation NodeHighDiskIO
      NodeIOWaitHigh`,
  },
  {
    name: "host-load",
    category: "performance",
    reason: "A host has more work than it gets done in time.",
    recommendations: [
      "See what waits: for CPU, for disks, or for a hypervisor that gives others the time.",
      "Move or reduce load.",
    ],
    warning: `
      CpuStealHigh HighLoad HighLoadAverage HighSystemLoad HostContextSwitchingHigh HostCpuStealNoisyNeighbor
      HostHighLoad LoadAverageHigh LoadHigh NetdataCpuStealNoisyNeighbor NodeCPUStealHigh NodeHighLoad
      NodeLoadAverageHigh NodeLoadHigh NodeSystemSaturation SystemLoadHigh`,
  },
  {
    name: "host-cpu-memory",
    category: "resource",
    reason: "A host or process runs out of CPU, memory or another limit, or is far larger than it needs to be.",
    recommendations: [
      "Find the process that uses most, and whether that is new.",
      "Give it a limit, or the host more of what is short.",
      "For memory look whether the kernel has killed something already.",
    ],
    critical: `
      HostOutOfMemory MemoryExhausted NodeFileDescriptorLimit NodeOutOfMemory OpenStackPlacementHighMemoryUsage
      OpenStackPlacementHighVCPUUsage OutOfMemory ProcessExporterFileDescriptorsExhausted
      VirtualMachineMemoryCritical WindowsMemoryHighUtilization`,
    warning: `
      ApacheMesosHighMemoryUsage CPUThrottling CPUUsageHigh FileDescriptorsHigh GPUMemoryHigh GPUUtilizationHigh
      HighCPU HighCpuLoad HighCPUUsage HighMemory HighMemoryUsage HighMemUsage HighSwapUsage HostHighCpuLoad
      HostHighCpuUsage HostHighMemoryUsage HostMemoryUnderMemoryPressure HostMemoryUsageHigh HostOomKillDetected
      HostSwapIsFillingUp InstanceHighCpu InstanceHighMemory LowMemory MemoryPressure MemoryUsageHigh
      NetdataHighCpuUsage NetdataHighMemoryUsage NodeCpuHigh NodeCPUUsage NodeCPUUsageHigh NodeHighCPU
      NodeHighCpuLoad NodeHighMemory NodeMemoryHighUtilization NodeMemoryMajorPagesFaults NodeMemoryPressure
      NodeMemoryUsage NodeMemoryUsageHigh NodeOOMKill NodeSwapUsage NVMeoFHighGatewayCPU NVMeoFHighHostCPU
      OomKill OOMKillDetected OpenStackCinderHighBackupMemoryUsage OpenStackCinderHighVolumeMemoryUsage
      OpenstackHypervisorHighMemoryUsage OpenstackHypervisorHighVcpuUsage OpenStackNovaHighVMMemoryUsage
      OpenStackNovaHighVMVCPUUsage OpenstackNovaTenantMemoryQuotaNearlyExhausted
      OpenstackNovaTenantVcpuQuotaNearlyExhausted ProcessHighMemory PveHighCpuUsage PveHighMemoryUsage
      SwapUsageHigh SystemdUnitTasksNearLimit TooManyOpenFiles VirtualMachineMemoryWarning WindowsCPUHighUsage
      WindowsServerCpuUsage WindowsServerMemoryUsage`,
    info: `
      HostCpuIsUnderutilized HostMemoryIsUnderutilized NodeCPUHighUsage`,
  },
  {
    name: "host-services",
    category: "infrastructure",
    reason: "A service on a host has failed, keeps restarting or is not running.",
    recommendations: ["Look at the service's log on that host.", "Start it again once the cause is gone."],
    critical: `
      SystemdServiceCrashLooping WindowsServerServiceStatus WindowsServiceDown WindowsServiceNotHealthy`,
    warning: `
      HostSystemdServiceCrashed NodeSystemdServiceCrashlooping NodeSystemdServiceFailed ProcessDown
      ProcessExporterGroupDown ProcessExporterZombieProcesses ProcessNotRunning ServiceFailed
      SystemdServiceFailed SystemdSocketHighConnections SystemdSocketRefusedConnections
      SystemdTimerMissedTrigger SystemdUnitFailed SystemdUnitInactive`,
    info: `
      ProcessExporterProcessRestarting`,
  },
  {
    name: "host-clock",
    category: "infrastructure",
    reason: "The clock of a host is off or not kept in time; certificates, logs and clusters suffer.",
    recommendations: ["Check the time service of the host and whether it reaches its servers."],
    warning: `
      ClockSkew ClockSkewDetected HostClockNotSynchronising HostClockSkew NodeClockNotSynchronising
      NodeClockSkew NodeClockSkewDetected NTPNotSynchronized NTPOffset NTPOffsetHigh TimeDrift
      WindowsNTPClientDelay WindowsNTPTimeOffset`,
  },
  {
    name: "host-state",
    category: "infrastructure",
    reason: "A host has restarted or its system has changed.",
    recommendations: ["If nobody planned it, find out why it restarted."],
    info: `
      HostKernelVersionDeviations HostReboot HostRebooted HostRequiresReboot HostRestarted InstanceRebooted
      NodeRebooted RebootRequired SnmpDeviceRestarted SNMPNodeHasRebooted UnexpectedReboot
      WindowsNodeHasRebooted`,
  },
  {
    name: "host-down",
    category: "infrastructure",
    reason: "A machine does not answer; everything that ran on it is gone until it is back or replaced.",
    recommendations: [
      "Check whether it is the machine or only the way to it.",
      "Look at its console, power and hypervisor.",
      "See what ran on it and whether others have taken over.",
    ],
    critical: `
      DropletDown EC2InstanceDown HostDown HostNotReachable HostOffline HostUnreachable HypervisorDown
      InstanceDown MachineDown MultipleNodesDown NodeDown NodeOffline NodeUnreachable ServerDown
      ServerUnreachable VirtualMachineDown VMDown`,
  },
  {
    name: "virtualisation",
    category: "infrastructure",
    reason: "The virtualisation or cloud platform reports trouble with a host, a machine or its own services.",
    recommendations: [
      "Look at the platform's own events and status.",
      "Check which machines are affected and whether they can be moved.",
    ],
    critical: `
      ApacheMesosNoLeaderElected DatastoreUnavailable DigitaloceanDropletDown ESXiHostDown
      OpenstackCinderAgentDown OpenStackCinderAgentIsDown OpenStackCinderIsDown OpenStackGlanceIsDown
      OpenStackHeatIsDown OpenStackIdentityIsDown OpenstackNeutronAgentDown OpenStackNeutronAgentIsDown
      OpenStackNeutronHighDisconnectedPortRate OpenStackNeutronHighInactiveRouterRate
      OpenStackNeutronHighIPsUsage OpenStackNeutronIsDown OpenStackNeutronL3AgentIsDown OpenstackNovaAgentDown
      OpenStackNovaAgentIsDown OpenStackNovaIsDown OpenStackNovaTooManyVMsNotRunning OpenStackPlacementIsDown
      PveClusterNotQuorate PveNodeDown VCenterDown`,
    warning: `
      ApacheMesosInactiveAgents ApacheMesosUnreachableTasks HighNumberOfSnapshots
      OpenStackCinderHighPoolCapacityUsage OpenstackCinderPoolLowFreeCapacity
      OpenstackCinderTenantVolumeQuotaNearlyExhausted OpenstackCinderVolumesInErrorState
      OpenstackLoadBalancerNotOnline OpenstackNeutronFloatingIpsAssociatedButNotActive
      OpenstackNeutronPortsWithoutIps OpenstackNeutronRoutersNotActive OpenstackNeutronSubnetIpPoolExhaustion
      OpenstackNovaInstancesInErrorState OpenstackNovaTenantInstanceQuotaNearlyExhausted
      OpenstackPlacementResourceHighUsage OutdatedSnapshots PveGuestNotBackedUp PveReplicationFailed
      SnapshotTooOld VMSnapshotTooOld`,
  },
];
