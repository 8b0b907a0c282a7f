import { DOWN } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const PATH =
  "network|networks|networking|internet|wan|lan|connectivity|bgp*|ospf*|vrrp*|vpn*|ipsec*|wireguard*|" +
  "openvpn*|tunnel|tunnels|uplink*|" +
  "peering|isp|transit|mpls|router|routers|switch|switches|switchport*|firewall*|dns*|nameserver*|resolver*|" +
  "resolution|dhcp*|" +
  "netzwerk*|netz|reseau*|rete|redes|netwerk*|siec|sieci|sieciowy|sieciowym|сеть|сети|сетев*|网络|ネットワーク|네트워크";

export const networkByWords: readonly WordRule[] = [
  {
    name: "network-slow",
    category: "performance",
    severity: "warning",
    confidence: 0.65,
    words: [
      "network|net|ping|rtt|roundtrip*|region|regions|crossregion|link|wan|internet|vpn|isp latency|slow|rtt|" +
        "roundtrip|jitter|speed !dns*",
    ],
    reason: "The way through the network takes long.",
    recommendations: ["Compare the path with what it was: a detour, a saturated link, a distant region."],
  },
  {
    name: "network-down",
    category: "network",
    severity: "critical",
    confidence: 0.75,
    words: [
      `${PATH} ${DOWN}|lost|loss|failed|failure|failing|partition|blackhole|isolated !logins|packet|scale*|` +
        "slow*|pool|scope",
      "packetloss*|paketverlust*|pertedepaquets|perditapacchetti|perditadipacchetti|perdidadepaquetes|丢包|パケットロス",
      "connectivityloss|connectivitylost|lossofconnectivity",
    ],
    reason: "A way through the network is gone, or loses what it carries.",
    recommendations: [
      "See which side is affected, and whether a second path carries the load.",
      "Look at the device's log and at the last change.",
    ],
  },
  {
    name: "network",
    category: "network",
    severity: "warning",
    confidence: 0.7,
    words: [
      `${PATH} !context|killswitch|featureswitch|cpu`,
      "packet|packets|pakete|pacchetti|paquets|paquetes|interface|interfaces|iface|schnittstelle|nic|nics|link|" +
        "links|bandwidth|bandbreite|vlan*|trunk|trunks|wifi|wlan|accesspoint*|conntrack*|bond|bonding|lacp|mtu|" +
        "tcp|udp|retransmi*|icmp|subnet|ipam|ippool|nat|sip|snmp*|port|ports|socket|sockets|crc|duplex|ethernet|" +
        "eth0|arp|multicast|qos|egress|ingresstraffic|networktraffic|throughputin|throughputout !user|" +
        "userinterface|download|email|deep|magic|symlink|page|broken|supports|importport",
      "bfd|anycast*|ecmp|lvs*|ipvs|rpki|gnmi*|cidr|inbound|outbound !mail|mx|smtp|queue",
      "calico*|cilium*|flannel|metallb*|weave|coredns*|kubedns|nodelocaldns*|unbound|bind9|powerdns|pihole|" +
        "multus|antrea|felix",
      "accesspoint|accesspoints|ap offline|down|unreachable|clients",
    ],
    reason: "The network drops, flaps, fills up or resolves badly.",
    recommendations: [
      "Look at the counters of both ends: errors, drops, state changes.",
      "Check cable, optics, duplex and MTU, then the last change.",
    ],
  },
];
