import { encodeObject } from "../api/json-model.ts";
import {
  ALERTMANAGER_STATUS,
  type AlertmanagerStatus,
  CLUSTER_STATUS,
  type ClusterPeer,
  type ClusterStatus,
} from "../api/models.ts";
import { formatMillis } from "../../core/model/timestamp.ts";
import { addressOf, compareAddresses } from "./address.ts";
import { goSort } from "./go-sort.ts";
import { alignTabs } from "./tabwriter.ts";

/** Prints the configuration Alertmanager runs with; extended, all about its version too. */
export function formatConfig(status: AlertmanagerStatus, form: string): string {
  if (form === "json") return `${encodeObject({ ...status }, ALERTMANAGER_STATUS)}\n`;
  const config = `${status.config?.original ?? ""}\n`;
  if (form === "simple") return config;
  const { buildUser, goVersion, revision, version, branch, buildDate } = status.versionInfo ?? {};
  const facts = { buildUser, goVersion, revision, version, branch, buildDate };
  const uptime = status.uptime === undefined ? "" : formatMillis(status.uptime);
  const lines = Object.entries({ ...facts, uptime }).map(([name, value = ""]) => `${name} ${value}\n`);
  return config + lines.join("");
}

/** Prints the state of the cluster; extended, its members too. */
export function formatCluster(status: ClusterStatus | undefined, form: string): string {
  if (form === "json") return `${encodeObject(status === undefined ? undefined : { ...status }, CLUSTER_STATUS)}\n`;
  const head = `Cluster Status:\t${status?.status ?? ""}\nNode Name:\t${status?.name ?? ""}\n`;
  if (form === "simple") return alignTabs(head);
  const peers = (status?.peers ?? []).map((peer) => ({ peer, address: addressOf(peer.address ?? "") }));
  goSort(peers, (a, b) => compareAddresses(a.address, b.address) < 0);
  return alignTabs(`${head}\nAddress\tName\n${peers.map(({ peer }) => peerRow(peer)).join("")}`);
}

function peerRow({ address = "", name = "" }: ClusterPeer): string {
  return `${address}\t${name}\t\n`;
}
