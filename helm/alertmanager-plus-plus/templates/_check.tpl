{{/* Refuses values that contradict each other, each with what to do about it. */}}
{{- define "alertmanager.check" -}}
{{- $mode := include "alertmanager.mode" . -}}
{{- $inFile := (.Values.plus | default dict).storage | default dict -}}
{{- $env := list -}}
{{- range .Values.extraEnv -}}{{- $env = append $env .name -}}{{- end -}}
{{- $given := dict -}}
{{- range $name := list "postgres" "redis" -}}
  {{- $server := index $.Values $name | default dict -}}
  {{- $own := or $server.url $server.existingSecret -}}
  {{- $bundled := ($server.bundled).enabled -}}
  {{- if and $own $bundled -}}
    {{- fail (printf "%s.bundled.enabled: set beside %s.url or %s.existingSecret; say which one is meant" $name $name $name) -}}
  {{- end -}}
  {{- $file := get $inFile $name -}}
  {{- if and (or $own $bundled) (or (kindIs "string" $file | and $file) (and (kindIs "map" $file) (hasKey $file "url"))) -}}
    {{- fail (printf "plus.storage.%s: has a URL beside %s.url, .existingSecret or .bundled; say which one is meant" $name $name) -}}
  {{- end -}}
  {{- if or $own $bundled $file (has (printf "ALERTMANAGER_%s_URL" (upper $name)) $env) -}}{{- $_ := set $given $name true -}}{{- end -}}
{{- end -}}
{{- range $name, $schemes := dict "postgres" "postgres(ql)?" "redis" "rediss?([+]sentinel)?" -}}
  {{- with (index $.Values $name).url -}}
    {{- if not (regexMatch (print "^" $schemes "://.") .) -}}
      {{- fail (printf "%s.url: is no URL of %s; expected one such as %s://user@host/%s" $name (title $name) $name (eq $name "redis" | ternary "0" "database")) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and (eq $mode "ha") (not $given.postgres) -}}
  {{- fail "mode: ha needs a Postgres database; give postgres.url, postgres.existingSecret or, to try it out, postgres.bundled.enabled" -}}
{{- end -}}
{{- if and (eq $mode "sqlite") (or $given.postgres $given.redis) -}}
  {{- fail (printf "%s: given, but mode is sqlite; say mode: ha for replicas that share a database" (keys $given | sortAlpha | first)) -}}
{{- end -}}
{{- if and (eq $mode "ha") .Values.additionalPeers -}}
  {{- fail "additionalPeers: members of an Alertmanager cluster, of which replicas in mode ha are none; leave them out, or say mode: sqlite" -}}
{{- end -}}
{{- include "alertmanager.checkSecrets" . -}}
{{- with .Values.llm -}}
  {{- if and .enabled (not .existingSecret) (not .api_key_file) (ne (.provider | default "openai") "custom") (not (has "LLM_API_KEY" $env)) -}}
    {{- fail "llm.existingSecret: not given; expected the name of a Secret with the key of the language model's API, under llm.existingSecretKey" -}}
  {{- end -}}
{{- end -}}
{{- if (.Values.migration).enabled -}}
  {{- if eq $mode "sqlite" -}}
    {{- fail "migration.enabled: only for mode ha; a file is brought up to date by its server" -}}
  {{- end -}}
  {{- if ((.Values.postgres).bundled).enabled -}}
    {{- fail "migration.enabled: the bundled Postgres is not there before the installation; leave it to the first replica" -}}
  {{- end -}}
{{- end -}}
{{- if and (include "alertmanager.isUpstream" .) (or (eq $mode "ha") (include "alertmanager.plusFile" .)) -}}
  {{- fail (printf "image.repository: %s is Alertmanager itself, which has no mode ha, plus, classification or llm; name an image of Alertmanager++" .Values.image.repository) -}}
{{- end -}}
{{- end -}}

{{/* Refuses secrets in the second file, which ends up in a ConfigMap; those that ${NAME} stands for are none. */}}
{{- define "alertmanager.checkSecrets" -}}
{{- $file := .Values.plus | default dict -}}
{{- range $name := list "postgres" "redis" -}}
  {{- $url := get ($file.storage | default dict) $name -}}
  {{- if kindIs "map" $url -}}{{- $url = $url.url -}}{{- end -}}
  {{- $password := regexFind "//[^/@]*:[^/@]+@" (toString $url) -}}
  {{- if and $password (not (contains "${" $password)) -}}
    {{- fail (printf "plus.storage.%s: has a password, which would show in a ConfigMap; give %s.url or %s.existingSecret, or write ${NAME} and have extraEnv take NAME from a Secret" $name $name $name) -}}
  {{- end -}}
{{- end -}}
{{- $key := ($file.llm | default dict).api_key | default "" | toString -}}
{{- if and $key (not (contains "${" $key)) -}}
  {{- fail "plus.llm.api_key: would show in a ConfigMap; give llm.existingSecret, or write ${NAME} and have extraEnv take NAME from a Secret" -}}
{{- end -}}
{{- end -}}
