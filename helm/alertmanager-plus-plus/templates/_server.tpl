{{/* What comes before the paths of all requests, with a leading slash; empty for nothing. */}}
{{- define "alertmanager.routePrefix" -}}
{{- $url := index .Values.extraArgs "web.external-url" | default .Values.baseURL -}}
{{- $path := "" -}}
{{- if hasKey .Values.extraArgs "web.route-prefix" -}}
{{- $path = index .Values.extraArgs "web.route-prefix" -}}
{{- else if $url -}}
{{- $path = (urlParse $url).path -}}
{{- end -}}
{{- with trimAll "/" $path -}}/{{ . }}{{- end -}}
{{- end -}}

{{/* Flags out of a mapping. A whole number from a file of values is a float to Helm, which would write a million as 1e+06. */}}
{{- define "alertmanager.flags" -}}
{{- range $flag, $value := . }}
- --{{ $flag }}={{ if kindIs "float64" $value }}{{ toJson $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end -}}

{{- define "alertmanager.args" -}}
{{- $given := .Values.extraArgs -}}
- --storage.path=/alertmanager
{{- if not (hasKey $given "config.file") }}
- --config.file=/etc/alertmanager/alertmanager.yml
{{- end }}
{{- with include "alertmanager.plusPath" . }}
{{- if not (hasKey $given "plus.config.file") }}
- --plus.config.file={{ . }}
{{- end }}
{{- end }}
{{- if include "alertmanager.peers" . }}
{{- $port := .Values.service.clusterPort }}
- --cluster.advertise-address=[$(POD_IP)]:{{ $port }}
- --cluster.listen-address=0.0.0.0:{{ $port }}
{{- $fullName := include "alertmanager.fullname" . }}
{{- if gt (int .Values.replicaCount) 1 }}
{{- range $i := until (int .Values.replicaCount) }}
- --cluster.peer={{ $fullName }}-{{ $i }}.{{ $fullName }}-headless:{{ $port }}
{{- end }}
{{- end }}
{{- range .Values.additionalPeers }}
- --cluster.peer={{ . }}
{{- end }}
{{- else if and (eq (include "alertmanager.mode" .) "ha") (not (hasKey $given "cluster.listen-address")) }}
- --cluster.listen-address=
{{- end }}
{{- include "alertmanager.flags" $given }}
{{- with .Values.baseURL }}
- --web.external-url={{ . }}
{{- end }}
{{- end -}}

{{/* Given the mapping of "alertmanager.connectionEnv". */}}
{{- define "alertmanager.env" -}}
{{- $values := .root.Values -}}
{{- $given := list -}}
{{- range $values.extraEnv -}}{{- $given = append $given .name -}}{{- end -}}
{{- $fields := dict "POD_IP" "status.podIP" -}}
{{- if eq (include "alertmanager.mode" .root) "ha" -}}
{{- $_ := set $fields "ALERTMANAGER_REPLICA_NAME" "metadata.name" -}}
{{- end -}}
{{- range $name, $path := $fields }}
{{- if not (has $name $given) }}
- name: {{ $name }}
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: {{ $path }}
{{- end }}
{{- end }}
{{- include "alertmanager.connectionEnv" . }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "alertmanager.secretMounts" -}}
{{- range .Values.extraSecretMounts }}
- {{ pick . "name" "mountPath" "subPath" "readOnly" | toYaml | indent 2 | trim }}
{{- end }}
{{- end -}}

{{- define "alertmanager.secretVolumes" -}}
{{- range .Values.extraSecretMounts }}
- name: {{ .name }}
  secret:
    {{- pick . "secretName" "optional" | toYaml | nindent 4 }}
{{- end }}
{{- end -}}

{{/* The affinity of the pods: the user's, with the rule podAntiAffinity stands for. */}}
{{- define "alertmanager.affinity" -}}
{{- $affinity := .Values.affinity | default dict | deepCopy -}}
{{- with .Values.podAntiAffinity -}}
{{- $ours := dict "key" "app.kubernetes.io/name" "operator" "In" "values" (list (include "alertmanager.name" $)) -}}
{{- $term := dict "topologyKey" $.Values.podAntiAffinityTopologyKey "labelSelector" (dict "matchExpressions" (list $ours)) -}}
{{- $rule := dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term) -}}
{{- if eq . "soft" -}}
{{- $rule = dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term)) -}}
{{- end -}}
{{- $_ := set $affinity "podAntiAffinity" $rule -}}
{{- end -}}
{{- if $affinity -}}{{- toYaml $affinity -}}{{- end -}}
{{- end -}}

{{/*
What makes a pod start anew when it changes. The reload sidecar has alertmanager.yml and the part `publishing` of the second file read
again; all else of the second file counts from the start. URLs of the database come through the environment.
*/}}
{{- define "alertmanager.checksums" -}}
{{- $plus := include "alertmanager.plusFile" . -}}
{{- if .Values.configmapReload.enabled -}}
{{- $plus = omit (fromYaml $plus) "publishing" | toYaml -}}
{{- else }}
checksum/config: {{ pick .Values "config" "templates" | toJson | sha256sum }}
{{- end }}
{{- if include "alertmanager.plusPath" . }}
checksum/plus: {{ sha256sum $plus }}
{{- end }}
{{- with include "alertmanager.connections" . }}
checksum/connections: {{ sha256sum . }}
{{- end }}
{{- end -}}
