# The image of Alertmanager++, laid out as that of Prometheus Alertmanager: /bin/alertmanager, /bin/amtool, /etc/alertmanager/alertmanager.yml,
# everything stored in /alertmanager. Two variants, each for amd64 and arm64:
#
#   docker build -t alertmanager-plus-plus .                                            with a shell, as upstream's
#   docker build --target distroless -t alertmanager-plus-plus:distroless .             without one
#   docker buildx build --platform linux/amd64,linux/arm64 -t … --push .
#
# The executable needs glibc and nothing else; the base brings that, CA certificates and no package manager.

ARG BUN=oven/bun:1.4.5-debian
ARG BUSYBOX=busybox:1.37.0-musl
ARG BASE=gcr.io/distroless/base-nossl-debian13:latest

# Compiles on the machine's own architecture, for whichever is asked for.
FROM --platform=$BUILDPLATFORM ${BUN} AS build
WORKDIR /src
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile && cp bun.lock node_modules/.installed.lock
COPY . .
ARG TARGETARCH=amd64
# What --version says; the context has no git history to ask.
ARG REVISION=unknown
ARG BUILD_DATE=
RUN case "$TARGETARCH" in \
      amd64) machine=linux-x64 ;; \
      arm64) machine=linux-arm64 ;; \
      *) echo "no executable for $TARGETARCH: expected amd64 or arm64" >&2; exit 1 ;; \
    esac && \
    REVISION="$REVISION" BUILD_DATE="$BUILD_DATE" scripts/build --target "bun-$machine" && \
    packaging/image/assemble "dist/$machine/alertmanager" /image

FROM --platform=$BUILDPLATFORM ${BUSYBOX} AS shell
RUN mkdir -p /links && for name in $(/bin/busybox --list); do ln -s busybox "/links/$name"; done && rm -f /links/busybox

# COPY takes no variable for --from.
FROM ${BUSYBOX} AS busybox-program

FROM ${BASE} AS distroless
COPY --from=build /image/bin/ /bin/
COPY --from=build /image/etc/ /etc/
COPY --from=build /image/licenses/ /licenses/
# Of the group 0, for platforms that run a container as a random user of it. The parent is copied, so that the directory keeps its mode.
COPY --from=build --chown=65534:0 /image/volume/ /
ARG VERSION=
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="Alertmanager++" \
      org.opencontainers.image.description="Takes the place of Prometheus Alertmanager, keeps what it was told, and explains what it did." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
# As a number: Kubernetes cannot tell whether a name is root's.
USER 65534:65534
EXPOSE 9093
WORKDIR /alertmanager
VOLUME ["/alertmanager"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/bin/alertmanager", "healthcheck"]
ENTRYPOINT ["/bin/alertmanager"]
CMD ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"]

FROM distroless AS busybox
COPY --from=busybox-program /bin/busybox /bin/busybox
COPY --from=shell /links/ /bin/
