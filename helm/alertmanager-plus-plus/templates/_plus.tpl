{{/*
What Alertmanager does not have. All of it is read so that a release may lack the value altogether: an upgrade with --reuse-values
brings the values of the chart before and none of ours.
*/}}

{{- define "alertmanager.mode" -}}
{{- .Values.mode | default "sqlite" -}}
{{- end -}}

{{/* Whether the peer channel is on, as the community chart has it; empty if not. */}}
{{- define "alertmanager.peers" -}}
{{- if and (eq (include "alertmanager.mode" .) "sqlite") (or (gt (int .Values.replicaCount) 1) .Values.additionalPeers) -}}true{{- end -}}
{{- end -}}

{{/* Whether the image is Alertmanager's own, which values brought from the community chart may name; empty if not. */}}
{{- define "alertmanager.isUpstream" -}}
{{- if regexMatch "(^|/)prom(etheus)?/alertmanager$" .Values.image.repository -}}true{{- end -}}
{{- end -}}

{{- define "alertmanager.image" -}}
{{- $tag := .Chart.AppVersion -}}
{{- if include "alertmanager.isUpstream" . -}}{{- $tag = regexReplaceAll "-.*$" $tag "" -}}{{- end -}}
{{- print .Values.image.repository ":" (.Values.image.tag | default $tag) -}}
{{- end -}}

{{/* The second file; empty for none. */}}
{{- define "alertmanager.plusFile" -}}
{{- $file := deepCopy (.Values.plus | default dict) -}}
{{- with .Values.classification -}}
{{- $_ := set $file "classification" (mergeOverwrite ($file.classification | default dict) (deepCopy .)) -}}
{{- end -}}
{{- with .Values.llm -}}
{{- if .enabled -}}
{{- $llm := omit . "existingSecret" "existingSecretKey" | deepCopy -}}
{{- if .existingSecret -}}{{- $_ := set $llm "api_key_file" "/etc/alertmanager-plus/llm/api-key" -}}{{- end -}}
{{- $_ := set $file "llm" (mergeOverwrite ($file.llm | default dict) $llm) -}}
{{- end -}}
{{- end -}}
{{- if $file -}}{{- toYaml $file -}}{{- end -}}
{{- end -}}

{{/* Namespaces whose Secrets may hold publishing targets, as a JSON array; without any unless the second file has them looked for. */}}
{{- define "alertmanager.targetNamespaces" -}}
{{- $targets := ((include "alertmanager.plusFile" . | fromYaml).kubernetes | default dict).targets | default dict -}}
{{- if eq (toString $targets.enabled) "true" -}}
{{- $targets.namespaces | default (list (include "alertmanager.namespace" .)) | uniq | toJson -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/* The path of the second file; empty for none. */}}
{{- define "alertmanager.plusPath" -}}
{{- if include "alertmanager.plusFile" . -}}/etc/alertmanager-plus/config/plus.yml{{- end -}}
{{- end -}}

{{/* The connections given as URLs, as data of a Secret; empty for none. */}}
{{- define "alertmanager.connections" -}}
{{- range $name := list "postgres" "redis" -}}
{{- with (index $.Values $name).url }}
{{ $name }}: {{ b64enc . }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A secret that is read from a file: the Secret it is in, its key there, and the file's name. Empty for none. Given a list of the root and "postgres", "redis" or "llm". */}}
{{- define "alertmanager.secretFile" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $own := index $root.Values $part | default dict -}}
{{- if eq $part "llm" -}}
  {{- if and $own.enabled $own.existingSecret -}}
  {{- dict "secretName" $own.existingSecret "key" ($own.existingSecretKey | default "api-key") "file" "api-key" | toYaml -}}
  {{- end -}}
{{- else if ($own.bundled).enabled -}}
  {{- dict "secretName" (print (include "alertmanager.fullname" $root) "-" $part) "key" "password" "file" "password" | toYaml -}}
{{- else if and $own.url $own.existingSecret -}}
  {{- dict "secretName" $own.existingSecret "key" (dig "existingSecretKeys" "password" "password" $own) "file" "password" | toYaml -}}
{{- end -}}
{{- end -}}

{{/*
For the next three: a mapping with
  root
  parts    those of "postgres", "redis" and "llm" that are meant
  objects  the name of the ConfigMap with the second file and of the Secret with the URLs
*/}}

{{/* Environment variables that say where the servers are. */}}
{{- define "alertmanager.connectionEnv" -}}
{{- $fullName := include "alertmanager.fullname" .root -}}
{{- $bundled := dict "postgres" (print "postgres://alertmanager@" $fullName "-postgres/alertmanager") "redis" (print "redis://" $fullName "-redis") -}}
{{- range $part := without .parts "llm" }}
{{- $server := index $.root.Values $part | default dict }}
{{- if ($server.bundled).enabled }}
- name: ALERTMANAGER_{{ upper $part }}_URL
  value: {{ index $bundled $part }}
{{- else if $server.url }}
- name: ALERTMANAGER_{{ upper $part }}_URL
  valueFrom:
    secretKeyRef:
      name: {{ $.objects }}
      key: {{ $part }}
{{- else if $server.existingSecret }}
- name: ALERTMANAGER_{{ upper $part }}_URL
  valueFrom:
    secretKeyRef:
      name: {{ $server.existingSecret }}
      key: {{ dig "existingSecretKeys" "url" "url" $server }}
{{- end }}
{{- with include "alertmanager.secretFile" (list $.root $part) | fromYaml }}
- name: ALERTMANAGER_{{ upper $part }}_PASSWORD_FILE
  value: /etc/alertmanager-plus/{{ $part }}/{{ .file }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "alertmanager.plusVolumes" -}}
{{- if include "alertmanager.plusPath" .root }}
- name: plus-config
  configMap:
    name: {{ .objects }}
{{- end }}
{{- range $part := .parts }}
{{- with include "alertmanager.secretFile" (list $.root $part) | fromYaml }}
- name: plus-{{ $part }}
  secret:
    secretName: {{ .secretName }}
    items:
      - key: {{ .key }}
        path: {{ .file }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "alertmanager.plusMounts" -}}
{{- if include "alertmanager.plusPath" .root }}
- name: plus-config
  mountPath: /etc/alertmanager-plus/config
  readOnly: true
{{- end }}
{{- range $part := .parts }}
{{- if include "alertmanager.secretFile" (list $.root $part) }}
- name: plus-{{ $part }}
  mountPath: /etc/alertmanager-plus/{{ $part }}
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{/* Whether objects of a group of the API that an operator brings, such as "monitoring.coreos.com/v1/ServiceMonitor", can be had. Where no cluster
was asked, which shows by the lack of a group that each has, they can. Given a list of the root and the kind. */}}
{{- define "alertmanager.canHave" -}}
{{- $versions := (index . 0).Capabilities.APIVersions -}}
{{- if or ($versions.Has (index . 1)) (not ($versions.Has "apiregistration.k8s.io/v1")) -}}true{{- end -}}
{{- end -}}

{{/* A password that stays what it was. Given a list of the root, the name of its Secret and what the values say. */}}
{{- define "alertmanager.keptPassword" -}}
{{- $root := index . 0 -}}
{{- $kept := dig "data" "password" "" (lookup "v1" "Secret" (include "alertmanager.namespace" $root) (index . 1)) -}}
{{- index . 2 | default ($kept | b64dec) | default (randAlphaNum 32) -}}
{{- end -}}
