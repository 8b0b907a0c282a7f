import { FAILED, FULL, HIGH } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const SPACE =
  "disk|disks|diskspace|diskusage|filesystem*|fs|mountpoint|inode|inodes|partition|space|rootfs|pvc|pvcs|pv|" +
  "persistentvolume*|datastore*|" +
  "festplatte*|platte|speicherplatz|plattenplatz|disque|espacedisque|espace|disco|discos|espacio|espaco|" +
  "spazio|schijf*|schijfruimte|" +
  "dysk|dysku|alan|диск|диска|диске|место|磁盘|硬盘|空间不足|ディスク|容量不足|디스크";
const DEVICE =
  "raid|mdraid|md|mdadm|megaraid|smart|smartctl|nvme|ssd|ssds|hdd|drive|drives|lun|luns|san|nas|nfs*|zfs*|" +
  "zpool|lvm|ceph*|osd|osds|" +
  "longhorn*|minio*|gluster*|s3|bucket|buckets|objectstore*|objectstorage|iscsi|multipath|drbd|linstor|rook|" +
  "btrfs|tape|blockdevice|" +
  "storagepool|netapp|vsan|hdfs|openebs|seaweedfs|swiftstorage";

export const storageByWords: readonly WordRule[] = [
  {
    name: "storage-slow",
    category: "performance",
    severity: "warning",
    confidence: 0.7,
    words: [
      "iowait|diskio|diskiops|highio|iops|ioqueue|iolatency|iosaturation|ioutil*|iostall|iopressure",
      "disk|disks|storage|volume|filesystem|nvme|ssd|hdd|ebs|nfs|io latency|latencies|slow|queue|throughput|" +
        "busy|wait|await|saturated|saturation|read|write|reads|writes|burstbalance|congested !error|errors|full|" +
        "space|only|fail*|readonly",
    ],
    reason: "Disks cannot keep up, so what waits for them is slow.",
    recommendations: ["Find what reads or writes most.", "Look at the latency of the device itself."],
  },
  {
    name: "storage-critical",
    category: "storage",
    severity: "critical",
    confidence: 0.7,
    words: [
      `${SPACE} full|exhausted|critical|critically|outof|nospace|runout|voll|plein|lleno|llena|cheio|pieno|vol|` +
        "pelny|doldu|满|已满|満杯 !soon|will|predicted|nearfull|nearlyfull|filling|in|days|hours|warning",
      "outofdisk|outofdiskspace|nospaceleft|outofinodes|diskfull",
      "raid|zpool|zfs|ceph|pool|volume|array|san|nas faulted|failed|offline|corrupt*|readonly|dataloss|" +
        "unrecoverable|lost !disk",
      "filesystem|fs|disk readonly|corrupt*|corruption",
    ],
    reason: "Storage is full or broken; what writes to it fails.",
    recommendations: [
      "Find what takes the space and what grew last.",
      "Free or add space now: databases and logs fail hard.",
      "For a fault check backups before anything is rebuilt.",
    ],
  },
  {
    name: "storage",
    category: "storage",
    severity: "warning",
    confidence: 0.7,
    words: [
      `${SPACE} !color|user|users|color|name|probe|leak|craft|address|heap|eden|survivor`,
      `${DEVICE} !temperature*|overtemperature*|heap|memory|heapusage`,
      `volume|volumes|storage|mount|mounts|archive ${FULL}|usage|used|low|free|degraded|attach*|detach*|mount|` +
        `persistent|fault*|offline|capacity|${FAILED}|health|${HIGH}|inconsistent|replica*|array|node|pool !order|` +
        "orders|traffic|request|requests|call|calls|trading|sales|transaction|transactions|message|messages|api|" +
        "service",
      "storage !api|service|session",
    ],
    reason: "Space runs low, or a device or volume has lost redundancy or gives errors.",
    recommendations: [
      "Find what takes the space and what grew last.",
      "For a device: identify it, check that backups are recent, replace it.",
    ],
  },
];
