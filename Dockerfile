# syntax=docker/dockerfile:1
# One image for every service: SERVICE says which one a container runs, as a build argument or in its environment.

FROM node:24-bookworm-slim AS build
WORKDIR /loom
COPY package.json package-lock.json ./
# No script of a dependency runs but those that package.json allows; none of them is needed to compile.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json nest-cli.json ./
COPY apps apps
COPY libs libs
COPY tools tools
COPY e2e e2e
COPY bench bench
COPY conformance conformance
RUN node node_modules/typescript/bin/tsc -p . && mkdir data

FROM node:24-bookworm-slim AS dependencies
WORKDIR /loom
COPY package.json package-lock.json ./
# Optional packages are a Node of our own and a Postgres for laptops. Of the allowed scripts argon2's alone matters here.
RUN npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund && npm rebuild argon2

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /loom
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    LOOM_HTTP_HOST=0.0.0.0 \
    LOOM_HTTP_PORT=8080 \
    LOOM_METRICS_PORT=9090 \
    LOOM_DATA_DIR=/var/lib/loom
COPY --from=dependencies /loom/node_modules node_modules
COPY --from=build /loom/dist/apps dist/apps
COPY --from=build /loom/dist/libs dist/libs
COPY --from=build --chown=65532:65532 /loom/data /var/lib/loom
COPY package.json ./
COPY tools/container.mjs tools/container.mjs
ARG SERVICE=standalone
ENV SERVICE=${SERVICE}
USER 65532:65532
EXPOSE 8080 9090
# The entry point of the image is node itself: there is no shell.
CMD ["tools/container.mjs"]
