import { MACHINE } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

export const infrastructureByWords: readonly WordRule[] = [
  {
    name: "hardware-critical",
    category: "infrastructure",
    severity: "critical",
    confidence: 0.7,
    words: [
      "kernelpanic|kerneloops|kernel panic|oops|crash",
      "power|ups|battery|psu lost|outage|failed|failure|low|empty|critical|onbattery|off !powerpoint|redundancy|cpu",
      "hardware|watchdog failure|failed|reset|fault",
      "temperature|temperatur|overheat*|thermal|cooling critical|shutdown|emergency|failed|failure",
    ],
    reason: "Power, cooling or hardware has failed.",
    recommendations: ["Read the management controller's event log.", "If redundancy is lost, act now."],
  },
  {
    name: "reboot",
    category: "infrastructure",
    severity: "info",
    confidence: 0.65,
    words: [
      `reboot|reboots|rebooted|rebootrequired|needsreboot|restart|restarted|uptime ${MACHINE}|required|needed|` +
        "pending|kernel|reboot|rebootrequired !service|process|app|application|container|pod",
      "rebooted|rebootrequired",
      "spotinstance*|spot|preempt* interruption|interrupted|terminat*|reclaim*|preempted",
      `${MACHINE}|livemigration migrated|moved|vmotion|inventory|changed|replaced|decommission*`,
    ],
    reason: "A machine was or has to be restarted, moved or replaced; by its name nothing is broken.",
    recommendations: ["If nobody planned it, find out why."],
  },
  {
    name: "infrastructure",
    category: "infrastructure",
    severity: "warning",
    confidence: 0.65,
    words: [
      "hardware|temperature|temperatures|temperatur|temperatura|temp|thermal|overheat*|toohot|fan|fans|fanspeed|" +
        "lufter|power|powersupply|psu|ups|battery|batterie|voltage|humidity|coldroom|ipmi*|bmc|idrac|ilo|redfish|" +
        "ecc|edac|dimm|bios|firmware|motherboard|rack|racks|pdu|datacenter*|datacentre*|serverroom|cooling|hvac|" +
        "chiller|xid|mce|rechenzentrum|温度|온도",
      "clock|clocks|clockskew*|ntp|ntpoffset|timesync*|chrony*|chronyd|timedrift|timeskew|skew|drift ntp|time|" +
        "clock|offset|skew|drift|sync*|notsynchronised|notsynchronising|unsynchronized|clockskew*|chrony*|chronyd|" +
        "high|detected|failed|toohigh",
      "clockskew*|timedrift|timeskew|ntp*",
      "systemd*|systemdunit|unit|daemon|windowsservice|winservice failed|crashed|state|restarting|stopped|" +
        "inactive|crashloop*",
      "systemd*",
      "kernel|hypervisor*|esxi*|vcenter*|vsphere*|vmware*|proxmox*|kvm|libvirt*|xen|openstack*|nova|baremetal|" +
        "ec2*|droplet*",
      `${MACHINE} unhealthy|degraded|problem|issue|failed|failure|failing|error|errors|check|statuscheck*|` +
        "maintenance|unexpected",
    ],
    reason: "A machine, its hardware, its clock or its services need attention.",
    recommendations: ["Look at the machine's own log and sensors.", "Plan the repair if redundancy is left."],
  },
];
