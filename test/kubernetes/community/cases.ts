/** Releases of the community chart whose objects are in recorded.json. */
export interface Case {
  readonly release: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const probe = (path: string) => ({ httpGet: { path, port: "web" }, periodSeconds: 5 });

/** By what is special about them. Between them, every value of the chart is something else than by default. */
export const CASES: Readonly<Record<string, Case>> = {
  "all defaults": { release: "rel", values: {} },

  "a release named after the chart": {
    release: "my-alertmanager",
    values: { replicaCount: 3, service: { clusterPort: 9194 } },
  },

  "every value of the pod": {
    release: "rel",
    values: {
      replicaCount: 2,
      revisionHistoryLimit: 3,
      minReadySeconds: 7,
      image: { repository: "registry.example/alertmanager", pullPolicy: "Always", tag: "v1" },
      baseURL: "https://alerts.example/am",
      extraArgs: { "log.level": "debug", "data.retention": "240h" },
      extraSecretMounts: [
        { name: "pager", mountPath: "/etc/pager", secretName: "pager-key", readOnly: true },
        {
          name: "one-file",
          mountPath: "/etc/one/file",
          subPath: "file",
          secretName: "one",
          readOnly: false,
          optional: true,
        },
      ],
      imagePullSecrets: [{ name: "pull" }],
      automountServiceAccountToken: false,
      hostUsers: true,
      serviceAccount: { annotations: { "example.org/role": "alerting" }, name: "alerts" },
      priorityClassName: "high",
      schedulerName: "other",
      podSecurityContext: { fsGroup: 2000 },
      dnsConfig: { nameservers: ["1.2.3.4"], options: [{ name: "ndots", value: "2" }] },
      hostAliases: [{ ip: "10.1.2.3", hostnames: ["smtp.local"] }],
      securityContext: { runAsUser: 1000, runAsGroup: 2000 },
      additionalPeers: ["alerts.other.example:9094"],
      extraInitContainers: [{ name: "first", image: "busybox:1" }],
      extraContainers: [{ name: "proxy", image: "proxy:1", ports: [{ name: "proxy", containerPort: 8080 }] }],
      containerPortName: "web",
      livenessProbe: probe("/am/-/healthy"),
      readinessProbe: probe("/am/-/ready"),
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "node", operator: "Exists", effect: "NoSchedule" }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }],
          },
        },
      },
      podAntiAffinity: "hard",
      podAntiAffinityTopologyKey: "topology.kubernetes.io/zone",
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { "app.kubernetes.io/name": "alertmanager" } },
        },
      ],
      statefulSet: { annotations: { "example.org/owner": "sre" } },
      podAnnotations: { "example.org/scrape": "true" },
      podLabels: { team: "sre" },
      podDisruptionBudget: { maxUnavailable: 1 },
      command: ["/bin/alertmanager"],
      extraVolumeMounts: [{ name: "extras", mountPath: "/usr/share/extras", readOnly: true }],
      extraVolumes: [{ name: "extras", emptyDir: {} }],
      extraEnv: [{ name: "FOO", value: "BAR" }],
      extraPodConfigs: { dnsPolicy: "ClusterFirstWithHostNet", hostNetwork: true },
      persistence: {
        annotations: { "example.org/backup": "no" },
        labels: { tier: "alerts" },
        storageClass: "fast",
        accessModes: ["ReadWriteOncePod"],
        size: "2Gi",
      },
    },
  },

  "every value of the network": {
    release: "rel",
    values: {
      namespaceOverride: "elsewhere",
      replicaCount: 2,
      service: {
        annotations: { "example.org/lb": "internal" },
        labels: { expose: "yes" },
        type: "NodePort",
        port: 9999,
        nodePort: 30903,
        extraPorts: [{ name: "proxy", port: 8080, targetPort: "proxy", protocol: "TCP" }],
        ipDualStack: { enabled: true, ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" },
      },
      servicePerReplica: {
        enabled: true,
        annotations: { "example.org/lb": "each" },
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        externalTrafficPolicy: "Local",
        type: "LoadBalancer",
      },
      serviceMonitor: {
        enabled: true,
        namespace: "monitoring",
        additionalLabels: { release: "prometheus" },
        interval: "30s",
        scrapeTimeout: "10s",
        path: "/am/metrics",
        scheme: "https",
        tlsConfig: { insecureSkipVerify: true },
        bearerTokenFile: "/var/run/token",
        basicAuth: { username: { name: "auth", key: "user" }, password: { name: "auth", key: "password" } },
        honorLabels: true,
        metricRelabelings: [{ action: "drop", regex: "go_.*", sourceLabels: ["__name__"] }],
        relabelings: [{ action: "labeldrop", regex: "pod" }],
      },
      ingress: {
        enabled: true,
        className: "nginx",
        labels: { foo: "bar", baz: "qux" },
        annotations: { "example.org/tls": "true" },
        hosts: [{ host: "alerts.example", paths: [{ path: "/am", pathType: "Prefix" }] }],
        tls: [{ secretName: "alerts-tls", hosts: ["alerts.example"] }],
      },
      ingressPerReplica: {
        enabled: true,
        className: "nginx",
        annotations: { "example.org/tls": "each" },
        labels: { each: "one" },
        hostPrefix: "am",
        hostDomain: "alerts.example",
        paths: ["/{{ .Release.Name }}"],
        pathType: "Prefix",
        tlsSecretPerReplica: { enabled: true, prefix: "am-tls" },
      },
      route: {
        main: {
          enabled: true,
          annotations: { a: "b" },
          labels: { c: "d" },
          parentRefs: [{ name: "contour", sectionName: "http" }],
          hostnames: ["{{ .Release.Name }}.example.com"],
          additionalRules: [{ backendRefs: [{ name: '{{ include "alertmanager.fullname" . }}', port: 8080 }] }],
          filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "a", value: "b" }] } }],
          matches: [{ path: { type: "PathPrefix", value: "/am" } }],
        },
        http: {
          enabled: true,
          apiVersion: "gateway.networking.k8s.io/v1beta1",
          kind: "HTTPRoute",
          parentRefs: [{ name: "gateway-1", namespace: "gateway-1", sectionName: "http" }],
          hostnames: ["alertmanager.example.com"],
          httpsRedirect: true,
        },
      },
      verticalPodAutoscaler: {
        enabled: true,
        recommenders: [{ name: "alternative" }],
        updatePolicy: { updateMode: "Auto", minReplicas: 1 },
        resourcePolicy: { containerPolicies: [{ containerName: "*", minAllowed: { cpu: "100m" } }] },
      },
    },
  },

  "its own configuration and the reload sidecar": {
    release: "rel",
    values: {
      nameOverride: "alerts",
      podAntiAffinity: "soft",
      persistence: { storageClass: "-" },
      service: { type: "LoadBalancer", loadBalancerIP: "1.2.3.4", loadBalancerSourceRanges: ["10.0.0.0/8"] },
      servicePerReplica: { enabled: true, clusterIP: "None" },
      ingressPerReplica: { enabled: true, tlsSecretName: "one-for-all" },
      configAnnotations: { "vault.example.org/role": "admin" },
      config: {
        global: { resolve_timeout: "10m" },
        templates: ["/etc/alertmanager/team.tmpl"],
        receivers: [{ name: "team", webhook_configs: [{ url: "http://hook.example/" }] }],
        route: { receiver: "team", group_by: ["alertname"], repeat_interval: "1h" },
        inhibit_rules: [{ source_matchers: ["severity=critical"], target_matchers: ["severity=warning"] }],
        time_intervals: [{ name: "nights", time_intervals: [{ times: [{ start_time: "22:00", end_time: "24:00" }] }] }],
      },
      templates: { "team.tmpl": '{{ define "team" }}\n  {{ .CommonLabels.team }}\n{{ end }}\n' },
      configmapReload: {
        enabled: true,
        name: "reloader",
        image: { repository: "registry.example/reloader", tag: "v2", pullPolicy: "Never" },
        containerPort: 8080,
        resources: { limits: { memory: "32Mi" } },
        livenessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" } },
        readinessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" } },
        extraArgs: { "listen-address": ":8080" },
        extraVolumeMounts: [{ name: "extras", mountPath: "/usr/share/extras" }],
        extraEnv: [{ name: "FOO", value: "BAR" }],
        securityContext: { readOnlyRootFilesystem: true },
      },
      extraVolumes: [{ name: "extras", emptyDir: {} }],
      testFramework: {
        enabled: true,
        annotations: { "helm.sh/hook": "test-success", "helm.sh/hook-delete-policy": "hook-succeeded" },
      },
    },
  },

  "nothing kept, a configuration from elsewhere": {
    release: "rel",
    values: {
      fullnameOverride: "pager",
      replicaCount: 0,
      serviceAccount: { create: false },
      persistence: { enabled: false, emptyDir: { medium: "Memory", sizeLimit: "100Mi" } },
      config: { enabled: false },
      extraArgs: { "config.file": "/etc/elsewhere/alertmanager.yml" },
      configmapReload: {
        enabled: true,
        extraArgs: { "watched-dir": "/etc/elsewhere", "reload-url": "http://127.0.0.1:9093/x/-/reload" },
      },
    },
  },

  "values taken away": {
    release: "rel",
    values: {
      affinity: null,
      podAntiAffinity: null,
      podSecurityContext: { fsGroup: null },
      securityContext: null,
      livenessProbe: { httpGet: null, tcpSocket: { port: "http" } },
      config: { templates: null },
      configmapReload: { enabled: true, securityContext: null },
    },
  },
};
