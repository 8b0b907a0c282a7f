import { DOWN, FAILED } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const KUBERNETES =
  "kube*|kubernetes*|k8s*|kubelet*|pod|pods|daemonset*|statefulset*|replicaset*|hpa|pdb|poddisruption*|" +
  "crashloop*|crashlooping|" +
  "imagepull*|errimagepull|etcd*|karpenter*|autoscaler*|clusterautoscaler*|keda*|apiserver*|" +
  "controllermanager|openshift*|clusteroperator*|" +
  "rancher*|unschedulable|evicted|eviction|evictions|nodenotready|namespace|initcontainer*|sidecar|" +
  "admissionwebhook*|containerd|kubeproxy|" +
  "replicasmismatch|nodepool|nodegroup|taint|cordoned|controlplane|machinedeployment*|machinepool*|" +
  "machineset*|kubeadm*|clusterapi|configmap*|workernodes";
/** What a rule of its own knows better, wherever it happens. */
const ELSEWHERE =
  "!cpu|memory|mem|oom*|quota*|quotas|throttl*|volume|volumes|pv|pvc|persistent*|disk*|storage|network*|dns|" +
  "systemd*|cache|keys";

export const kubernetesByWords: readonly WordRule[] = [
  {
    name: "replicas",
    category: "kubernetes",
    severity: "warning",
    confidence: 0.7,
    words: [
      "deployment|deployments|daemonset|daemonsets|statefulset|statefulsets|replicaset|replicasets notsatisfied|" +
        "replicasmismatch|replicas|notready|notavailable|unavailablereplicas",
      "cluster|machine|clusters|machines paused|missingnodes|workernodes|notready|unhealthyphase|controlplane",
      "pod|pods pending|stuck|notscheduled",
    ],
    reason: "A workload or a cluster has fewer pods or machines than it should.",
    recommendations: ["Look at the events of the workload, and at whether there is room for its pods."],
  },
  {
    name: "scaling-news",
    category: "kubernetes",
    severity: "info",
    confidence: 0.65,
    words: [
      "scaledup|scaleddown|scaledown|scaleup|scaledtozero|scaled up|down|zero|out|in|scaledup|scaleddown !fail*|" +
        "unable|cannot",
    ],
    reason: "By its name something was scaled, as it should be.",
    recommendations: ["Nothing to do, unless it goes on and on."],
  },
  {
    name: "control-plane-down",
    category: "kubernetes",
    severity: "critical",
    confidence: 0.75,
    words: [
      `apiserver*|kubeapi*|kubeapiserver|etcd*|controllermanager|kubescheduler|kubelet|kubelets ${DOWN}|` +
        "noleader|insufficient*|quorum|absent|missing",
      "node|nodes|kubenode|kubernetesnode notready|unready",
      "notready node|nodes",
      "nodesnotready|nodenotready",
    ],
    reason: "A node or a part of the control plane is away; its work is not done.",
    recommendations: ["Look at the node's conditions, or at the pods and logs of that component."],
  },
  {
    name: "kubernetes",
    category: "kubernetes",
    severity: "warning",
    confidence: 0.7,
    words: [
      `${KUBERNETES} ${ELSEWHERE}`,
      "container|containers crash*|restart|restarts|restarting|restarted|waiting|notready|terminated|creating|pull",
      "deployment|deployments|replica|replicas|rollout mismatch|unavailable|notready|generation|misscheduled|" +
        "missing|insufficient !db|database*|postgres*|mysql*",
      `job|jobs|cronjob|cronjobs kube*|kubernetes*|k8s* ${FAILED}|suspended|notcompleted|long`,
      "restartloop|restartingtoomuch|frequentrestarts|toomanyrestarts|frequentlyrestarting",
      "容器|ポッド|파드",
    ],
    reason: "A workload, node or object of Kubernetes is not as declared.",
    recommendations: [
      "Look at the events and the previous logs of the pods.",
      "Check what changed last: image, configuration, secrets, limits.",
    ],
  },
];
